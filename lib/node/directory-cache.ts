/**
 * What the directory answered about addresses, kept for a while: for seconds as the truth, for a day in case
 * the directory is away. Knows neither gRPC nor NATS; who wires it hands it the question and the changes.
 */

import type { Clock } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import { type Address, addressKey, formatAddress } from '#lib/mail/address.ts'
import type { Resolution } from '#lib/mail/resolution.ts'

/** One resolution per address, in order. */
export type AskDirectory = (addresses: readonly string[]) => Promise<readonly Resolution[]>

/** What changed in the directory, as its announcements name it. */
export interface DirectoryChange {
  readonly addresses?: readonly string[]
  readonly domains?: readonly string[]
  readonly accounts?: readonly string[]
}

interface Entry {
  readonly resolution: Resolution
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
  readonly #entries: RecentMap<string, Entry>
  readonly #questions = new Map<string, Question>()
  #queue: Question[] = []
  #awayUntil = Number.NEGATIVE_INFINITY

  constructor(ask: AskDirectory, clock: Pick<Clock, 'monotonic'>, entriesMax = ENTRIES_MAX) {
    this.#ask = ask
    this.#clock = clock
    this.#entries = new RecentMap(entriesMax)
  }

  /** @throws whatever the directory's call threw, when nothing is known of the address */
  async resolve(address: Address): Promise<Resolution> {
    const key = addressKey(address)
    const entry = this.#entries.get(key)
    const now = this.#clock.monotonic()
    if (entry !== undefined) {
      const age = now - entry.at
      if (age < FRESH_MS || (now < this.#awayUntil && holds(entry, age))) {
        this.#entries.set(key, entry)
        return entry.resolution
      }
    }
    try {
      return await this.#question(key, address)
    } catch (error) {
      const known = this.#entries.get(key)
      if (known && holds(known, this.#clock.monotonic() - known.at)) return known.resolution
      throw error
    }
  }

  /** Drops what a change may have made wrong. */
  forget({ addresses = [], domains = [], accounts = [] }: DirectoryChange): void {
    for (const question of this.#questions.values()) question.outdated = true
    const gone = new Set(addresses.map((address) => address.toLowerCase()))
    const ends = new Set(domains)
    const owners = new Set(accounts)
    if (gone.size + ends.size + owners.size === 0) return
    for (const [key, { resolution }] of this.#entries.entries()) {
      const domain = key.slice(key.lastIndexOf('@') + 1)
      const owned =
        resolution.kind === 'accounts' &&
        resolution.targets.some((one) => owners.has(one.account) || ends.has(one.domain))
      if (gone.has(key) || ends.has(domain) || owned) this.#entries.delete(key)
    }
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
    try {
      const answers = await this.#ask(questions.map(({ address }) => formatAddress(address)))
      this.#awayUntil = Number.NEGATIVE_INFINITY
      questions.forEach((question, i) => {
        const resolution = answers[i]
        if (resolution === undefined) question.answer.reject(new Error('Too few resolutions'))
        else this.#settle(question, resolution, at)
      })
    } catch (error) {
      this.#awayUntil = this.#clock.monotonic() + AWAY_MS
      for (const question of questions) question.answer.reject(error)
    } finally {
      for (const { key } of questions) this.#questions.delete(key)
    }
  }

  #settle(question: Question, resolution: Resolution, at: number): void {
    this.#entries.set(question.key, { resolution, at: question.outdated ? at - FRESH_MS : at })
    question.answer.resolve(resolution)
  }
}

/** "No" holds for seconds only: the customer who just got the address must not wait for an outage to end. */
function holds({ resolution }: Entry, ageMs: number): boolean {
  return ageMs < (resolution.kind === 'accounts' ? OUTAGE_MS : FRESH_MS)
}
