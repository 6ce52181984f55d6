import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import type { Attempted } from './transport.ts'
import type { Target } from './wire.ts'

export const OUTBOUND_METRICS = {
  mail_outbound_connections_total: {
    kind: 'counter',
    help: 'Connections to other hosts: opened, reused for another message, found dead, or failed',
    labels: ['outcome'],
  },
  mail_outbound_tls_total: {
    kind: 'counter',
    help: 'Sessions with other hosts by the version of TLS; none: in plain text, broken: the handshake failed',
    labels: ['version'],
  },
  mail_outbound_results_total: {
    kind: 'counter',
    help: 'Recipients of attempts at other hosts, by outcome and bounce class',
    labels: ['outcome', 'reason'],
  },
  mail_outbound_busy_total: {
    kind: 'counter',
    help: 'Attempts put off because the destination has all that it may have now, by what is used up',
    labels: ['limit'],
  },
  mail_outbound_seconds: {
    kind: 'histogram',
    help: 'An attempt at other hosts, from its begin to its last result',
    buckets: [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000],
  },
  mail_final_dot_lost_total: {
    kind: 'counter',
    help: 'Messages sent to the end whose answer never came: they may have arrived, and will be sent again',
  },
} as const satisfies MetricDeclarations

export type OutboundEvents = ReturnType<typeof outboundEvents>

/** What there is to tell about mail to other hosts. */
export function outboundEvents({ log, warn, count, observe }: Telemetry) {
  return {
    connection(outcome: 'opened' | 'reused' | 'dead' | 'failed'): void {
      count('mail_outbound_connections_total', { outcome })
    },
    session(tls: string | undefined): void {
      count('mail_outbound_tls_total', { version: tls?.split(' ')[0] ?? 'none' })
    },
    tlsBroken(target: Target, reason: string): void {
      log('tls-broken', { host: target.host, address: target.address, reason })
      count('mail_outbound_tls_total', { version: 'broken' })
    },
    attempted(delivery: string, results: readonly Attempted[], ms: number): void {
      for (const { outcome, reason } of results) {
        count('mail_outbound_results_total', { outcome, reason: reason ?? 'none' })
      }
      const [first] = results
      const outcomes = [...new Set(results.map(({ outcome }) => outcome))]
      log('attempted', { delivery, outcomes, host: first?.host, reply: first?.reply, ms })
      observe('mail_outbound_seconds', ms / 1000)
    },
    busy(limit: 'connections' | 'rate'): void {
      count('mail_outbound_busy_total', { limit })
    },
    finalDotLost(delivery: string, target: Target): void {
      warn('final-dot-lost', { delivery, host: target.host, address: target.address })
      count('mail_final_dot_lost_total')
    },
    unreadable(delivery: string, error: unknown): void {
      warn('message-unreadable', { delivery, error })
    },
    sharesAway(error: unknown): void {
      log('shares-away', { reason: error instanceof Error ? error.message : 'unknown' })
    },
  }
}
