import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntryDocument } from '../documents.ts'
import { EPOCH, entryOf, mailTo, OURS, openWorld, results, type World } from '../testing.ts'
import { storeMail } from './bodies.ts'
import { pause, resume } from './pauses.ts'

/** Entries of one mail each, as a flood would leave them. */
async function fill(world: World, count: number, more: (n: number) => Partial<EntryDocument>) {
  const first = (await world.collections.entries.count({})) + 1
  const entries = Array.from({ length: count }, (_, at) => {
    const n = first + at
    // Each has its own recipient of one stored mail.
    const recipients = [{ address: `r${n}@remote.test` }]
    return entryOf(`flood.${n}`, { mailId: 'flood', recipients, ...more(n) })
  })
  await world.collections.entries.bulkWrite(
    entries.map((document) => ({ kind: 'insert', document })),
  )
}

async function openFlood(): Promise<World> {
  const world = await openWorld()
  await storeMail(mailTo(['alice'], { mailId: 'flood', envelope: OURS }), world.rules.first)
  return world
}

function tenantsOf(world: World, first: number): string[] {
  return world.sent.slice(0, first).map(({ domain }) => domain)
}

test('10,000 entries of one tenant do not delay the one of another', async () => {
  await using world = await openFlood()
  await fill(world, 10_000, (n) => ({
    tenant: 'loud',
    destination: `loud${n % 50}.test`,
    next: new Date(EPOCH - 1000),
  }))
  await fill(world, 1, () => ({ tenant: 'quiet', destination: 'quiet.test' }))
  await world.worker.step()
  await world.worker.idle()
  assert.ok(tenantsOf(world, 20).includes('quiet.test'), 'it waits behind others')
})

test('10,000 entries for one destination do not delay the one for another, of the same tenant', {
  timeout: 60_000,
}, async () => {
  await using world = await openFlood()
  await fill(world, 10_000, () => ({ destination: 'big.test', next: new Date(EPOCH - 1000) }))
  await fill(world, 1, () => ({ destination: 'small.test' }))
  const slow = Promise.withResolvers<void>()
  const fast = Promise.withResolvers<void>()
  world.answer = async (domain, mail) => {
    if (domain === 'big.test') await slow.promise
    else fast.resolve()
    return results(mail, 'relayed', '250 Ok')
  }
  await world.worker.step()
  await fast.promise
  await new Promise(setImmediate)
  assert.deepEqual(tenantsOf(world, 9), ['small.test'])
  slow.resolve()
  await world.worker.idle()
  // Of twenty places a slow destination has a quarter.
  assert.equal(world.sent.length, 6)
})

test('mail that people wait for goes before what many get, which is not forgotten', async () => {
  await using world = await openFlood()
  await fill(world, 3000, (n) => ({
    ...{ class: 'bulk', tenant: `t${n % 3}`, destination: `bulk${n % 40}.test` },
    next: new Date(EPOCH - 1000),
  }))
  await fill(world, 30, (n) => ({
    ...{ class: 'personal', tenant: `t${n % 3}`, destination: `mine${n % 7}.test` },
  }))
  await world.worker.step()
  await world.worker.idle()
  const own = world.sent.filter(({ domain }) => domain.startsWith('mine')).length
  assert.ok(own >= 12 && own < world.sent.length, `${own} of ${world.sent.length}`)
})

test('what is paused is not tried, hides nobody, and comes back at once', async () => {
  await using world = await openFlood()
  const { collections, clock } = world
  for (const [kind, name] of [
    ['tenant', 'loud'],
    ['destination', 'stopped.test'],
    ['pool', 'bulk'],
  ] as const) {
    await pause({ kind, name, reason: 'test' }, collections, clock)
  }
  await world.pauses.refresh()
  await fill(world, 1500, (n) => ({ tenant: 'loud', destination: `loud${n}.test` }))
  await fill(world, 1500, () => ({ destination: 'stopped.test' }))
  await fill(world, 1, () => ({ pool: 'bulk', destination: 'pooled.test' }))
  await fill(world, 1, () => ({ destination: 'fine.test' }))
  await world.workOff()
  assert.deepEqual(tenantsOf(world, 9), ['fine.test'])
  await resume({ kind: 'pool', name: 'bulk' }, collections, clock)
  await world.pauses.refresh()
  await world.workOff()
  assert.deepEqual(tenantsOf(world, 9), ['fine.test', 'pooled.test'])
})

test('what is put off by a process that has not heard of the resume comes back when it has', async () => {
  await using world = await openFlood()
  const { collections, clock } = world
  const what = { kind: 'destination', name: 'stopped.test', reason: 'test' }
  await pause(what, collections, clock)
  await world.pauses.refresh()
  await fill(world, 3, () => ({ destination: 'stopped.test' }))
  await resume(what, collections, clock)
  await world.workOff()
  assert.deepEqual(tenantsOf(world, 9), [])
  await world.pauses.refresh()
  await world.workOff()
  assert.deepEqual(tenantsOf(world, 9), ['stopped.test', 'stopped.test', 'stopped.test'])
})

test('what a destination has no place for stays where it is, and others go on', async () => {
  await using world = await openFlood()
  await fill(world, 300, () => ({ destination: 'limited.test', next: new Date(EPOCH - 1000) }))
  await fill(world, 20, () => ({ destination: 'fine.test' }))
  let asked = 0
  world.answer = (domain, mail) => {
    if (domain === 'fine.test') return results(mail, 'relayed', '250 Ok')
    asked += 1
    return { kind: 'busy', afterMs: 1000 }
  }
  await world.workOff()
  assert.equal(world.sent.length, 20)
  assert.ok(asked <= 5, `${asked} entries were taken for nothing`)
  world.clock.move(2000)
  await world.workOff()
  assert.ok(asked > 5 && asked <= 10, `${asked}`)
})
