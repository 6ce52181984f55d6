import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'

export const METRICS = {
  mail_received_total: {
    kind: 'counter',
    help: 'Messages after DATA: accepted, refused for good, or put off',
    labels: ['outcome'],
  },
  mail_received_bytes_total: { kind: 'counter', help: 'Bytes of the messages accepted' },
  mail_receive_seconds: {
    kind: 'histogram',
    help: 'From the final dot to the answer: what the spool takes',
  },
  smtp_recipients_total: {
    kind: 'counter',
    help: 'RCPT commands, by the code of their reply',
    labels: ['code'],
  },
  smtp_sessions_total: { kind: 'counter', help: 'SMTP sessions begun' },
  smtp_sessions: { kind: 'gauge', help: 'SMTP sessions open' },
} as const satisfies MetricDeclarations

export type Events = ReturnType<typeof edgeEvents>

/** What of a message goes into its log line. */
export interface ReceivedMail {
  readonly delivery: string
  readonly remote: string
  readonly sender: string
  readonly recipients: number
  readonly bytes: number
  readonly ms: number
}

/** Everything that the edge tells the world about: one function per thing that happens. */
export function edgeEvents({ log, warn, count, gauge, observe }: Telemetry) {
  const answered = (outcome: string, ms: number) => {
    count('mail_received_total', { outcome })
    observe('mail_receive_seconds', ms / 1000)
  }
  return {
    connected(open: number): void {
      count('smtp_sessions_total')
      gauge('smtp_sessions', open)
    },
    disconnected(open: number): void {
      gauge('smtp_sessions', open)
    },
    recipient(remote: string, address: string, code: number): void {
      count('smtp_recipients_total', { code: String(code) })
      if (code >= 400) log('recipient-refused', { remote, address, code })
    },
    accepted(mail: ReceivedMail): void {
      log('accepted', { ...mail })
      count('mail_received_bytes_total', {}, mail.bytes)
      answered('accepted', mail.ms)
    },
    refused(mail: ReceivedMail, code: number, reason: string): void {
      log('refused', { ...mail, code, reason })
      answered(code < 500 ? 'put-off' : 'refused', mail.ms)
    },
    failed(mail: ReceivedMail, error: unknown): void {
      warn('not-accepted', { ...mail, error })
      answered('put-off', mail.ms)
    },
    lookupFailed(remote: string, error: unknown): void {
      log('lookup-failed', { remote, reason: error instanceof Error ? error.message : 'unknown' })
    },
    broken(remote: string, error: unknown): void {
      warn('session-broken', { remote, error })
    },
    library(level: string, text: string): void {
      warn('haraka', { level, text })
    },
  }
}
