/**
 * What a failover does to each kind of call: on a server that stands alone, and on a replica set, both of them a proxy
 * before a real server. What is told as done is done once; what may be done is told as unavailable.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { all, freshName, type Item } from './contract/engine.ts'
import { generator } from './contract/random.ts'
import { withDatabaseName } from './mongo/url.ts'
import { MongoDatabase, type MongoOptions } from './mongo.ts'
import type { Collection } from './port.ts'
import { FATES, onlyNext, randomFates, spellFate } from './testing/faults.ts'
import { MongoProxy, type MongoProxyOptions, throughProxy } from './testing/mongo-proxy.ts'

const server = process.env.MONGODB_URL
const skip = server ? false : 'MONGODB_URL is not set'
const SEED = Number(process.env.HIKYAKU_SEED ?? 7)
const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }
const ITEM_INDEXES = [{ name: 'g_n', fields: { g: 1, n: 1 } }] as const

/** A server that was lost is looked for at once, and not after half a second. */
const HASTY = { minHeartbeatFrequencyMS: 10 }

type Kind = (items: Collection<Item>, _id: string) => Promise<unknown>

/** Each adds 1 to `n` of the document; those that insert, insert it with 1. */
const WRITES: Readonly<Record<string, Kind>> = {
  updateOne: (items, _id) => items.updateOne({ _id }, { $inc: { n: 1 } }),
  updateMany: (items, _id) => items.updateMany({ _id }, { $inc: { n: 1 } }),
  findOneAndUpdate: (items, _id) => items.findOneAndUpdate({ _id }, { $inc: { n: 1 } }),
  'compare and set': (items, _id) => items.updateOne({ _id, n: 0 }, { $inc: { n: 1 } }),
  upsert: (items, _id) => items.updateOne({ _id: `${_id}+` }, { $inc: { n: 1 } }, { upsert: true }),
  insertOne: (items, _id) => items.insertOne({ _id: `${_id}+`, n: 1 }),
  bulk: (items, _id) =>
    items.bulkWrite([{ kind: 'update', filter: { _id }, update: { $inc: { n: 1 } } }]),
  'bulk of two kinds': (items, _id) =>
    items.bulkWrite([
      { kind: 'update', filter: { _id }, update: { $inc: { n: 1 } } },
      { kind: 'insert', document: { _id: `${_id}-`, g: 'other' } },
    ]),
}

for (const members of [undefined, 3]) {
  describe(members === undefined ? 'one server' : 'a replica set', { skip }, () => {
    everyWrite(members)
    reads(members)
    randomly(members)
    absences(members)
  })
}

describe('a replica set elects', { skip }, elections)

function everyWrite(members: number | undefined): void {
  for (const [name, write] of Object.entries(WRITES)) {
    test(`${name}: told as done it is done once; else it is unavailable`, async () => {
      await using world = await open(members)
      const { proxy, items } = world
      for (const [at, fate] of FATES.entries()) {
        const _id = `${name} ${at}`
        await items.insertOne({ _id, n: 0 })
        proxy.fate = onlyNext(fate)
        const fault = await faultOf(write(items, _id))
        proxy.fate = () => undefined
        const found = await items.findOne({ _id: `${_id}+` })
        const n = Number((found ?? (await items.findOne({ _id })))?.n)
        const what = `${spellFate(fate)}: ${fault?.message ?? 'done'}, n is ${n}`
        if (fault === undefined) assert.equal(n, 1, what)
        else assert.ok(n <= 1, what)
        const numbered = members !== undefined && name !== 'updateMany'
        const passes = numbered && !spellFate(fate).endsWith('WriteConcernTimeout')
        if (passes) assert.equal(fault, undefined, what)
        if (numbered && name === 'bulk of two kinds' && fault === undefined) {
          assert.ok(await items.findOne({ _id: `${_id}-` }))
        }
      }
    })
  }
}

function reads(members: number | undefined): void {
  test('reading is repeated, whatever happened to it', async () => {
    await using world = await open(members)
    const { proxy, items } = world
    await items.insertOne({ _id: 'a', n: 1 })
    for (const fate of FATES) {
      for (const read of [
        () => items.findOne({ _id: 'a' }),
        () => items.count({ _id: 'a' }),
        () => all(items.find({ _id: { $gte: 'a' } })),
      ]) {
        proxy.fate = onlyNext(fate)
        assert.ok(await read(), spellFate(fate))
      }
    }
  })

  test('a cursor whose server is gone half-way is unavailable, not short', async () => {
    await using world = await open(members)
    const { proxy, items } = world
    const documents = Array.from({ length: 1200 }, (_, at) => ({ _id: `${at}`, g: 'g', n: at }))
    await items.bulkWrite(documents.map((document) => ({ kind: 'insert', document })))
    let read = 0
    proxy.fate = ({ name }) => (name === 'getMore' ? { kind: 'cut', when: 'after' } : undefined)
    await assert.rejects(async () => {
      for await (const _ of items.find({ g: 'g' }, { sort: { n: 1 } })) read++
    }, UNAVAILABLE)
    assert.equal(read, 500)
  })
}

function randomly(members: number | undefined): void {
  test(`random failures lose and double nothing (seed ${SEED})`, async () => {
    await using world = await open(members)
    const { proxy, items } = world
    const below = generator(SEED)
    await items.insertOne({ _id: 'sum', n: 0 })
    await items.insertOne({ _id: 'compared', n: 0 })
    proxy.fate = randomFates(below, 12)
    const tally = { done: 0, unknown: 0, compared: 0, perhaps: 0 }
    const worker = async (lane: number) => {
      for (let at = 0; at < 12; at++) {
        const fault = await faultOf(items.updateOne({ _id: 'sum' }, { $inc: { n: 1 } }))
        if (fault === undefined) tally.done++
        else tally.unknown++
        const inserted = await faultOf(items.insertOne({ _id: `${lane}-${at}`, g: 'in' }))
        const there = await items.findOne({ _id: `${lane}-${at}` }).catch(() => undefined)
        if (inserted === undefined) assert.ok(there, 'it was told as inserted')
        await compareAndSet(items, tally)
      }
    }
    await Promise.all(Array.from({ length: 6 }, (_, lane) => worker(lane)))
    proxy.fate = () => undefined
    const sum = Number((await items.findOne({ _id: 'sum' }))?.n)
    const compared = Number((await items.findOne({ _id: 'compared' }))?.n)
    const what = JSON.stringify({ ...tally, sum, compared })
    assert.ok(sum >= tally.done && sum <= tally.done + tally.unknown, what)
    const most = tally.compared + tally.perhaps
    assert.ok(compared >= tally.compared && compared <= most, what)
    assert.ok(tally.done > tally.unknown, what)
  })
}

async function compareAndSet(
  items: Collection<Item>,
  tally: { compared: number; perhaps: number },
): Promise<void> {
  try {
    const n = Number((await items.findOne({ _id: 'compared' }))?.n)
    const filter = { _id: 'compared', n }
    const { matched } = await items.updateOne(filter, { $set: { n: n + 1 } })
    tally.compared += matched
  } catch (error) {
    assert.ok(error instanceof Fault)
    tally.perhaps++
  }
}

function absences(members: number | undefined): void {
  const limits = { answerMs: 1000, pingMs: 400, callsMax: 400 }

  test('away: calls wait, then fail at once; back: all goes on within 2 s, by itself', async () => {
    const told: string[] = []
    const presence = {
      away: () => void told.push('away'),
      back: (ms: number) => void told.push(`back after ${ms > 1500 ? 'long' : ms}`),
    }
    await using world = await open(members, { limits, presence, driver: {} })
    const { proxy, items, database } = world
    await items.insertOne({ _id: 'a', n: 0 })
    await proxy.away()
    const waited = await Promise.all(
      Array.from({ length: 1000 }, () => timed(items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }))),
    )
    const outcomes = new Set(waited.map(({ fault }) => fault?.code))
    assert.deepEqual([...outcomes].sort(), ['busy', 'unavailable'])
    assert.ok(Math.max(...waited.map(({ ms }) => ms)) < 4000)
    // Soon it is no election any more, and nobody waits.
    let hopeless = await timed(items.findOne({ _id: 'a' }))
    for (let tries = 0; tries < 10 && hopeless.ms > 300; tries++) {
      hopeless = await timed(items.findOne({ _id: 'a' }))
    }
    assert.equal(hopeless.fault?.code, 'unavailable')
    assert.ok(hopeless.ms <= 300, `${hopeless.ms} ms`)
    assert.ok((await timed(database.ping())).ms <= 300)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const backAt = performance.now()
    await proxy.back()
    while ((await faultOf(items.findOne({ _id: 'a' }))) !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.ok(performance.now() - backAt < 2000, `${performance.now() - backAt} ms`)
    await database.ping()
    assert.deepEqual(told, ['away', 'back after long'])
  })

  test('a server that is stopped: calls end in time, and go on when it does', async () => {
    await using world = await open(members, { limits })
    const { proxy, items, database } = world
    await items.insertOne({ _id: 'a', n: 0 })
    proxy.freeze()
    const calls = Array.from({ length: 50 }, () =>
      timed(items.updateOne({ _id: 'a' }, { $inc: { n: 1 } })),
    )
    const ping = await timed(database.ping())
    assert.equal(ping.fault?.code, 'unavailable')
    assert.ok(ping.ms < 2000, `${ping.ms} ms`)
    for (const { fault, ms } of await Promise.all(calls)) {
      assert.equal(fault?.code, 'unavailable')
      assert.ok(ms < 4000, `${ms} ms`)
    }
    const thawedAt = performance.now()
    proxy.thaw()
    while ((await faultOf(items.findOne({ _id: 'a' }))) !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    assert.ok(performance.now() - thawedAt < 2000, `${performance.now() - thawedAt} ms`)
    assert.ok(Number((await items.findOne({ _id: 'a' }))?.n) <= 50)
  })

  test('one connection that says nothing any more keeps nobody else', async () => {
    await using world = await open(members, { limits })
    const { proxy, items } = world
    await items.insertOne({ _id: 'a', n: 0 })
    const never = Promise.withResolvers<void>()
    proxy.fate = onlyNext({ kind: 'held', until: never.promise })
    const held = timed(items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }))
    await items.findOne({ _id: 'a' })
    const { fault, ms } = await held
    assert.equal(fault?.code, 'unavailable')
    assert.ok(ms < 4000, `${ms} ms`)
    never.resolve()
  })
}

function elections(): void {
  test('an election: what is asked meanwhile waits, and is done once', async () => {
    await using world = await open(3, { driver: {} })
    const { proxy, items } = world
    const writes = 200
    await items.insertOne({ _id: 'a', n: 0 })
    const ask = () => timed(items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }))
    const before = Array.from({ length: writes / 2 }, ask)
    proxy.elect(undefined)
    const during = Array.from({ length: writes / 2 }, ask)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const electedAt = performance.now()
    proxy.elect(1)
    const all = await Promise.all([...before, ...during])
    assert.ok(performance.now() - electedAt < 2000, `${performance.now() - electedAt} ms`)
    assert.deepEqual(
      all.filter(({ fault }) => fault !== undefined),
      [],
    )
    assert.equal((await items.findOne({ _id: 'a' }))?.n, writes)
  })

  test('a primary that is killed under load: another takes over', async () => {
    await using world = await open(3)
    const { proxy, items } = world
    await items.insertOne({ _id: 'a', n: 0 })
    const calls = Array.from({ length: 100 }, () =>
      timed(items.updateOne({ _id: 'a' }, { $inc: { n: 1 } })),
    )
    await proxy.away(0)
    proxy.elect(2)
    const done = (await Promise.all(calls)).filter(({ fault }) => fault === undefined).length
    assert.equal(done, 100)
    assert.equal((await items.findOne({ _id: 'a' }))?.n, 100)
    await proxy.back(0)
  })
}

/** A database of its own behind a proxy of its own. */
async function open(members: number | undefined, options: MongoOptions = {}) {
  await using opened = new AsyncDisposableStack()
  const url = withDatabaseName(server ?? '', `failover-${randomUUID().slice(0, 8)}`)
  const proxyOptions: MongoProxyOptions = members === undefined ? {} : { members }
  const proxy = opened.use(await MongoProxy.start(url, proxyOptions))
  const database = opened.use(
    await MongoDatabase.open(throughProxy(proxy, url), { driver: HASTY, ...options }),
  )
  opened.defer(async () => {
    await using direct = await MongoDatabase.open(url)
    await direct.client.db().dropDatabase()
  })
  const items = await database.collection<Item>({ name: freshName(), indexes: ITEM_INDEXES })
  const stack = opened.move()
  return { proxy, database, items, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Why it failed, which must be a Fault that says that it may pass. */
async function faultOf(call: Promise<unknown>): Promise<Fault | undefined> {
  try {
    await call
    return undefined
  } catch (error) {
    assert.ok(error instanceof Fault, String((error as Error).stack))
    assert.ok(error.code === 'unavailable' || error.code === 'busy', error.code)
    return error
  }
}

async function timed(call: Promise<unknown>): Promise<{ fault: Fault | undefined; ms: number }> {
  const from = performance.now()
  const fault = await faultOf(call)
  return { fault, ms: performance.now() - from }
}
