import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'

export const METRICS = {
  mail_submitted_total: {
    kind: 'counter',
    help: 'Messages of users after DATA: accepted, held, refused for good, or put off',
    labels: ['outcome'],
  },
  mail_submitted_bytes_total: { kind: 'counter', help: 'Bytes of the messages accepted' },
  mail_submit_seconds: {
    kind: 'histogram',
    help: 'From the final dot to the answer: what admission and the spool take',
  },
  submission_commands_total: {
    kind: 'counter',
    help: 'MAIL and RCPT of users, by the code of their reply',
    labels: ['command', 'code'],
  },
  submission_logins_total: {
    kind: 'counter',
    help: 'AUTH commands, by mechanism and the code of their reply',
    labels: ['mechanism', 'code'],
  },
  submission_remembered_total: {
    kind: 'counter',
    help: 'Log-ins and mails let through by what the directory said before it was away',
    labels: ['what'],
  },
  submission_sessions_total: { kind: 'counter', help: 'Sessions of users begun' },
  submission_sessions: { kind: 'gauge', help: 'Sessions of users open' },
} as const satisfies MetricDeclarations

/** A stranger chooses it; the log need not hold all of it. */
const LOGIN_LENGTH_MAX = 200

export type Events = ReturnType<typeof submissionEvents>

/** What of a message goes into its log line. */
export interface SubmittedMail {
  readonly delivery: string
  readonly account: string
  readonly remote: string
  readonly sender: string
  readonly recipients: number
  readonly bytes: number
  readonly ms: number
}

/** Everything that submission tells the world about: one function per thing that happens. */
export function submissionEvents({ log, warn, count, gauge, observe }: Telemetry) {
  const answered = (outcome: string, ms: number) => {
    count('mail_submitted_total', { outcome })
    observe('mail_submit_seconds', ms / 1000)
  }
  return {
    connected(open: number): void {
      count('submission_sessions_total')
      gauge('submission_sessions', open)
    },
    disconnected(open: number): void {
      gauge('submission_sessions', open)
    },
    /** The directory is away, and what it said before lets somebody go on. */
    remembered(what: 'log-in' | 'mail'): void {
      count('submission_remembered_total', { what })
    },
    loggedIn(remote: string, account: string, mechanism: string): void {
      log('logged-in', { remote, account, mechanism })
      count('submission_logins_total', { mechanism, code: '235' })
    },
    /** `mechanism` is one that there is, or `unknown`. */
    logInFailed(remote: string, login: string, mechanism: string, code: number): void {
      log('login-failed', { remote, login: login.slice(0, LOGIN_LENGTH_MAX), mechanism, code })
      count('submission_logins_total', { mechanism, code: String(code) })
    },
    sender(remote: string, account: string, address: string, code: number): void {
      count('submission_commands_total', { command: 'MAIL', code: String(code) })
      if (code >= 400) log('sender-refused', { remote, account, address, code })
    },
    recipient(remote: string, account: string, address: string, code: number): void {
      count('submission_commands_total', { command: 'RCPT', code: String(code) })
      if (code >= 400) log('recipient-refused', { remote, account, address, code })
    },
    accepted(mail: SubmittedMail, hold: string | undefined): void {
      log('accepted', { ...mail, ...(hold !== undefined && { hold }) })
      count('mail_submitted_bytes_total', {}, mail.bytes)
      answered(hold === undefined ? 'accepted' : 'held', mail.ms)
    },
    refused(mail: SubmittedMail, code: number, reason: string): void {
      log('refused', { ...mail, code, reason })
      answered(code < 500 ? 'put-off' : 'refused', mail.ms)
    },
    failed(mail: SubmittedMail, error: unknown): void {
      warn('not-accepted', { ...mail, error })
      answered('put-off', mail.ms)
    },
    lookupFailed(remote: string, error: unknown): void {
      log('lookup-failed', { remote, reason: error instanceof Error ? error.message : 'unknown' })
    },
    tlsFailed(remote: string, error: unknown): void {
      log('tls-failed', { remote, reason: error instanceof Error ? error.message : 'unknown' })
    },
    broken(remote: string, error: unknown): void {
      warn('session-broken', { remote, error })
    },
  }
}
