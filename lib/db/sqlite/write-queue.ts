/**
 * Group commit: the writes of one turn of the event loop share one transaction, and the transactions made while the
 * disk is being synced share the next sync. Nothing is told to a caller before it is on the disk, unless its
 * collection leaves that to what follows.
 *
 * A write must find out all that can refuse it before it changes anything; then one that is refused
 * leaves nothing behind, and the others of the transaction stand. When the engine fails, all fail.
 */
import { Fault } from '#lib/base/fault.ts'
import type { SqliteConnection } from './connection.ts'
import { isSqliteError, toUnavailable } from './error.ts'
import { LogSync } from './log-sync.ts'

/** So that one transaction does not keep the event loop for too long. */
const WRITES_PER_COMMIT_MAX = 1024
/** Of a disk that does not answer, or a lock that somebody holds, no more than so many wait. */
const WAITING_MAX = 10_000

/** What is written to, and when it was last. */
export interface Written {
  /** Whether writes are told once they are committed, in the order that the disk will have them in. */
  readonly lazy: boolean
  lastCommit: number
}

interface Waiting {
  run(): unknown
  readonly to: Written | undefined
  resolve(value: unknown): void
  reject(error: unknown): void
}

export class WriteQueue implements AsyncDisposable {
  readonly #connection: SqliteConnection
  /** Called within each transaction, before its writes. */
  readonly #begun: () => void
  readonly #log: LogSync
  /** The last commit of another process that we may have seen. */
  #others: number
  #waiting: Waiting[] = []
  #draining: Promise<void> | undefined
  #closed = false

  constructor(connection: SqliteConnection, begun: () => void, broken?: (error: Error) => void) {
    this.#connection = connection
    this.#begun = begun
    this.#log = new LogSync(() => connection.syncLog(), broken)
    // A process that was killed may have left commits that are not on the disk yet, and that we shall read.
    this.#others = this.#log.note()
  }

  /** Resolves with what `run` returned once it is durable, or rejects with what it threw. @throws {Fault} busy */
  write<R>(run: () => R, to?: Written): Promise<R> {
    if (this.#closed) return Promise.reject(closed())
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(new Fault('busy', 'The database has too much to do'))
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, to, resolve: resolve as (value: unknown) => void, reject })
      this.#draining ??= this.#drain()
    })
  }

  /** Why nothing can be made durable any more, until the process is started again. */
  get failure(): Error | undefined {
    return this.#log.failure
  }

  /** For whoever has read: a promise when part of it may not be on the disk yet. @throws {Fault} unavailable */
  seen(from: Written): Promise<void> | undefined {
    if (from.lazy) return undefined
    if (this.#closed) throw closed()
    if (this.#connection.changedByOthers()) this.#others = this.#log.note()
    return this.#log.durable(Math.max(from.lastCommit, this.#others))
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await new Promise(setImmediate)
      await this.#log.room
      const batch = this.#waiting.splice(0, WRITES_PER_COMMIT_MAX)
      let begun = false
      try {
        if (this.#log.failure !== undefined) throw this.#log.failure
        await this.#connection.patiently(() => this.#connection.statement('BEGIN IMMEDIATE').run())
        begun = true
        this.#commit(batch)
      } catch (error) {
        // Those who have come meanwhile too: waiting as long again, they would outlast their own callers.
        const late = begun ? [] : this.#waiting.splice(0)
        for (const { reject } of [...batch, ...late]) reject(error)
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
      this.#rollback()
      for (const { reject } of batch) reject(failure)
      return
    }
    this.#tell(batch, settle)
  }

  #tell(batch: readonly Waiting[], settle: readonly (() => void)[]): void {
    const commit = this.#log.note()
    const durable = batch.every(({ to }) => to?.lazy) ? undefined : this.#log.durable(commit)
    for (const [at, { to, reject }] of batch.entries()) {
      if (to !== undefined) to.lastCommit = commit
      if (to?.lazy || durable === undefined) settle[at]?.()
      else durable.then(settle[at], reject)
    }
  }

  /** After some failures SQLite has rolled back by itself; then there is nothing to do. */
  #rollback(): void {
    try {
      this.#connection.rollback()
    } catch (error) {
      if (!isSqliteError(error)) throw error
    }
  }

  /**
   * Resolves when all that waits is on the disk. What comes from now on is refused: it could only be synced by a file
   * that is being closed.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#draining
    await this.#log.durable(this.#log.note())?.catch(() => undefined)
  }
}

function closed(): Fault {
  return new Fault('unavailable', 'The database is closed')
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
