import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  MongoBulkWriteError,
  MongoNetworkError,
  MongoServerError,
  MongoServerSelectionError,
  MongoWriteConcernError,
} from 'mongodb'
import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '../port.ts'
import { isUndone, toPortError } from './error.ts'

function server(code: number, errmsg: string, more: object = {}): MongoServerError {
  return new MongoServerError({ errmsg, message: errmsg, code, ...more })
}

test('a violated index is named, whoever words it', () => {
  const cases: [MongoServerError, string][] = [
    [
      server(11000, 'E11000 duplicate key error collection: d.c index: login dup key: { a: 1 }'),
      'login',
    ],
    [server(11000, 'E11000 … index: _id_ dup key: { _id: "x" }'), '_id_'],
    [
      server(11000, "Duplicate key violation on the requested collection: Index 't_1_n_1'"),
      't_1_n_1',
    ],
    [server(11000, 'no name', { keyPattern: { _id: 1 } }), '_id_'],
    [server(11000, 'no name'), 'suspect'],
    [
      server(1, 'conflicting key value violates exclusion constraint "documents_rum_index_8"'),
      'suspect',
    ],
  ]
  for (const [error, index] of cases) {
    const translatedError = toPortError(error, 'suspect')
    assert.ok(translatedError instanceof DuplicateKey)
    assert.equal(translatedError.index, index)
    assert.equal(translatedError.cause, error)
  }
})

test('elections, shutdowns and silence are unavailable', () => {
  const stepdown = [10107, 13435, 11600, 11602, 189, 91, 64, 6, 9001, 50, 262].map((code) =>
    server(code, 'not primary'),
  )
  const cursors = [43, 175, 237].map((code) => server(code, 'cursor id 7 not found'))
  const collided = server(1, 'deadlock detected')
  const labelled = server(8, 'unknown', { errorLabels: ['RetryableWriteError'] })
  const silent = [
    new MongoNetworkError('connection 1 closed'),
    new MongoServerSelectionError('no primary', {} as never),
    new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'timed out' } }),
    interruptedBulk(new MongoNetworkError('connection 1 closed')),
  ]
  const beneath = [
    'failed to connect to `user=x`',
    'FATAL: terminating connection due to administrator command',
    'the database system is starting up',
    'could not extend file "base/1/2": No space left on device',
  ].map((words) => server(1, words))
  for (const error of [...stepdown, ...cursors, collided, labelled, ...silent, ...beneath]) {
    const fault = toPortError(error)
    assert.ok(fault instanceof Fault, error.message)
    assert.equal(fault.code, 'unavailable')
    assert.ok(fault.cause instanceof Error)
    assert.doesNotMatch(fault.message, /primary|connection|deadlock/)
  }
})

test('a socket that breaks beneath the driver is unavailable, and what was asked may have happened', () => {
  for (const code of ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ETIMEDOUT']) {
    const error = Object.assign(new Error(`write ${code}`), { code })
    const translated = toPortError(error)
    assert.ok(translated instanceof Fault && translated.code === 'unavailable', code)
    assert.equal(isUndone(error), false)
  }
})

test('a document that is too large is told so; a bug stays a bug', () => {
  const words = server(2, 'Size 16777240 is larger than MaxDocumentSize 16777216')
  for (const error of [server(10334, 'BSONObjectTooLarge'), words]) {
    assert.equal((toPortError(error) as Fault).code, 'too-large')
  }
  const bug = server(2, 'unknown operator: $near')
  assert.equal(toPortError(bug), bug)
})

test('what the server cannot have done is told from what it may have done', () => {
  const notSent = Object.assign(new MongoNetworkError('ECONNREFUSED'), {})
  notSent.addErrorLabel('HandshakeError')
  const undone = [
    notSent,
    server(1, 'deadlock detected'),
    new MongoServerSelectionError('no primary', {} as never),
    interruptedBulk(notSent),
  ]
  for (const error of undone) assert.equal(isUndone(error), true, error.message)
  const unknown = [
    new MongoNetworkError('connection 1 closed'),
    server(189, 'stepped down'),
    server(10107, 'not primary: of the second try, perhaps'),
    new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'timed out' } }),
    interruptedBulk(new MongoNetworkError('connection 1 closed')),
    interruptedBulk(notSent, 1),
    new Error('a bug'),
  ]
  for (const error of unknown) assert.equal(isUndone(error), false, error.message)
})

/** As the driver tells that a bulk was interrupted after so many inserts. */
function interruptedBulk(error: Error, insertedCount = 0): MongoBulkWriteError {
  const counts = { insertedCount, matchedCount: 0, deletedCount: 0, upsertedCount: 0 }
  const result = { ...counts, getWriteConcernError: () => undefined }
  return new MongoBulkWriteError(error as never, result as never)
}
