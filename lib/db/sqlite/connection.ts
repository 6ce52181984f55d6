/**
 * One SQLite file: its settings, its prepared statements, and waiting for other processes without
 * keeping this one from its work.
 */
import { closeSync, existsSync, fdatasync, openSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { Fault } from '#lib/base/fault.ts'
import { isBusy, isPassing, isSqliteError, toUnavailable } from './error.ts'

/** How long SQLite itself may wait for a lock, and with it our event loop. */
const BLOCKING_WAIT_MS = 5
/** Between tries, the event loop is free. */
const RETRY_FIRST_MS = 1
const RETRY_MAX_MS = 20
/** After so long the database counts as unavailable: less than our own callers wait. */
const BUSY_LIMIT_MS = 8000
/** Pages in the log before they move to the file: 16 MB. */
const CHECKPOINT_PAGES = 4000

const MEMORY = ':memory:'
const OWNER_ONLY = { file: 0o600, folder: 0o700 }

const SETTINGS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
  PRAGMA journal_size_limit = 67108864;
  PRAGMA cache_size = -65536;
  PRAGMA temp_store = MEMORY;
`

export type Row = SQLInputValue[]

export class SqliteConnection implements Disposable {
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #busyLimitMs: number
  /** Of the log, when syncing it is ours. */
  #logPath: string | undefined
  #logFile: number | undefined
  #dataVersion: unknown

  private constructor(database: DatabaseSync, busyLimitMs: number) {
    this.#database = database
    this.#busyLimitMs = busyLimitMs
  }

  /**
   * Opens the file for this user alone, and makes it, and its folder, when missing.
   *
   * @throws {Fault} unavailable, when it may work later; else what is wrong with the file
   */
  static async open(path: string, busyLimitMs = BUSY_LIMIT_MS): Promise<SqliteConnection> {
    let connection: SqliteConnection | undefined
    try {
      if (path !== MEMORY) await makeFile(path)
      const database = new DatabaseSync(path, { timeout: BLOCKING_WAIT_MS })
      connection = new SqliteConnection(database, busyLimitMs)
      await connection.patiently(() => database.exec(SETTINGS))
      connection.#emptyLog()
      connection.#takeLog()
      return connection
    } catch (error) {
      connection?.[Symbol.dispose]()
      const cause = error instanceof Fault ? error.cause : error
      throw isPassing(cause) ? toUnavailable(cause) : cause
    }
  }

  exec(sql: string): void {
    this.#database.exec(sql)
  }

  /** Prepared once and kept. The caller runs it to its end before it gives way. */
  statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#database.prepare(sql)
      statement.setReturnArrays(true)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** The first row, as an array. */
  row(sql: string, ...parameters: SQLInputValue[]): Row | undefined {
    return this.statement(sql).get(...parameters) as unknown as Row | undefined
  }

  /**
   * Resolves when every commit so far, by whomever, is on the disk. Closing this file takes no lock from SQLite: its
   * locks are on others.
   */
  async syncLog(): Promise<void> {
    if (this.#logPath === undefined) return
    // Without a log nothing was committed yet. There is one from the first commit until the last connection closes.
    if (this.#logFile === undefined && !existsSync(this.#logPath)) return
    this.#logFile ??= openSync(this.#logPath, 'r')
    await syncFile(this.#logFile)
  }

  /** Whether another process has committed anything since this was asked last. */
  changedByOthers(): boolean {
    if (this.#logPath === undefined) return false
    const [version] = this.row('PRAGMA data_version') ?? []
    const changed = version !== this.#dataVersion
    this.#dataVersion = version
    return changed
  }

  /** Runs `work` again and again while another process is in the way. @throws {Fault} unavailable */
  async patiently<R>(work: () => R): Promise<R> {
    let waitedMs = 0
    for (let waitMs = RETRY_FIRST_MS; ; waitMs = Math.min(waitMs * 2, RETRY_MAX_MS)) {
      try {
        return work()
      } catch (error) {
        if (!this.#database.isOpen) throw toUnavailable(error)
        if (!isSqliteError(error)) throw error
        if (!isBusy(error) || waitedMs >= this.#busyLimitMs) throw toUnavailable(error)
      }
      await delay(waitMs)
      waitedMs += waitMs + BLOCKING_WAIT_MS
    }
  }

  /** Within a transaction: all that `work` changes, or nothing when it throws. */
  atomically<R>(work: () => R): R {
    this.#database.exec('SAVEPOINT work')
    try {
      const result = work()
      this.#database.exec('RELEASE work')
      return result
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK TO work; RELEASE work')
      throw error
    }
  }

  rollback(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
  }

  [Symbol.dispose](): void {
    this.#statements.clear()
    if (this.#database.isOpen) this.#database.close()
    if (this.#logFile !== undefined) closeSync(this.#logFile)
    this.#logFile = undefined
  }

  /**
   * Moves what an earlier process has left in the log to the file. It may have died of a disk that failed: a part of the log
   * may then be in memory only, and no later sync of the log would write it, though all that comes behind it would be lost
   * with it. Others who are at work on the file, or a full disk, leave it as it is.
   */
  #emptyLog(): void {
    try {
      this.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (!isSqliteError(error)) throw error
    }
  }

  /**
   * From here on SQLite syncs only around checkpoints, which keeps the file whole, and `syncLog` makes commits durable.
   * Where a file cannot have such a log, SQLite goes on to sync each commit by itself.
   */
  #takeLog(): void {
    const [mode] = this.row('PRAGMA journal_mode') ?? []
    // Where SQLite says the file is: of a link it is another place than we were told, and so is the log.
    const path = this.#database.location()
    if (mode !== 'wal' || path === null) return
    this.exec('PRAGMA synchronous = NORMAL')
    this.#logPath = `${path}-wal`
  }
}

/** SQLite would make it readable for all, and gives its log and index the modes of the file. */
async function makeFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: OWNER_ONLY.folder })
  const file = await open(path, 'a', OWNER_ONLY.file)
  await file.close()
}

function syncFile(file: number): Promise<void> {
  return new Promise((resolve, reject) => {
    fdatasync(file, (error) => (error === null ? resolve() : reject(error)))
  })
}
