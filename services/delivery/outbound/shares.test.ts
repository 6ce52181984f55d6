import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collection } from '#lib/db/port.ts'
import { SqliteDatabase } from '#lib/db/sqlite.ts'
import { SHARES, type ShareDocument } from './share.ts'
import { type Prepared, Shares } from './shares.ts'

const LIMITS = { connectionsMax: 4, messagesPerMinuteMax: 0 }

/** A clock that stands until it is moved; sleepers wake when their time has come. */
function handClock(): Clock & { move(ms: number): Promise<void> } {
  let now = 1_000_000
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => now,
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
    async move(ms) {
      now += ms
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}

async function openShares() {
  const clock = handClock()
  const stack = new AsyncDisposableStack()
  const database = stack.use(await SqliteDatabase.open(':memory:', clock))
  const real = await database.collection(SHARES)
  const state = { away: false, writes: 0 }
  const collection = {
    findOne: async (filter) => {
      if (state.away) throw new Fault('unavailable', 'away')
      return real.findOne(filter)
    },
    insertOne: async (document) => {
      state.writes += 1
      return real.insertOne(document)
    },
    replaceOne: async (filter, document) => {
      state.writes += 1
      return real.replaceOne(filter, document)
    },
  } as Partial<Collection<ShareDocument>> as Collection<ShareDocument>
  const opened: Record<string, number> = {}
  const away: unknown[] = []
  const process = (owner: string, own: Clock = clock) => {
    opened[owner] = 0
    const shares = stack.use(
      new Shares({
        ...{ collection, owner, clock: own, leaseMs: 1000 },
        open: () => opened[owner] ?? 0,
        busy: () => opened[owner] ?? 0,
        shrink: () => {},
        events: { sharesAway: (error) => away.push(error) },
      }),
    )
    const take = async (): Promise<Prepared['kind']> => {
      const prepared = await shares.prepare('x', LIMITS)
      // As the transport does: what was prepared may be gone by now.
      const max = prepared.kind === 'ready' ? prepared.connectionsMax : 0
      if ((opened[owner] ?? 0) >= max) return 'busy'
      opened[owner] = (opened[owner] ?? 0) + 1
      return 'ready'
    }
    return { shares, take }
  }
  const sum = () => Object.values(opened).reduce((a, b) => a + b, 0)
  return {
    ...{ clock, state, process, opened, sum, away },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

test('processes that ask all at once never have more than the limit together', async () => {
  await using world = await openShares()
  const processes = [world.process('a'), world.process('b'), world.process('c')]
  const taken = await Promise.all(Array.from({ length: 30 }, (_, at) => processes[at % 3]?.take()))
  assert.ok(taken.filter((kind) => kind === 'ready').length > 0)
  assert.ok(world.sum() <= LIMITS.connectionsMax, `${world.sum()}`)
})

test('two that read the same state do not both get what is left', async () => {
  await using world = await openShares()
  const first = world.process('a')
  assert.equal(await first.take(), 'ready')
  world.opened.a = 0
  await first.shares[Symbol.asyncDispose]()
  const processes = [world.process('b'), world.process('c')]
  await Promise.all(Array.from({ length: 20 }, (_, at) => processes[at % 2]?.take()))
  assert.equal(world.sum(), LIMITS.connectionsMax)
})

test('one process alone has all there is, with few writes', async () => {
  await using world = await openShares()
  const { take } = world.process('a')
  for (let at = 0; at < 4; at++) assert.equal(await take(), 'ready')
  assert.equal(await take(), 'busy')
  assert.ok(world.state.writes <= 5, `${world.state.writes}`)
})

test('without the database, what one has goes on until it expires', async () => {
  await using world = await openShares()
  const { take } = world.process('a')
  assert.equal(await take(), 'ready')
  assert.equal(await take(), 'ready')
  world.opened.a = 0
  world.state.away = true
  assert.equal(await take(), 'ready')
  assert.equal(await take(), 'ready')
  // One is in use still, and so the share is not forgotten.
  world.opened.a = 1
  await world.clock.move(900)
  assert.equal(await take(), 'busy')
  world.state.away = false
  assert.equal(await take(), 'ready')
})

test('what a dead process had belongs to the others once it expires', async () => {
  await using world = await openShares()
  // Its time stands still: it renews nothing, and gives nothing back.
  const dead = world.process('dead', handClock())
  for (let at = 0; at < 4; at++) await dead.take()
  const other = world.process('b')
  assert.equal(await other.take(), 'busy')
  world.opened.dead = 0
  await world.clock.move(900)
  assert.equal(await other.take(), 'busy')
  await world.clock.move(101)
  assert.equal(await other.take(), 'ready')
})

test('what is given back at the end is there for the others at once', async () => {
  await using world = await openShares()
  const first = world.process('a')
  for (let at = 0; at < 4; at++) await first.take()
  world.opened.a = 0
  await first.shares[Symbol.asyncDispose]()
  assert.equal(await world.process('b').take(), 'ready')
})

test('messages are spent once each', async () => {
  await using world = await openShares()
  const { shares } = world.process('a')
  const limits = { connectionsMax: 0, messagesPerMinuteMax: 20 }
  let sent = 0
  for (let at = 0; at < 20; at++) {
    const prepared = await shares.prepare('y', limits)
    if (prepared.kind === 'ready' && shares.spend('y')) sent += 1
  }
  assert.equal(sent, 2)
  assert.equal((await shares.prepare('y', limits)).kind, 'busy')
  await world.clock.move(3000)
  assert.equal((await shares.prepare('y', limits)).kind, 'ready')
})
