/**
 * Group commit: the writes of one turn of the event loop share one transaction, so that one sync of the
 * disk serves them all. Nothing is told to a caller before the commit.
 *
 * A write must find out all that can refuse it before it changes anything; then one that is refused
 * leaves nothing behind, and the others of the transaction stand. When the engine fails, all fail.
 */
import type { SqliteConnection } from './connection.ts'
import { isSqliteError, toUnavailable } from './error.ts'

/** So that one transaction does not keep the event loop for too long. */
const WRITES_PER_COMMIT_MAX = 1024

interface Waiting {
  run(): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

export class WriteQueue implements AsyncDisposable {
  readonly #connection: SqliteConnection
  /** Called within each transaction, before its writes. */
  readonly #begun: () => void
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined

  constructor(connection: SqliteConnection, begun: () => void) {
    this.#connection = connection
    this.#begun = begun
  }

  /** Resolves with what `run` returned once it is durable, or rejects with what it threw. */
  write<R>(run: () => R): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject })
      this.#draining ??= this.#drain()
    })
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise(setImmediate)
      const batch = this.#waiting.splice(0, WRITES_PER_COMMIT_MAX)
      try {
        await this.#connection.patiently(() => this.#connection.statement('BEGIN IMMEDIATE').run())
        this.#commit(batch)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    this.#draining = undefined
  }

  #commit(batch: readonly Waiting[]): void {
    const settle: (() => void)[] = []
    try {
      this.#begun()
      for (const waiting of batch) settle.push(attempt(waiting))
      this.#connection.statement('COMMIT').run()
    } catch (error) {
      const failure = isSqliteError(error) ? toUnavailable(error) : error
      settle.splice(
        0,
        settle.length,
        ...batch.map(
          ({ reject }) =>
            () =>
              reject(failure),
        ),
      )
      this.#rollback()
    }
    for (const tell of settle) tell()
  }

  /** After some failures SQLite has rolled back by itself; then there is nothing to do. */
  #rollback(): void {
    try {
      this.#connection.rollback()
    } catch (error) {
      if (!isSqliteError(error)) throw error
    }
  }

  /** Resolves when nothing waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#draining
  }
}

/** Runs one write; its outcome is told later. A failure of the engine is the whole transaction's. */
function attempt({ run, resolve, reject }: Waiting): () => void {
  try {
    const result = run()
    return () => resolve(result)
  } catch (error) {
    if (isSqliteError(error)) throw error
    return () => reject(error)
  }
}
