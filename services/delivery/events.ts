import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import type { BounceClass } from './bounces/bounce-class.ts'
import type { Attempted } from './outbound/transport.ts'

export const METRICS = {
  mail_deliveries_total: {
    kind: 'counter',
    help: 'Deliveries to a mailbox, mails put back into the spool, and recipients given up, by outcome',
    labels: ['outcome'],
  },
  mail_delivery_seconds: {
    kind: 'histogram',
    help: 'From the 250 to the mailbox',
  },
  mail_delivery_failures_total: {
    kind: 'counter',
    help: 'Attempts that failed by the service that was asked',
    labels: ['service'],
  },
  mail_attempts_total: {
    kind: 'counter',
    help: 'Recipients tried elsewhere, from the spool (first attempts) or the queue, by outcome',
    labels: ['from', 'outcome'],
  },
  mail_bounced_total: {
    kind: 'counter',
    help: 'Recipients that ended without the mail, by bounce class',
    labels: ['reason'],
  },
  queue_entries: {
    kind: 'gauge',
    help: 'Entries of the queue, by state; every process counts all of them',
    labels: ['state'],
  },
  queue_oldest_seconds: {
    kind: 'gauge',
    help: 'Since when the oldest entry of a class waits',
    labels: ['class'],
  },
  queue_takeovers_total: {
    kind: 'counter',
    help: 'Entries taken after the lease of another process had ended',
  },
  mail_store_reachable: {
    kind: 'gauge',
    help: '0 while deliveries wait for the mailbox-store to come back',
  },
} as const satisfies MetricDeclarations

export type Events = ReturnType<typeof deliveryEvents>

export interface Delivered {
  readonly delivery: string
  readonly account: string
  readonly uid: number
  readonly repeated: boolean
}

/** Everything that the delivery service tells the world about: one function per thing that happens. */
export function deliveryEvents({ log, warn, count, gauge, observe }: Telemetry) {
  gauge('mail_store_reachable', 1)
  return {
    delivered(delivered: Delivered, ms: number): void {
      log('delivered', { ...delivered, ms })
      count('mail_deliveries_total', { outcome: delivered.repeated ? 'repeated' : 'delivered' })
      observe('mail_delivery_seconds', Math.max(0, ms) / 1000)
    },
    deferred(delivery: string, reasons: readonly string[], afterMs: number): void {
      log('deferred', { delivery, reasons, afterMs })
      count('mail_deliveries_total', { outcome: 'deferred' })
    },
    /** A recipient that will not get it; its sender was told, if there is one. */
    bounced(delivery: string, recipient: string, reason: BounceClass): void {
      log('bounced', { delivery, recipient, reason })
      count('mail_deliveries_total', { outcome: 'bounced' })
      count('mail_bounced_total', { reason })
    },
    /** What one attempt elsewhere led to, for one recipient. */
    attempted(from: 'spool' | 'queue', result: Attempted): void {
      const { outcome, reason } = result
      count('mail_attempts_total', { from, outcome })
      if (outcome === 'failed') count('mail_bounced_total', { reason: reason ?? 'other' })
    },
    /** An entry whose lease had ended, and that we took: whoever had it is dead or very slow. */
    tookOver(entry: string): void {
      log('took-over', { entry })
      count('queue_takeovers_total')
    },
    /** An attempt that somebody else had taken over when it was about to be written down. */
    lostLease(entry: string): void {
      warn('lease-lost', { entry })
    },
    /** The entry's mail is not there: a bug of ours, or a damaged disk. */
    bytesMissing(entry: string): void {
      warn('queued-mail-missing', { entry })
    },
    queueFailed(work: string, error: unknown): void {
      warn('queue-failed', { work, error })
    },
    measured(
      states: Readonly<Record<string, number>>,
      ages: Readonly<Record<string, number>>,
    ): void {
      for (const [state, entries] of Object.entries(states))
        gauge('queue_entries', entries, { state })
      for (const [kind, seconds] of Object.entries(ages)) {
        gauge('queue_oldest_seconds', seconds, { class: kind })
      }
    },
    swept(what: string, removed: number): void {
      if (removed > 0) log('swept', { what, removed })
    },
    failed(delivery: string, service: string, error: unknown): void {
      log('attempt-failed', {
        delivery,
        service,
        reason: error instanceof Error ? error.message : 'unknown',
      })
      count('mail_delivery_failures_total', { service })
    },
    storeReachable(reachable: boolean): void {
      log(reachable ? 'store-back' : 'store-away')
      gauge('mail_store_reachable', reachable ? 1 : 0)
    },
  }
}
