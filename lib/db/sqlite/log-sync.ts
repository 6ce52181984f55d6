/**
 * Brings commits to the disk beside the event loop. SQLite only writes its log; another thread syncs it while the next
 * commit is being made, and one sync serves every commit before it. Whoever is told of a commit waits for that.
 */
import { toUnavailable } from './error.ts'

interface Waiting {
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

export class LogSync {
  readonly #sync: () => Promise<void>
  readonly #broken: (error: Error) => void
  /** How many commits were made, and how many of them are on the disk. */
  #made = 0
  #durable = 0
  #waiting: Waiting[] = []
  /** The sync under way. */
  #syncing: Promise<void> | undefined
  #failure: Error | undefined

  /** `broken` is told once, when a sync has failed. */
  constructor(sync: () => Promise<void>, broken: (error: Error) => void = () => undefined) {
    this.#sync = sync
    this.#broken = broken
  }

  /** The disk has failed us once: nothing that was written since can be believed to be there, or to come. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** While somebody waits for the sync after the one under way: until that begins, so that more can share it. */
  get room(): Promise<void> | undefined {
    return this.#waiting.length > 0 ? this.#syncing : undefined
  }

  /** Counts a commit, by us or as seen by us. */
  note(): number {
    return ++this.#made
  }

  /** Resolves when a commit, and all before it, are on the disk. @throws {Fault} unavailable */
  durable(commit: number): Promise<void> | undefined {
    if (commit <= this.#durable && this.#failure === undefined) return undefined
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      if (this.#syncing === undefined) void this.#run()
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const waiting = this.#waiting.splice(0)
      this.#syncing = this.#syncOnce()
      await this.#syncing
      for (const { resolve, reject } of waiting) {
        if (this.#failure === undefined) resolve()
        else reject(this.#failure)
      }
    }
    this.#syncing = undefined
  }

  async #syncOnce(): Promise<void> {
    const made = this.#made
    try {
      if (this.#failure === undefined) await this.#sync()
      this.#durable = made
    } catch (error) {
      // What a failed sync has lost, the next one would not miss: it must never be taken for a success.
      this.#failure = toUnavailable(error)
      this.#broken(this.#failure)
    }
  }
}
