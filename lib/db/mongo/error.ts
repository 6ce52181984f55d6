/** What the driver's errors mean to us. */
import {
  MongoBulkWriteError,
  MongoDriverError,
  MongoError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb'
import { Fault } from '#lib/base/fault.ts'
import { ID_INDEX } from '../plan.ts'
import { DuplicateKey } from '../port.ts'

const INTERNAL_ERROR = 1
const DUPLICATE_KEY = 11000

/** The document, or the command around it, is larger than the server takes: by code, or in words. */
const TOO_LARGE: ReadonlySet<unknown> = new Set([10334, 17280, 17419, 17420])
const TOO_LARGE_WORDS = /too large|larger than maxDocumentSize|maxBsonObjectSize/i

/** How PostgreSQL says it, where FerretDB passes its words on. */
const EXCLUSION = /exclusion constraint/

/**
 * Server codes that pass by themselves: no primary, stepping down, shutting down, interrupted, time or write concern
 * exceeded, write conflict, a lock; a shard or a router that knows an older map; a disk that is full; a cursor that a
 * restarted server does not know, or has killed.
 */
const TRANSIENT: ReadonlySet<unknown> = new Set([
  ...[6, 7, 24, 43, 46, 50, 63, 64, 79, 89, 91, 100, 112, 117, 133, 134, 150, 175, 189, 202, 225],
  ...[234, 237, 246, 262, 317, 384, 462, 9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435],
  ...[13436, 14031],
])

/** How PostgreSQL, beneath FerretDB, says that two got into each other's way: nothing was done. */
const COLLISION = /deadlock detected|could not serialize access/

/** How FerretDB says that PostgreSQL is away, comes, goes, or has no room. */
const BENEATH =
  /failed to connect|connection (refused|reset)|conn closed|closed pool|broken pipe|unexpected EOF|terminating connection|database system is|too many clients|No space left|could not (extend|write)/i

/** Errors of the driver itself that say that no answer came: what was asked may have happened. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoClientClosedError',
  'MongoServerClosedError',
  'MongoPoolClosedError',
  'MongoWaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
  'MongoStalePrimaryError',
  'MongoUnexpectedServerResponseError',
])

/** Of a socket, from the system. */
const BROKEN: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT'])

/**
 * The port's own error for one of the driver's; what is none of ours comes back as it is. `suspect` is the
 * index that is named when the server says only that one was violated.
 */
export function toPortError(thrown: unknown, suspect = ''): unknown {
  const error = causeOf(thrown)
  if (!(error instanceof Error) || error instanceof Fault) return error
  const code = error instanceof MongoError ? error.code : undefined
  if (code === DUPLICATE_KEY || (code === INTERNAL_ERROR && EXCLUSION.test(error.message))) {
    return new DuplicateKey(violatedIndex(error) ?? suspect, { cause: error })
  }
  if (TOO_LARGE.has(code) || error instanceof RangeError || TOO_LARGE_WORDS.test(error.message)) {
    return new Fault('too-large', 'The document is too large', { cause: error })
  }
  return isUnavailable(error) ? toUnavailable(error) : error
}

export function toUnavailable(error: unknown): Fault {
  return new Fault('unavailable', 'The database is not available', { cause: error })
}

/** Whether the server, or the way to it, fails for now, as opposed to the request being wrong. */
export function isUnavailable(thrown: unknown): boolean {
  const error = causeOf(thrown)
  if (error instanceof Fault) return error.code === 'unavailable'
  if (!(error instanceof MongoError)) return isBroken(error)
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoWriteConcernError ||
    NO_ANSWER.has(error.name) ||
    TRANSIENT.has(error.code) ||
    isCollision(error) ||
    (error.code === INTERNAL_ERROR && BENEATH.test(error.message)) ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('TransientTransactionError') ||
    (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)
  )
}

/** What the driver lets through as it came: a socket that breaks while a command is written. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && BROKEN.has(error.code)
}

/** Whether the same again will do. */
export function isCollision(error: unknown): boolean {
  return error instanceof MongoError && COLLISION.test(error.message)
}

/**
 * Whether the server has certainly not done what was asked, as it never heard of it, or has taken it back. Says so only
 * of the last try: whoever asks must know that there was no other before it.
 */
export function isUndone(thrown: unknown): boolean {
  if (thrown instanceof MongoBulkWriteError && !isUntouched(thrown)) return false
  const error = causeOf(thrown)
  if (!(error instanceof MongoError)) return false
  return (
    isCollision(error) ||
    error instanceof MongoServerSelectionError ||
    // Not `PoolClearedOnNetworkError`, which interrupts what was sent already.
    error.name === 'MongoPoolClearedError' ||
    (error instanceof MongoDriverError && error.name === 'MongoWaitQueueTimeoutError') ||
    // A connection that could not be made; or the server was asked too much, and says so before it begins.
    error.hasErrorLabel('HandshakeError') ||
    error.hasErrorLabel('SystemOverloadedError')
  )
}

/** A bulk goes in several commands: whether none of them has done anything. */
function isUntouched({ result }: MongoBulkWriteError): boolean {
  const { insertedCount, matchedCount, deletedCount, upsertedCount } = result
  return insertedCount + matchedCount + deletedCount + upsertedCount === 0
}

/** The driver wraps what interrupts a bulk, and hides what kind of error it was. */
function causeOf(error: unknown): unknown {
  if (!(error instanceof MongoBulkWriteError)) return error
  const inner: unknown = error.errorResponse
  return inner instanceof Error ? inner : error
}

/** MongoDB says `index: name dup key`, FerretDB `Index 'name'`; only in words, both of them. */
function violatedIndex(error: Error): string | undefined {
  const name = /index: (\S+) dup key|Index '([^']+)'/.exec(error.message)
  if (name !== null) return name[1] ?? name[2]
  const pattern = error instanceof MongoServerError ? error.keyPattern : undefined
  return Object.keys((pattern ?? {}) as object).join() === '_id' ? ID_INDEX.name : undefined
}
