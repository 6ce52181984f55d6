/**
 * What the directory answered about addresses, kept for a while: for seconds as the truth, for a day in case
 * the directory is away. Knows neither gRPC nor NATS; who wires it hands it the question and the changes.
 */

import type { Clock } from '#lib/base/clock.ts'
import { DependentMap } from '#lib/base/dependent-map.ts'
import { Fault } from '#lib/base/fault.ts'
import { Outage } from '#lib/base/outage.ts'
import { type Address, addressKey, formatAddress } from '#lib/mail/address.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { type DirectoryChange, namesOf } from './changes.ts'

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

interface Entry extends Answer {
  readonly at: number
}

interface Question {
  readonly key: string
  readonly address: Address
  readonly answer: PromiseWithResolvers<Resolution>
  /** Of the maps, when it was asked. */
  readonly mark: number
  /** A change came while the question was out: the answer may be the one from before it. */
  outdated: boolean
}

const ENTRIES_MAX = 200_000
/** An answer that holds more than this is a large one, as those of groups are; few of them are kept. */
const SMALL_ITEMS_MAX = 8
const LARGE_ENTRIES_MAX = 200
/** Domains that are not hosted here. */
const DOMAINS_MAX = 50_000
const FRESH_MS = 5000
/** How long a call may take unless it is said otherwise. */
const ANSWER_MS = 3000
/** How long the last answer holds while the directory is away. */
const OUTAGE_MS = 24 * 60 * 60 * 1000
const QUESTIONS_PER_CALL_MAX = 100

export interface DirectoryCacheOptions {
  /** How long a call may take. */
  readonly answerMs?: number
  readonly entriesMax?: number
}

/**
 * Answers where mail goes; one question per address is out at a time, however many ask.
 *
 * While the directory is away, one call at a time finds out whether it is back, and what is known of the last day is
 * answered at once: addresses that lead somewhere, and, marked as remembered, that a domain is not hosted here.
 */
export class DirectoryCache {
  readonly #ask: AskDirectory
  readonly #clock: Pick<Clock, 'monotonic'>
  readonly #outage: Outage
  readonly #small: DependentMap<Entry>
  readonly #large = new DependentMap<Entry>(LARGE_ENTRIES_MAX, dependsOn)
  /** When a domain was not hosted here. */
  readonly #elsewhere = new DependentMap<{ readonly at: number }>(DOMAINS_MAX, (_, domain) => [
    domain,
  ])
  readonly #questions = new Map<string, Question>()
  #queue: Question[] = []

  constructor(
    ask: AskDirectory,
    clock: Pick<Clock, 'monotonic'>,
    { answerMs = ANSWER_MS, entriesMax = ENTRIES_MAX }: DirectoryCacheOptions = {},
  ) {
    this.#ask = ask
    this.#clock = clock
    this.#outage = new Outage(clock, answerMs)
    this.#small = new DependentMap<Entry>(entriesMax, dependsOn)
  }

  /** @throws whatever the directory's call threw, when nothing is known of the address */
  async resolve(address: Address): Promise<Resolution> {
    const key = addressKey(address)
    const entry = this.#find(key)
    if (entry !== undefined && this.#clock.monotonic() - entry.at < FRESH_MS) {
      this.#keep(key, entry, this.#small.mark)
      return entry.resolution
    }
    if (this.#outage.on) {
      const known = this.#recall(key, address)
      if (known !== undefined) return known
    }
    try {
      return await this.#question(key, address)
    } catch (error) {
      const known = this.#recall(key, address)
      if (known === undefined) throw error
      return known
    }
  }

  /** Drops what a change may have made wrong. */
  forget(change: DirectoryChange): void {
    for (const question of this.#questions.values()) question.outdated = true
    const names = namesOf(change)
    for (const map of [this.#small, this.#large, this.#elsewhere]) map.changed(names)
  }

  /**
   * What holds while the directory is away. "No" holds for seconds only: the customer who just got the address must not wait
   * for an outage to end.
   */
  #recall(key: string, { domain }: Address): Resolution | undefined {
    const now = this.#clock.monotonic()
    const entry = this.#find(key)
    if (entry !== undefined) {
      const { kind } = entry.resolution
      if (now - entry.at < (kind === 'accounts' ? OUTAGE_MS : FRESH_MS)) {
        this.#keep(key, entry, this.#small.mark)
        return entry.resolution
      }
    }
    const elsewhere = this.#elsewhere.get(domain)
    if (elsewhere === undefined || now - elsewhere.at >= OUTAGE_MS) return undefined
    return { kind: 'elsewhere', remembered: true }
  }

  #find(key: string): Entry | undefined {
    return this.#small.get(key) ?? this.#large.get(key)
  }

  #keep(key: string, entry: Entry, mark: number): void {
    const small = itemsOf(entry) <= SMALL_ITEMS_MAX
    const [into, other] = small ? [this.#small, this.#large] : [this.#large, this.#small]
    other.delete(key)
    into.set(key, entry, mark)
  }

  #question(key: string, address: Address): Promise<Resolution> {
    const asked = this.#questions.get(key)
    if (asked !== undefined) return asked.answer.promise
    const answer = Promise.withResolvers<Resolution>()
    const { mark } = this.#small
    const question: Question = { key, address, answer, mark, outdated: false }
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
      const addresses = questions.map(({ address }) => formatAddress(address))
      const answers = await this.#outage.ask(() => this.#ask(addresses))
      questions.forEach((question, i) => {
        const answer = answers[i]
        if (answer === undefined) question.answer.reject(new Error('Too few resolutions'))
        else this.#settle(question, answer, at)
      })
    } catch (error) {
      again = error instanceof Fault && error.code === 'too-large' && questions.length > 1
      if (again) return await this.#callInHalves(questions)
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

  #settle({ key, address, mark, ...question }: Question, told: Answer, asked: number): void {
    const { resolution, through } = told
    const at = question.outdated ? asked - FRESH_MS : asked
    this.#keep(key, { resolution, through, at }, mark)
    if (resolution.kind === 'elsewhere') this.#elsewhere.set(address.domain, { at }, mark)
    else this.#elsewhere.delete(address.domain)
    question.answer.resolve(resolution)
  }
}

/** The names that an answer depends on. */
function* dependsOn({ resolution, through }: Answer, key: string): Generator<string> {
  yield key
  yield key.slice(key.lastIndexOf('@') + 1)
  for (const { account, domain } of resolution.kind === 'accounts' ? resolution.targets : []) {
    yield account
    yield domain
  }
  yield* through
}

function itemsOf({ resolution, through }: Answer): number {
  if (resolution.kind !== 'accounts') return through.length
  return resolution.targets.length + resolution.forwards.length + through.length
}
