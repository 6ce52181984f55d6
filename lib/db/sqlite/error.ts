/** What SQLite's result codes mean to us. */
import { Fault } from '#lib/base/fault.ts'

const BUSY = 5
const LOCKED = 6

interface SqliteError extends Error {
  readonly errcode: number
}

/** Whether another process is in the way for now. */
export function isBusy(error: unknown): boolean {
  if (!isSqliteError(error)) return false
  const primary = error.errcode & 0xff
  return primary === BUSY || primary === LOCKED
}

/** Whether the engine failed, as opposed to the request being wrong. */
export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** A full disk, a lock held too long, an I/O error: all pass, or are for the operator to end. */
export function toUnavailable(error: unknown): Fault {
  return new Fault('unavailable', 'The database is not available', { cause: error })
}
