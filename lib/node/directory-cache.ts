/**
 * What the directory answered about addresses, kept for a while: for seconds as the truth, for a day in case
 * the directory is away. Knows neither gRPC nor NATS; who wires it hands it the question and the changes.
 */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { type Address, addressKey, formatAddress } from '#lib/mail/address.ts'
import type { Resolution } from '#lib/mail/resolution.ts'

/** What the directory says of an address. */
export interface Answer {
  readonly resolution: Resolution
  /** Addresses, domains and account ids that it depends on besides what the resolution tells. */
  readonly through: readonly string[]
}

/**
 * One answer per address, in order. Throws Fault `too-large` when they lead to too much for one call: they are then asked
 * for in smaller parts.
 */
export type AskDirectory = (addresses: readonly string[]) => Promise<readonly Answer[]>

/** What changed in the directory, as its announcements name it. */
export interface DirectoryChange {
  readonly addresses?: readonly string[]
  readonly domains?: readonly string[]
  readonly accounts?: readonly string[]
}

interface Entry extends Answer {
  readonly at: number
}

interface Question {
  readonly key: string
  readonly address: Address
  readonly answer: PromiseWithResolvers<Resolution>
  /** A change came while the question was out: the answer may be the one from before it. */
  outdated: boolean
}

const ENTRIES_MAX = 200_000
/** An answer that holds more than this is a large one, as those of groups are; few of them are kept. */
const SMALL_ITEMS_MAX = 8
const LARGE_ENTRIES_MAX = 200
const FRESH_MS = 5000
/** How long the last answer holds while the directory is away. */
const OUTAGE_MS = 24 * 60 * 60 * 1000
/** After a failure, known addresses are answered at once for so long, before it is asked again. */
const AWAY_MS = 1000
const QUESTIONS_PER_CALL_MAX = 100

/** Answers where mail goes; one question per address is out at a time, however many ask. */
export class DirectoryCache {
  readonly #ask: AskDirectory
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #small: RecentMap<string, Entry>
  readonly #large = new RecentMap<string, Entry>(LARGE_ENTRIES_MAX)
  readonly #questions = new Map<string, Question>()
  #queue: Question[] = []
  #awayUntil = Number.NEGATIVE_INFINITY

  constructor(ask: AskDirectory, clock: Pick<Clock, 'monotonic'>, entriesMax = ENTRIES_MAX) {
    this.#ask = ask
    this.#clock = clock
    this.#small = new RecentMap(entriesMax)
  }

  /** @throws whatever the directory's call threw, when nothing is known of the address */
  async resolve(address: Address): Promise<Resolution> {
    const key = addressKey(address)
    const entry = this.#find(key)
    const now = this.#clock.monotonic()
    if (entry !== undefined) {
      const age = now - entry.at
      if (age < FRESH_MS || (now < this.#awayUntil && holds(entry, age))) {
        this.#keep(key, entry)
        return entry.resolution
      }
    }
    try {
      return await this.#question(key, address)
    } catch (error) {
      const known = this.#find(key)
      if (known && holds(known, this.#clock.monotonic() - known.at)) return known.resolution
      throw error
    }
  }

  /** Drops what a change may have made wrong. */
  forget({ addresses = [], domains = [], accounts = [] }: DirectoryChange): void {
    for (const question of this.#questions.values()) question.outdated = true
    // Three kinds of names that cannot be taken for each other: with an @, with a dot, with neither.
    const changed = new Set([...addresses.map((one) => one.toLowerCase()), ...domains, ...accounts])
    if (changed.size === 0) return
    for (const entries of [this.#small, this.#large]) {
      for (const [key, answer] of entries.entries()) {
        if (dependsOn(key, answer, changed)) entries.delete(key)
      }
    }
  }

  #find(key: string): Entry | undefined {
    return this.#small.get(key) ?? this.#large.get(key)
  }

  #keep(key: string, entry: Entry): void {
    const small = itemsOf(entry) <= SMALL_ITEMS_MAX
    const [into, other] = small ? [this.#small, this.#large] : [this.#large, this.#small]
    other.delete(key)
    into.set(key, entry)
  }

  #question(key: string, address: Address): Promise<Resolution> {
    const asked = this.#questions.get(key)
    if (asked !== undefined) return asked.answer.promise
    const answer = Promise.withResolvers<Resolution>()
    const question: Question = { key, address, answer, outdated: false }
    this.#questions.set(key, question)
    this.#queue.push(question)
    // Those who ask in the same turn share a call.
    if (this.#queue.length === 1) queueMicrotask(() => this.#send())
    return answer.promise
  }

  #send(): void {
    const queue = this.#queue
    this.#queue = []
    for (let i = 0; i < queue.length; i += QUESTIONS_PER_CALL_MAX) {
      void this.#call(queue.slice(i, i + QUESTIONS_PER_CALL_MAX))
    }
  }

  async #call(questions: readonly Question[]): Promise<void> {
    const at = this.#clock.monotonic()
    let again = false
    try {
      const answers = await this.#ask(questions.map(({ address }) => formatAddress(address)))
      this.#awayUntil = Number.NEGATIVE_INFINITY
      questions.forEach((question, i) => {
        const answer = answers[i]
        if (answer === undefined) question.answer.reject(new Error('Too few resolutions'))
        else this.#settle(question, answer, at)
      })
    } catch (error) {
      again = error instanceof Fault && error.code === 'too-large' && questions.length > 1
      if (again) return await this.#callInHalves(questions)
      this.#awayUntil = this.#clock.monotonic() + AWAY_MS
      for (const question of questions) question.answer.reject(error)
    } finally {
      if (!again) for (const { key } of questions) this.#questions.delete(key)
    }
  }

  /** One after the other, since both are much. */
  async #callInHalves(questions: readonly Question[]): Promise<void> {
    const half = Math.ceil(questions.length / 2)
    await this.#call(questions.slice(0, half))
    await this.#call(questions.slice(half))
  }

  #settle(question: Question, { resolution, through }: Answer, at: number): void {
    const entry = { resolution, through, at: question.outdated ? at - FRESH_MS : at }
    this.#keep(question.key, entry)
    question.answer.resolve(resolution)
  }
}

function dependsOn(
  key: string,
  { resolution, through }: Answer,
  changed: ReadonlySet<string>,
): boolean {
  const isChanged = (name: string) => changed.has(name)
  if (isChanged(key) || isChanged(key.slice(key.lastIndexOf('@') + 1))) return true
  const targets = resolution.kind === 'accounts' ? resolution.targets : []
  const owned = targets.some(({ account, domain }) => isChanged(account) || isChanged(domain))
  return owned || through.some(isChanged)
}

function itemsOf({ resolution, through }: Answer): number {
  if (resolution.kind !== 'accounts') return through.length
  return resolution.targets.length + resolution.forwards.length + through.length
}

/** "No" holds for seconds only: the customer who just got the address must not wait for an outage to end. */
function holds({ resolution }: Entry, ageMs: number): boolean {
  return ageMs < (resolution.kind === 'accounts' ? OUTAGE_MS : FRESH_MS)
}
