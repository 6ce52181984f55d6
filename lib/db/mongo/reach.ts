/** Whether there is a server to write to, as the driver's own watch over the servers has it. */
import type { MongoClient, TopologyDescription } from 'mongodb'
import type { Fault } from '#lib/base/fault.ts'
import { toUnavailable } from './error.ts'

/** Below that it is not worth telling: one connection that broke looks the same. */
const TOLD_AFTER_MS = 1000

/** Told when the database has been away for a second, and when it is there again. */
export interface Presence {
  away(error: Error): void
  back(awayMs: number): void
}

const WRITABLE: ReadonlySet<string> = new Set(['Standalone', 'RSPrimary', 'Mongos', 'LoadBalancer'])

export class Reach {
  readonly #presence: Presence | undefined
  #away: { readonly since: number; readonly error: Error } | undefined
  /** Until it is told. */
  #telling: NodeJS.Timeout | undefined
  #told = false
  #closed = false
  /** Of the servers seen last. A server that stands alone knows no number of a write. */
  #numbered = false

  constructor(client: MongoClient, presence?: Presence) {
    this.#presence = presence
    client.on('topologyDescriptionChanged', ({ newDescription }) => this.#changed(newDescription))
  }

  /** Whether the driver repeats a write of one document by itself, under a number by which the server knows it again. */
  get numbersWrites(): boolean {
    return this.#numbered
  }

  /** Why nobody need wait: no server for as long as that. */
  awayFor(ms: number): Fault | undefined {
    if (this.#away === undefined || performance.now() - this.#away.since < ms) return undefined
    return toUnavailable(this.#away.error)
  }

  close(): void {
    this.#closed = true
    clearTimeout(this.#telling)
  }

  #changed(description: TopologyDescription): void {
    if (this.#closed) return
    const types = [...description.servers.values()].map(({ type }) => type)
    const writable = types.find((type) => WRITABLE.has(type))
    if (writable !== undefined) {
      this.#numbered = writable !== 'Standalone'
      if (this.#away !== undefined) this.#back(this.#away.since)
    } else if (this.#away === undefined) {
      const error = description.error ?? new Error('None of the servers takes writes')
      this.#away = { since: performance.now(), error }
      const tell = () => {
        this.#told = true
        this.#presence?.away(error)
      }
      this.#telling = setTimeout(tell, TOLD_AFTER_MS).unref()
    }
  }

  #back(since: number): void {
    this.#away = undefined
    clearTimeout(this.#telling)
    if (this.#told) this.#presence?.back(performance.now() - since)
    this.#told = false
  }
}
