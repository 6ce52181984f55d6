/** What the ledger answers, on either engine. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newId } from '#lib/base/id.ts'
import { openDatabase } from '#lib/db/open.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import {
  type Collections,
  type EntryDocument,
  type LedgerEvent,
  type MailDocument,
  openCollections,
} from '../documents.ts'
import { checkLedger, type LedgerCount } from './check.ts'
import { type TraceQuestion, trace } from './trace.ts'

const HOUR_MS = 3_600_000
const EPOCH = 1_700_000_000_000
const FAR = new Date(EPOCH + 1e12)
const EVERYTHING = { from: 0, until: 0 }

async function openLedger() {
  const stack = new AsyncDisposableStack()
  const { MONGODB_URL } = process.env
  const url = new URL(MONGODB_URL ?? 'sqlite::memory:')
  if (MONGODB_URL !== undefined) url.pathname = `/ledger_${newId(systemClock, systemRandom)}`
  const database = stack.use(await openDatabase(url.href, { clock: systemClock }))
  const collections = await openCollections(database)
  return {
    collections,
    ask: async (question: Partial<TraceQuestion>) =>
      Array.fromAsync(trace({ ...NOTHING, ...question }, collections)),
    check: (range = EVERYTHING) => checked(collections, range),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const NOTHING: TraceQuestion = {
  ...{ sender: '', recipient: '', messageId: '', mailId: '', from: 0, until: 0, tenant: '' },
  limit: 0,
}

async function checked(collections: Collections, range: typeof EVERYTHING) {
  const findings: string[] = []
  let count: LedgerCount | undefined
  const parts = { collections, now: () => EPOCH + 24 * HOUR_MS }
  for await (const report of checkLedger(range, parts)) {
    if ('count' in report) count = report.count
    else findings.push(report.finding)
  }
  return { findings, count }
}

function mailOf(name: string, changes: Partial<MailDocument> = {}): MailDocument {
  return {
    ...{ _id: name, at: new Date(EPOCH), sender: 'alice@example.test', tenant: 'acme' },
    ...{ recipients: ['bob@elsewhere.test'], messageId: `<${name}@example.test>` },
    ...{ class: 'personal', sizeBytes: 100, clientAddress: '::1', clientHelo: 'x', outcomes: [] },
    expiresAt: FAR,
    ...changes,
  }
}

function lineOf(mailId: string, event: LedgerEvent, changes: object = {}) {
  const recipient = 'bob@elsewhere.test'
  const last = event === 'deferred' ? newId(systemClock, systemRandom) : 'end'
  const at = new Date(EPOCH + 1000)
  return { _id: `${mailId}/${recipient}/${last}`, at, event, recipient, expiresAt: FAR, ...changes }
}

function entryOf(mailId: string, changes: Partial<EntryDocument> = {}): EntryDocument {
  return {
    ...{ _id: `${mailId}.1`, mailId, destination: 'elsewhere.test', pool: 'default' },
    ...{ class: 'personal', tenant: 'acme', sender: 'alice@example.test', state: 'waiting' },
    recipients: [{ address: 'bob@elsewhere.test' }],
    ...{ attempts: 1, next: FAR, fence: 1, queuedAt: new Date(EPOCH), expiresAt: FAR },
    sizeBytes: 100,
    ...changes,
  }
}

async function fill({ mails, lines, entries, queuedMails }: Collections): Promise<void> {
  await mails.bulkWrite(
    [
      mailOf('relayed'),
      mailOf('bounced', { at: new Date(EPOCH + HOUR_MS) }),
      mailOf('waiting', { at: new Date(EPOCH + 2 * HOUR_MS), sender: '' }),
      mailOf('held', { tenant: 'other' }),
      mailOf('local', {
        recipients: ['carol@example.test', 'team@example.test'],
        outcomes: [
          { at: new Date(EPOCH), event: 'delivered', recipient: 'Carol@example.test' },
          {
            ...{ at: new Date(EPOCH), event: 'expanded', recipient: 'team@example.test' },
            into: ['bob@elsewhere.test'],
          },
        ],
      }),
    ].map((document) => ({ kind: 'insert', document })),
  )
  for (const line of [
    lineOf('relayed', 'deferred', { at: new Date(EPOCH + 500), reply: '450 later' }),
    lineOf('relayed', 'relayed', { reply: '250 2.0.0 Ok' }),
    lineOf('bounced', 'bounced', { reason: 'bad-mailbox' }),
    lineOf('local', 'relayed'),
  ]) {
    await lines.insertOne(line)
  }
  await entries.insertOne(entryOf('waiting'))
  await entries.insertOne(entryOf('held', { state: 'held' }))
  for (const _id of ['waiting', 'held']) {
    const envelope = new Uint8Array([1])
    await queuedMails.insertOne({ _id, envelope, pieces: 1, queuedAt: new Date(EPOCH) })
  }
}

test('a mail is found by whatever is known of it, the newest first', async () => {
  await using ledger = await openLedger()
  await fill(ledger.collections)
  const cases: [question: Partial<TraceQuestion>, found: string[]][] = [
    [{ mailId: 'relayed' }, ['relayed']],
    [{ messageId: '<bounced@example.test>' }, ['bounced']],
    [{ messageId: 'bounced@example.test' }, ['bounced']],
    [{ recipient: 'BOB@elsewhere.test', limit: 2 }, ['waiting', 'bounced']],
    [{ recipient: 'bob@elsewhere.test', tenant: 'other' }, ['held']],
    [{ sender: '<>' }, ['waiting']],
    [{ sender: 'alice@example.test', from: EPOCH + 1 }, ['bounced']],
    [{ from: EPOCH + HOUR_MS, until: EPOCH + 2 * HOUR_MS }, ['bounced']],
    [{ mailId: 'relayed', sender: 'mallory@example.test' }, []],
    [{ mailId: 'nothing' }, []],
  ]
  for (const [question, found] of cases) {
    const mails = await ledger.ask(question)
    assert.deepEqual(
      mails.map(({ mail }) => mail._id),
      found,
      JSON.stringify(question),
    )
  }
  await assert.rejects(ledger.ask({}), { code: 'invalid' })
})

test('the lines of a mail come in their order, with what is queued of it', async () => {
  await using ledger = await openLedger()
  await fill(ledger.collections)
  const [relayed] = await ledger.ask({ mailId: 'relayed' })
  assert.deepEqual(
    relayed?.lines.map(({ event, reply }) => `${event} ${reply}`),
    ['deferred 450 later', 'relayed 250 2.0.0 Ok'],
  )
  const [waiting] = await ledger.ask({ mailId: 'waiting' })
  assert.deepEqual(
    waiting?.queued.map(({ _id }) => _id),
    ['waiting.1'],
  )
})

test('everything accepted is in one state, and none is missing', async () => {
  await using ledger = await openLedger()
  await fill(ledger.collections)
  assert.deepEqual(await ledger.check(), {
    findings: [],
    count: {
      ...{ mails: 5, accepted: 7, delivered: 3, bounced: 1, expanded: 1, deleted: 0 },
      ...{ queued: 1, held: 1, open: 0 },
    },
  })
  const { count } = await ledger.check({ from: EPOCH + 1, until: EPOCH + HOUR_MS + 1 })
  assert.equal(count?.mails, 1)
})

test('what is lost, doubled or nobody’s is found', async () => {
  await using ledger = await openLedger()
  const { mails, lines, entries } = ledger.collections
  await mails.insertOne(mailOf('lost'))
  await mails.insertOne(mailOf('young', { at: new Date(EPOCH + 24 * HOUR_MS - 1000) }))
  const at = new Date(EPOCH)
  const outcomes = [{ at, event: 'delivered' as const, recipient: 'bob@elsewhere.test' }]
  await mails.insertOne(mailOf('twice', { outcomes }))
  await lines.insertOne(lineOf('twice', 'bounced'))
  await mails.insertOne(mailOf('stranger', { recipients: [] }))
  await lines.insertOne(lineOf('stranger', 'relayed'))
  await entries.insertOne(entryOf('orphan'))
  const { findings, count } = await ledger.check()
  assert.deepEqual(findings.sort(), [
    'lost: bob@elsewhere.test is neither settled nor queued',
    'orphan.1: orphan is not in the ledger',
    'orphan.1: the bytes of orphan are gone',
    'stranger: bob@elsewhere.test is no recipient of it',
    'twice: bob@elsewhere.test ended twice, delivered and bounced',
  ])
  assert.equal(count?.open, 2)
})
