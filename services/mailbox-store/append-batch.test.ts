import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { append } from './append.ts'
import { type AppendBatch, appendBatch, type BatchMessage } from './append-batch.ts'
import { mailboxKey } from './documents.ts'
import type { Store } from './store.ts'
import { ACCOUNT, appendOf, inspect, openStore, openTestDatabase, TENANT } from './testing.ts'

const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('a batch is one commit, however large: its messages get UIDs in the order given. RFC 3502', async () => {
  await using database = await openTestDatabase()
  const announced: number[] = []
  const announce = ({ exists }: { exists: number }) => void announced.push(exists)
  const store = await openStore(database, { announce })
  await append(appendOf(), store)
  for (const [count, uids] of [
    [2, '2:3'],
    [450, '4:453'],
  ] as const) {
    const done = await appendBatch(batchOf(count), store)
    assert.deepEqual([done.uids, done.repeated], [uids, false])
  }
  assert.deepEqual(announced, [1, 3, 453])
  await store.committer.settled()
  const replica = await openStore(database)
  const lines = (await inspect(replica, ACCOUNT)).split(', ')
  assert.equal(lines.length, 453)
  assert.deepEqual(lines.slice(1, 4), ['2 m0 (\\Seen)', '3 m1 (Odd)', '4 m0 (\\Seen)'])
  assert.equal(lines.at(-1), '453 m449 (Odd)')
  assert.deepEqual(await stagedOf(store), [])
})

test('of a batch that breaks off, nothing is there', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mailbox } = await append(appendOf(), store)
  for (const count of [3, 1500]) {
    async function* broken() {
      yield* messages(count)
      throw new Fault('unavailable', 'The append broke off')
    }
    await assert.rejects(
      appendBatch({ ...batchOf(0), messages: broken() }, store),
      fault('unavailable'),
    )
  }
  const large = { ...batchOf(0), messages: messages(3, { content: Buffer.alloc(50) }) }
  await assert.rejects(appendBatch(large, { ...store, messageBytesMax: 40 }), fault('too-large'))
  await assert.rejects(appendBatch(batchOf(0), store), fault('invalid'))
  const state = await store.committer.mailbox(mailboxKey(ACCOUNT, mailbox)).read(true, (s) => s)
  assert.deepEqual([state.mailbox.exists, state.mailbox.modSeq, state.view.length], [1, 2, 1])
  assert.deepEqual(await stagedOf(store), [])
})

test('a batch that comes again is answered, also when there is no more room', async () => {
  await using database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  const quotas = [{ scope: 'account' as const, name: ACCOUNT, bytes: 0, messages: 460 }]
  for (const [count, uids] of [
    [2, '1:2'],
    [450, '3:452'],
  ] as const) {
    const batch = () => ({ ...batchOf(count, `b${count}-`), quotas })
    const [one, two] = await Promise.all([
      appendBatch(batch(), store),
      appendBatch(batch(), replica),
    ])
    assert.deepEqual([one.uids, two.uids, one.repeated !== two.repeated], [uids, uids, true])
    const again = await appendBatch(batch(), replica)
    assert.deepEqual([again.uids, again.repeated], [uids, true])
  }
  const other = { ...batchOf(3, 'b2-'), quotas }
  await assert.rejects(appendBatch(other, store), fault('invalid'))
  await assert.rejects(appendBatch({ ...batchOf(9), quotas }, store), fault('over-quota'))
  const single = await append(appendOf({ mailId: 'b2-0' }), store)
  assert.deepEqual([single.uid, single.repeated], [1, true])
  assert.deepEqual(await stagedOf(store), [])
})

test('a delivery that comes again is answered, also when there is no more room', async () => {
  await using database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  const quotas = [{ scope: 'account' as const, name: ACCOUNT, bytes: 0, messages: 1 }]
  const message = appendOf({ mailId: 'm1', quotas })
  assert.equal((await append(message, store)).repeated, false)
  const again = await append(message, replica)
  assert.deepEqual([again.uid, again.repeated], [1, true])
  await assert.rejects(append({ ...message, mailId: 'm2' }, replica), fault('over-quota'))
})

test('a size or a date that is none is refused, and counted nowhere', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const quotas = [{ scope: 'account' as const, name: ACCOUNT, bytes: 0, messages: 10 }]
  async function* content() {
    yield Buffer.from('Subject: m\r\n\r\n')
  }
  const bad: Partial<BatchMessage>[] = [
    ...[Number.NaN, -1, Number.NEGATIVE_INFINITY].map((size) => ({ size, content: content() })),
    ...[Number.NaN, Number.POSITIVE_INFINITY, 1e300].map((internalDate) => ({ internalDate })),
  ]
  for (const changes of bad) {
    await assert.rejects(append(appendOf({ ...changes, quotas }), store), fault('invalid'))
    const batch = { ...batchOf(0), messages: messages(1, changes), quotas }
    await assert.rejects(appendBatch(batch, store), fault('invalid'))
  }
  const limited = [{ ...quotas[0], bytes: 1000 } as (typeof quotas)[0]]
  assert.equal((await append(appendOf({ quotas: limited }), store)).uid, 1)
})

test('each message of a batch is counted once, while it comes and when it is there', async (t) => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mock: finds } = t.mock.method(store.collections.mailboxes, 'find')
  const quotas = [{ scope: 'tenant' as const, name: TENANT, bytes: 0, messages: 100 }]
  await appendBatch({ ...batchOf(60), quotas }, store)
  const holder = { account: ACCOUNT, tenant: TENANT, domain: '' }
  using _room = await store.quotas.admit(holder, { bytes: 0, messages: 29 }, quotas)
  const counted = finds.calls.filter((call) => call.arguments[0]?.tenant === TENANT)
  assert.equal(counted.length, 1, 'nothing made it doubt that there is room')
  await store.quotas.settled()
})

function batchOf(count: number, mailIds = ''): AppendBatch {
  const place = { account: ACCOUNT, tenant: TENANT, domain: '', mailbox: { id: '', name: 'INBOX' } }
  return { ...place, quotas: [], messages: messages(count, {}, mailIds) }
}

async function* messages(
  count: number,
  changes: Partial<BatchMessage> = {},
  mailIds = '',
): AsyncGenerator<BatchMessage> {
  for (let i = 0; i < count; i++) {
    yield {
      mailId: mailIds && `${mailIds}${i}`,
      content: Buffer.from(`Subject: m${i}\r\n\r\n`),
      flags: i % 2 === 0 ? ['\\Seen'] : ['Odd'],
      internalDate: 1_700_000_000_000 + i,
      ...changes,
    }
  }
}

async function stagedOf({ collections }: Store): Promise<string[]> {
  const all = await Array.fromAsync(collections.staged.find({ _id: { $gte: '' } }))
  return all.map(({ _id }) => _id)
}
