/** What SQLite's result codes mean to us. */
import { Fault } from '#lib/base/fault.ts'

const BUSY = 5
const LOCKED = 6
/** Out of memory; an I/O error; a full disk; others got ahead of us too often. */
const PASSING: ReadonlySet<number> = new Set([BUSY, LOCKED, 7, 10, 13, 15])
/** Of the file system itself: full, over quota, failing, or of files too many open. */
const PASSING_OF_FILES: ReadonlySet<unknown> = new Set([
  ...['ENOSPC', 'EDQUOT', 'EIO', 'EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ETIMEDOUT'],
])

interface SqliteError extends Error {
  readonly errcode: number
}

/** Whether another process is in the way for now. */
export function isBusy(error: unknown): boolean {
  if (!isSqliteError(error)) return false
  const primary = error.errcode & 0xff
  return primary === BUSY || primary === LOCKED
}

/** Whether opening the same file later may work, without anybody doing anything about the file or the settings. */
export function isPassing(error: unknown): boolean {
  if (isSqliteError(error)) return PASSING.has(error.errcode & 0xff)
  return error instanceof Error && 'code' in error && PASSING_OF_FILES.has(error.code)
}

/** Whether the engine failed, as opposed to the request being wrong. */
export function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** A full disk, a lock held too long, an I/O error: all pass, or are for the operator to end. */
export function toUnavailable(error: unknown): Fault {
  return new Fault('unavailable', 'The database is not available', { cause: error })
}
