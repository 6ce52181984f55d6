/** What the driver's errors mean to us. */
import { MongoBulkWriteError, MongoError, MongoServerError } from 'mongodb'
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
 * Server codes that pass by themselves: no primary, stepping down, shutting down, interrupted, time or
 * write concern exceeded, write conflict; a cursor that a restarted server does not know, or has killed.
 */
const TRANSIENT: ReadonlySet<unknown> = new Set([
  6, 7, 43, 50, 64, 89, 91, 100, 112, 133, 134, 175, 189, 237, 262, 9001, 10058, 10107, 11600,
  11601, 11602, 13435, 13436,
])

/** How PostgreSQL, beneath FerretDB, says that two got into each other's way. */
const COLLISION = /deadlock detected|could not serialize access/

/** Errors of the driver itself that say that no answer came: what was asked may have happened. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'MongoWaitQueueTimeoutError',
  'MongoWriteConcernError',
  'MongoOperationTimeoutError',
  'MongoExpiredSessionError',
])

/**
 * The port's own error for one of the driver's; what is none of ours comes back as it is. `suspect` is the
 * index that is named when the server says only that one was violated.
 */
export function toPortError(error: unknown, suspect = ''): unknown {
  if (!(error instanceof Error)) return error
  const code = error instanceof MongoError ? error.code : undefined
  if (code === DUPLICATE_KEY || (code === INTERNAL_ERROR && EXCLUSION.test(error.message))) {
    return new DuplicateKey(violatedIndex(error) ?? suspect, { cause: error })
  }
  if (TOO_LARGE.has(code) || error instanceof RangeError || TOO_LARGE_WORDS.test(error.message)) {
    return new Fault('too-large', 'The document is too large', { cause: error })
  }
  return error instanceof MongoError && isUnavailable(error) ? toUnavailable(error) : error
}

export function toUnavailable(error: unknown): Fault {
  return new Fault('unavailable', 'The database is not available', { cause: error })
}

/** Waits for the driver and translates its error. */
export async function translated<R>(answer: Promise<R>, suspect?: string): Promise<R> {
  try {
    return await answer
  } catch (error) {
    throw toPortError(error, suspect)
  }
}

/** Whether the same again will do. */
export function isCollision(error: unknown): boolean {
  return error instanceof MongoError && COLLISION.test(error.message)
}

function isUnavailable(error: MongoError): boolean {
  return (
    isCollision(error) ||
    NO_ANSWER.has(error.name) ||
    TRANSIENT.has(error.code) ||
    error.hasErrorLabel('RetryableWriteError') ||
    error.hasErrorLabel('TransientTransactionError') ||
    (error instanceof MongoBulkWriteError && error.result.getWriteConcernError() !== undefined)
  )
}

/** MongoDB says `index: name dup key`, FerretDB `Index 'name'`; only in words, both of them. */
function violatedIndex(error: Error): string | undefined {
  const name = /index: (\S+) dup key|Index '([^']+)'/.exec(error.message)
  if (name !== null) return name[1] ?? name[2]
  const pattern = error instanceof MongoServerError ? error.keyPattern : undefined
  return Object.keys((pattern ?? {}) as object).join() === '_id' ? ID_INDEX.name : undefined
}
