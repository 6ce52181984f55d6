import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '../settle.ts'
import { mailTo, OURS, openWorld, results, type World } from '../testing.ts'
import { type Acted, type ActionParts, act, type QueueAction, summarize } from './actions.ts'
import { EVERYTHING, list, type QueueFilter } from './filter.ts'
import { takeLeases } from './lease.ts'

const MINUTE_MS = 60_000

async function openQueue(): Promise<World & { readonly parts: ActionParts }> {
  const world = await openWorld()
  world.answer = (_, mail) => results(mail, 'deferred', '451 Later', { reason: 'rate-limited' })
  for (const [n, domain] of ['a.test', 'a.test', 'b.test'].entries()) {
    const recipients = [`x@${domain}`, `y@${domain}`]
    await settle(mailTo(recipients, { mailId: `m${n}`, envelope: OURS }), world.rules)
  }
  world.answer = undefined
  world.sent.length = 0
  const { first, ledger } = world.rules
  const events = { tookOver: () => {}, lostLease: () => {} }
  const parts = { ...first, collections: world.collections, ledger, events, owner: 'operator' }
  return Object.assign(world, { parts })
}

async function acted(
  action: Omit<Partial<QueueAction>, 'filter'> & { readonly filter?: Partial<QueueFilter> },
  parts: ActionParts,
): Promise<Acted | undefined> {
  const whole = { action: 'retry', reason: '', dryRun: false, ...action } as const
  const filter = { ...EVERYTHING, ...action.filter }
  return (await Array.fromAsync(act({ ...whole, filter }, parts))).at(-1)
}

test('entries are found by all that is known of them', async () => {
  await using world = await openQueue()
  const cases: [filter: Partial<QueueFilter>, found: number][] = [
    [{}, 3],
    [{ limit: 2 }, 2],
    [{ destination: 'a.test' }, 2],
    [{ tenant: 't1', destination: 'b.test' }, 1],
    [{ tenant: 'other' }, 0],
    [{ sender: 'Someone@sender.test' }, 3],
    [{ sender: '@sender.test' }, 3],
    [{ sender: '<>' }, 0],
    [{ recipient: 'X@b.test' }, 1],
    [{ class: 'personal' }, 3],
    [{ class: 'bulk' }, 0],
    [{ reason: 'rate-limited' }, 3],
    [{ reason: 'mailbox-full' }, 0],
    [{ state: 'waiting' }, 3],
    [{ state: 'running' }, 0],
    [{ state: 'held' }, 0],
    [{ mailId: 'm1' }, 1],
  ]
  for (const [filter, found] of cases) {
    const all = list({ ...EVERYTHING, ...filter }, world.collections.entries, world.clock.now())
    assert.equal((await Array.fromAsync(all)).length, found, JSON.stringify(filter))
  }
  const rows = await summarize(EVERYTHING, world.parts)
  assert.deepEqual(
    rows
      .filter(({ by }) => by === 'destination')
      .map((row) => `${row.name} ${row.entries} ${row.recipients}`),
    ['a.test 2 4', 'b.test 1 2'],
  )
})

test('a dry run counts, and changes nothing', async () => {
  await using world = await openQueue()
  for (const action of ['retry', 'hold', 'bounce', 'delete'] as const) {
    const counts = await acted({ action, dryRun: true }, world.parts)
    assert.deepEqual(counts, { entries: 3, recipients: 6, skipped: 0 })
  }
  assert.equal((await acted({ action: 'release', dryRun: true }, world.parts))?.skipped, 3)
  await world.workOff()
  assert.equal(world.sent.length + world.notices.length, 0)
})

test('retry is now', async () => {
  await using world = await openQueue()
  await acted({ filter: { destination: 'a.test' } }, world.parts)
  await world.workOff()
  assert.deepEqual(await world.queue(), ['b.test x@b.test,y@b.test'])
})

test('held is not tried, whatever the time; released is at once', async () => {
  await using world = await openQueue()
  await acted({ action: 'hold', reason: 'To be seen' }, world.parts)
  assert.equal((await acted({ action: 'hold' }, world.parts))?.skipped, 3)
  world.clock.move(MINUTE_MS)
  await world.workOff()
  assert.equal(world.sent.length, 0)
  assert.equal(
    (await acted({ action: 'release', filter: { mailId: 'm0' } }, world.parts))?.entries,
    1,
  )
  await world.workOff()
  assert.equal(world.sent.length, 1)
  assert.equal((await world.queue()).length, 2)
})

test('bounce tells the sender, delete nobody; both end, once', async () => {
  await using world = await openQueue()
  await acted({ action: 'bounce', reason: 'No', filter: { mailId: 'm0' } }, world.parts)
  await acted({ action: 'delete', filter: { mailId: 'm1' } }, world.parts)
  assert.deepEqual(
    world.notices.map(({ kind, mail }) => `${kind} ${mail.envelope.mailId}`),
    ['failed m0'],
  )
  assert.deepEqual(await world.ends('m0'), ['x@a.test bounced', 'y@a.test bounced'])
  assert.deepEqual(await world.ends('m1'), ['x@a.test deleted', 'y@a.test deleted'])
  assert.deepEqual(await world.queue(), ['b.test x@b.test,y@b.test'])
  assert.equal(await world.collections.queuedMails.count({}), 1)
})

test('what an attempt has under way is left alone', async () => {
  await using world = await openQueue()
  world.clock.move(MINUTE_MS)
  const [entry] = await Array.fromAsync(world.collections.entries.find({ mailId: 'm0' }))
  assert.ok(entry)
  const [lease] = await takeLeases([entry], { ...world.parts, owner: 'somebody' })
  assert.ok(lease)
  for (const action of ['retry', 'hold', 'release', 'bounce', 'delete'] as const) {
    const counts = await acted({ action, filter: { mailId: 'm0' } }, world.parts)
    assert.deepEqual(counts, { entries: 0, recipients: 0, skipped: 1 }, action)
  }
  assert.ok(await lease.remove())
})

test('what has lost its bytes can be deleted, and is not bounced', async () => {
  await using world = await openQueue()
  await world.collections.queuedMails.deleteOne({ _id: 'm0' })
  const filter = { mailId: 'm0' }
  assert.equal((await acted({ action: 'bounce', filter }, world.parts))?.skipped, 1)
  assert.equal((await acted({ action: 'delete', filter }, world.parts))?.entries, 1)
  assert.deepEqual(await world.ends('m0'), ['x@a.test deleted', 'y@a.test deleted'])
  assert.equal((await world.queue()).length, 2)
})
