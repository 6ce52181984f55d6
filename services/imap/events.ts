import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'

export const METRICS = {
  imap_commands_total: {
    kind: 'counter',
    help: 'Commands of IMAP clients, by name and tagged result',
    labels: ['command', 'result'],
  },
  imap_command_seconds: {
    kind: 'histogram',
    help: 'Time until the tagged result, but for IDLE',
    labels: ['command'],
  },
  imap_faults_total: {
    kind: 'counter',
    help: 'Commands that failed, by the code of the fault',
    labels: ['command', 'code'],
  },
  imap_logins_total: {
    kind: 'counter',
    help: 'Log-ins of IMAP clients, by outcome',
    labels: ['outcome'],
  },
} as const satisfies MetricDeclarations

/** A stranger chooses it; the log need not hold all of it. */
const LOGIN_LENGTH_MAX = 200

export type Events = ReturnType<typeof imapEvents>

/** Everything that the imap service tells the world about. */
export function imapEvents({ log, warn, count, observe }: Telemetry) {
  return {
    connected(remote: string, secure: boolean): void {
      log('connected', { remote, secure })
    },
    disconnected(remote: string, account: string | undefined, reason: string): void {
      log('disconnected', { remote, account, reason })
    },
    loggedIn(remote: string, account: string, fromCache: boolean): void {
      log('logged-in', { remote, account, fromCache })
      count('imap_logins_total', { outcome: fromCache ? 'from-cache' : 'ok' })
    },
    loginFailed(remote: string, login: string, code: string): void {
      log('login-failed', { remote, login: login.slice(0, LOGIN_LENGTH_MAX), code })
      count('imap_logins_total', { outcome: code })
    },
    answered(command: string, result: string, seconds: number): void {
      count('imap_commands_total', { command, result })
      if (command !== 'IDLE') observe('imap_command_seconds', seconds, { command })
    },
    /** What was to be expected now and then. */
    refused(command: string, code: string): void {
      count('imap_faults_total', { command, code })
    },
    /** A bug of ours. */
    failed(command: string, account: string | undefined, error: unknown): void {
      warn('command-failed', { command, account, error })
    },
  }
}
