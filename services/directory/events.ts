import type { Telemetry } from '#lib/base/telemetry.ts'
import type { Asked, Refusal } from './admission/admit.ts'
import type { Attempt } from './authenticate.ts'

export type Events = ReturnType<typeof directoryEvents>

export const METRICS = {
  directory_resolved_total: {
    kind: 'counter',
    help: 'Addresses that were asked for, by what they are',
    labels: ['kind'],
  },
  directory_expansions_refused_total: {
    kind: 'counter',
    help: 'Addresses whose groups and forwardings lead to more than can be followed; their mail waits',
    labels: ['reason'],
  },
  directory_logins_total: {
    kind: 'counter',
    help: 'Log-ins: right, wrong, or slowed because of guessing',
    labels: ['protocol', 'outcome'],
  },
  directory_changes_total: {
    kind: 'counter',
    help: 'Changes that administrators asked for, by kind',
    labels: ['what'],
  },
  directory_admissions_total: {
    kind: 'counter',
    help: 'Mails to be sent: accepted, held, or refused and why (questions that were answered with no are counted too)',
    labels: ['protocol', 'outcome'],
  },
} as const

type From = Pick<Attempt, 'protocol' | 'clientAddress'>

const PROTOCOLS = new Set(['imap', 'pop3', 'submission', 'managesieve', 'portal', 'jmap', 'api'])

/** Everything that the directory tells the world about: one function per thing that happens. */
export function directoryEvents({ log, count }: Telemetry) {
  /** Callers name their protocol themselves; a metric has only those we know. */
  const labelOf = (protocol: string) => (PROTOCOLS.has(protocol) ? protocol : 'other')
  return {
    resolved(kinds: readonly string[]): void {
      for (const kind of kinds) count('directory_resolved_total', { kind })
    },
    /** Somebody has to make the group smaller, or its nesting flatter, or no mail for it goes anywhere. */
    expansionRefused(address: string, reason: string): void {
      log('expansion-refused', { address, reason })
      count('directory_expansions_refused_total', { reason })
    },
    loggedIn(account: string, { protocol, clientAddress }: From): void {
      log('logged-in', { account, protocol, remote: clientAddress })
      count('directory_logins_total', { protocol: labelOf(protocol), outcome: 'right' })
    },
    /** `login` is undefined when it is no address: people type passwords there. */
    refused(login: string | undefined, { protocol, clientAddress }: From): void {
      log('login-refused', { login, protocol, remote: clientAddress })
      count('directory_logins_total', { protocol: labelOf(protocol), outcome: 'wrong' })
    },
    slowed({ protocol, clientAddress }: From): void {
      log('login-slowed', { protocol, remote: clientAddress })
      count('directory_logins_total', { protocol: labelOf(protocol), outcome: 'slowed' })
    },
    admitted(protocol: string, held: boolean): void {
      const outcome = held ? 'held' : 'accepted'
      count('directory_admissions_total', { protocol: labelOf(protocol), outcome })
    },
    admissionRefused({ account, protocol, mailId }: Asked, { reason, text }: Refusal): void {
      log('admission-refused', { account, protocol, mail: mailId, reason, text })
      count('directory_admissions_total', { protocol: labelOf(protocol), outcome: reason })
    },
    changing(what: string, target: string): void {
      log('changing', { what, target })
      count('directory_changes_total', { what })
    },
  }
}
