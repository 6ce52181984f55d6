/** What clients were told, from the pages on which processes count: how much of it is more than usual. */

/** What is watched while processes are restarted. */
export type Kind = 'internal' | 'temporary' | 'refused'

export type Counts = Readonly<Record<Kind, number>>

const KINDS: readonly Kind[] = ['internal', 'temporary', 'refused']

/** Which samples count as what: of the family, by the value of one label. */
const RULES: Readonly<
  Record<string, { label: string; kindOf: (value: string) => Kind | undefined }>
> = {
  hikyaku_smtp_recipients_total: { label: 'code', kindOf: byCode },
  hikyaku_submission_commands_total: { label: 'code', kindOf: byCode },
  hikyaku_submission_logins_total: { label: 'code', kindOf: byCode },
  hikyaku_mail_received_total: { label: 'outcome', kindOf: byOutcome },
  hikyaku_mail_submitted_total: { label: 'outcome', kindOf: byOutcome },
  hikyaku_mail_deliveries_total: { label: 'outcome', kindOf: byOutcome },
  hikyaku_imap_faults_total: { label: 'code', kindOf: byFault },
  hikyaku_imap_logins_total: {
    label: 'outcome',
    kindOf: (value) => (value === 'unauthenticated' ? 'refused' : undefined),
  },
  hikyaku_grpc_server_errors_total: { label: 'kind', kindOf: () => 'internal' },
  hikyaku_spool_settled_total: {
    label: 'outcome',
    kindOf: (value) => (value === 'poison' ? 'internal' : undefined),
  },
  hikyaku_warnings_total: {
    label: 'event',
    kindOf: (value) =>
      ['crashed', 'command-failed', 'session-broken'].includes(value) ? 'internal' : undefined,
  },
}

const WAITING = ['hikyaku_spool_messages', 'hikyaku_queue_entries']

function byCode(value: string): Kind | undefined {
  if (value.startsWith('4')) return 'temporary'
  return value.startsWith('5') ? 'refused' : undefined
}

function byOutcome(value: string): Kind | undefined {
  if (value === 'put-off') return 'temporary'
  return value === 'refused' || value === 'bounced' ? 'refused' : undefined
}

function byFault(value: string): Kind | undefined {
  return value === 'unavailable' || value === 'busy' ? 'temporary' : undefined
}

/** What a page says of errors, and how many mails it says are waiting. */
export function readErrors(page: string): { counts: Counts; waiting: number } {
  const counts: Record<Kind, number> = { internal: 0, temporary: 0, refused: 0 }
  let waiting = 0
  for (const line of page.split('\n')) {
    const [, family = '', labels = '', value = ''] =
      /^(\w+)(?:\{(.*)\})? ([0-9.e+]+)$/.exec(line) ?? []
    if (WAITING.includes(family)) waiting += Number(value)
    const rule = RULES[family]
    if (rule === undefined) continue
    const [, told = ''] = new RegExp(`(?:^|,)${rule.label}="([^"]*)"`).exec(labels) ?? []
    const kind = rule.kindOf(told)
    if (kind !== undefined) counts[kind] += Number(value)
  }
  return { counts, waiting }
}

/** How much more than usual of each kind stops a roll; and how many more mails may wait. */
export interface Budget extends Counts {
  readonly backlog: number
}

/** What is usual goes on meanwhile, and not quite evenly. */
const USUAL_FACTOR = 2

/** Adds up what processes count although they come and go, and compares it with what was usual before. */
export class ErrorWatch {
  readonly #last = new Map<string, { pid: number; counts: Counts }>()
  readonly #sum: Record<Kind, number> = { internal: 0, temporary: 0, refused: 0 }
  #usual: Readonly<Record<Kind, number>> = { internal: 0, temporary: 0, refused: 0 }
  #waiting = 0
  #waitingBefore = 0
  #from = 0

  /** What a process said at last. A new one begins at nothing; the first look at an old one is where it begins. */
  see(name: string, pid: number, counts: Counts): void {
    const last = this.#last.get(name)
    if (last !== undefined) {
      for (const kind of KINDS) {
        const before = last.pid === pid ? last.counts[kind] : 0
        this.#sum[kind] += Math.max(0, counts[kind] - before)
      }
    }
    this.#last.set(name, { pid, counts })
  }

  /** How many mails wait, as the process that knows of most says. */
  seeWaiting(waiting: number): void {
    this.#waiting = waiting
  }

  /** What was seen in the `ms` before is usual from now on. */
  begin(ms: number, now: number): void {
    const perMs = (kind: Kind) => (ms > 0 ? this.#sum[kind] / ms : 0)
    this.#usual = {
      internal: perMs('internal'),
      temporary: perMs('temporary'),
      refused: perMs('refused'),
    }
    for (const kind of KINDS) this.#sum[kind] = 0
    this.#waitingBefore = this.#waiting
    this.#from = now
  }

  /** Since `begin`. */
  counts(): Counts {
    return { ...this.#sum }
  }

  /** Why it is too much; undefined while it is not. */
  tooMuch(budget: Budget, now: number): string | undefined {
    for (const kind of KINDS) {
      const usual = this.#usual[kind] * (now - this.#from) * USUAL_FACTOR
      if (this.#sum[kind] > budget[kind] + usual) {
        return `${this.#sum[kind]} ${WORDS[kind]}, where ${Math.round(budget[kind] + usual)} are allowed`
      }
    }
    const more = this.#waiting - this.#waitingBefore
    if (more <= budget.backlog) return undefined
    return `${more} more mails wait than before, where ${budget.backlog} are allowed`
  }
}

const WORDS: Readonly<Record<Kind, string>> = {
  internal: 'errors of our own',
  temporary: 'temporary errors told to clients',
  refused: 'commands, log-ins or mails refused for good',
}
