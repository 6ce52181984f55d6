/** What clients did and what they were told: the only thing that the checks believe. */

export type Protocol = 'smtp' | 'submission' | 'imap' | 'admin'

/** No answer means that it may have happened, now or later. */
export type Outcome = 'accepted' | 'refused' | 'unknown'

/** One try to hand over one mail; each try is a mail of its own. */
export interface Handover {
  readonly protocol: Protocol
  readonly id: string
  readonly sender: string
  /** The recipients that were taken; before that, those that are tried. */
  recipients: readonly string[]
  readonly begin: number
  end: number
  outcome: Outcome
  /** It was refused after its final dot, and not for good: nobody need know whether it was kept. */
  dotted?: boolean
}

/** A fault, from the moment at which it began until it was undone and everybody was ready. */
export interface FaultRecord {
  readonly name: string
  readonly target: string
  readonly begin: number
  end: number
  readyMs: number
}

export class History {
  readonly handovers: Handover[] = []
  readonly faults: FaultRecord[] = []
  /** Breaches that a client saw at once. */
  readonly wrong: string[] = []
  readonly errors = new Map<string, number>()
  readonly #successes = new Map<Protocol, number[]>()
  operations = 0

  /** Milliseconds since 1970, and never back. */
  now(): number {
    return performance.timeOrigin + performance.now()
  }

  success(protocol: Protocol): void {
    this.operations += 1
    const times = this.#successes.get(protocol) ?? []
    times.push(this.now())
    this.#successes.set(protocol, times)
  }

  /** A client was refused, or heard nothing: counted by its kind. */
  error(protocol: Protocol, kind: string): void {
    this.operations += 1
    const key = `${protocol} ${kind}`
    this.errors.set(key, (this.errors.get(key) ?? 0) + 1)
  }

  breach(text: string): void {
    this.wrong.push(text)
  }

  successes(protocol: Protocol): readonly number[] {
    return this.#successes.get(protocol) ?? []
  }
}

/** The longest time between two successes, the ends of the time looked at included. */
export function longestGap(
  successes: readonly number[],
  { begin, end }: { begin: number; end: number },
): { readonly ms: number; readonly at: number } {
  let last = begin
  let longest = { ms: 0, at: begin }
  const times = successes.filter((time) => time >= begin && time <= end).sort((a, b) => a - b)
  for (const time of [...times, end]) {
    if (time - last > longest.ms) longest = { ms: time - last, at: last }
    last = time
  }
  return { ms: Math.round(longest.ms), at: longest.at }
}
