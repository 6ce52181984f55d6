/** Releases N and N+1 on one database, and a migration that is killed at every call that it makes. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { MongoClient } from 'mongodb'
import type { Clock } from '#lib/base/clock.ts'
import { openDatabase } from './open.ts'
import type { Collection, Database, Document, Migration } from './port.ts'
import { SchemaTooNew } from './schema/membership.ts'
import { Schema, type SchemaEvents } from './schema.ts'

const LEASE_MS = 60_000
const PEOPLE = 'ada grace alan edsger donald barbara'.split(' ')
const CALLS_MAX = 400

/** Schema 1 keeps one name; schema 2 two of them. Both count visits. */
interface Person extends Document {
  readonly name?: string
  readonly first?: string
  readonly last?: string
  readonly visits: number
  readonly v?: number
}
const SPEC = { name: 'people', indexes: [] } as const

/** What release N+1 makes of either form. */
function nameOf({ name, first, last }: Person): string {
  return name ?? `${first} ${last}`
}

function splitNames(collection: Collection<Person>): Migration<Person> {
  return {
    name: 'split-names',
    schema: 2,
    collection,
    change: async ({ name }) => {
      if (name === undefined) return undefined
      const [first = '', last = ''] = name.split(' ')
      return { where: { name }, update: { $set: { first, last, v: 2 }, $unset: { name: true } } }
    },
  }
}

test('a schema comes into force when all know it, and never before', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  const first = await world.process(2)
  await first.schema.start()
  await first.schema.tick()
  await world.pass(LEASE_MS / 2)
  await old.schema.tick()
  await first.schema.tick()
  assert.equal(first.schema.inForce, 1, 'the older release is there')
  assert.equal((await first.schema.status()).processes.length, 2)
  await old.schema[Symbol.asyncDispose]()
  await first.schema.tick()
  assert.equal(first.schema.inForce, 2)
  await assert.rejects(world.process(1), /schema 2, and release r1 knows no newer one than 1/)
  assert.equal((await first.schema.status()).processes.length, 1, 'who may not start waits nowhere')
})

test('a process that slept while the schema was raised touches nothing any more', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  await old.people.insertOne({ _id: 'x', name: 'Ada Lovelace', visits: 0 })
  await world.pass(2 * LEASE_MS)
  const first = await world.process(2)
  await first.schema.start()
  await first.schema.tick()
  assert.equal(first.schema.inForce, 2)
  await assert.rejects(old.people.updateOne({ _id: 'x' }, { $inc: { visits: 1 } }), SchemaTooNew)
  await assert.rejects(Array.fromAsync(old.people.find({})), SchemaTooNew)
  assert.equal(old.crashes.length, 1, 'told once')
  assert.equal((await first.people.findOne({ _id: 'x' }))?.visits, 0)
})

test('one that slept and wakes while a schema is about to come into force ends as well', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  await world.pass(2 * LEASE_MS)
  const states = await world.database.collection<Document>({ name: 'schema', indexes: [] })
  await states.updateOne({ _id: 'schema' }, { $set: { next: 2 } })
  await assert.rejects(old.people.findOne({ _id: 'x' }), SchemaTooNew)
})

test('one that finds the schema raised without it ends, whatever the reason', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  const states = await world.database.collection<Document>({ name: 'schema', indexes: [] })
  await states.updateOne({ _id: 'schema' }, { $set: { inForce: 2 } })
  await assert.rejects(old.schema.tick(), SchemaTooNew)
  assert.equal(old.crashes.length, 1)
})

test('a document that a newer release wrote is refused, however it is read, and stays as it is', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  const raw = await world.database.collection<Person>(SPEC)
  await raw.insertOne({ _id: 'x', first: 'Ada', last: 'Lovelace', visits: 0, v: 2 })
  await assert.rejects(old.people.findOne({ _id: 'x' }), { code: 'unavailable' })
  await assert.rejects(Array.fromAsync(old.people.find({})), { code: 'unavailable' })
  assert.deepEqual(old.newer, ['people 2', 'people 2'])
})

test('what an older release does not know of a document survives its updates', async () => {
  await using world = await openWorld()
  const old = await world.process(1)
  const raw = await world.database.collection<Person & { later: string }>(SPEC)
  await raw.insertOne({ _id: 'x', name: 'Ada Lovelace', visits: 0, later: 'kept' })
  await old.people.updateOne({ _id: 'x' }, { $set: { name: 'Ada King' }, $inc: { visits: 1 } })
  const found = await raw.findOne({ _id: 'x' })
  assert.deepEqual([found?.later, found?.name, found?.visits], ['kept', 'Ada King', 1])
})

for (const when of ['before', 'after'] as const) {
  test(`a migration killed ${when} any call is completed by another, with all at work meanwhile`, async () => {
    await using world = await openWorld()
    const raw = await world.database.collection<Person>(SPEC)
    let survived = false
    for (let atCall = 1; !survived; atCall++) {
      assert.ok(atCall < CALLS_MAX, 'it never ends')
      survived = await killedOnce(world, raw, { atCall, when })
    }
  })
}

/** One migration from the beginning, killed once; answers whether it came to its end before that. */
async function killedOnce(world: World, raw: Collection<Person>, dies: Dies): Promise<boolean> {
  await world.forget()
  await raw.bulkWrite(
    PEOPLE.map((id) => ({ kind: 'insert', document: { _id: id, name: `${id} one`, visits: 0 } })),
  )
  const writer = await world.process(2)
  const mortal = mortalDatabase(world.database, dies)
  const dying = await world.process(2, mortal.database).catch(unlessKilled)
  let visits = 0
  const families = new Map<string, string>()
  // Between any two calls of the one that dies, others write both forms and read.
  mortal.between = async () => {
    const id = PEOPLE[visits % PEOPLE.length] ?? ''
    await writer.people.updateOne({ _id: id }, { $inc: { visits: 1 } })
    visits++
    const found = await writer.people.findOne({ _id: id })
    assert.equal(nameOf(found ?? assert.fail(id)), `${id} ${families.get(id) ?? 'one'}`)
    // Seldom enough that the migration has something left to do.
    if (visits % 4 !== 0) return
    const other = PEOPLE[(visits / 4) % PEOPLE.length] ?? ''
    families.set(other, `family${visits}`)
    await rename(writer, other, `family${visits}`)
  }
  await dying?.schema.start().catch(unlessKilled)
  for (let round = 0; round < 3; round++) await tickAfter(world, dying, [writer])
  const died = mortal.dead
  mortal.between = undefined
  await writer.schema.start()
  for (let round = 0; round < 5; round++) await tickAfter(world, undefined, [writer])
  const done = await writer.schema.status()
  assert.ok(done.migrations[0]?.progress?.doneAt, `not done, killed at ${dies.atCall}`)
  assert.equal(done.inForce, 2)
  const people = await Array.fromAsync(writer.people.find({}))
  assert.deepEqual(people.map(({ _id }) => _id).sort(), [...PEOPLE].sort())
  for (const { _id, name, first, last, v } of people) {
    const family = families.get(_id) ?? 'one'
    assert.deepEqual(
      [name, first, last, v],
      [undefined, _id, family, 2],
      `killed at ${dies.atCall}`,
    )
  }
  assert.equal(
    people.reduce((sum, person) => sum + person.visits, 0),
    visits,
  )
  await writer.schema[Symbol.asyncDispose]()
  await dying?.schema[Symbol.asyncDispose]()
  return !died
}

async function tickAfter(
  world: World,
  dying: Process | undefined,
  others: readonly Process[],
): Promise<void> {
  await world.pass(LEASE_MS * 0.6)
  for (const other of others) await other.schema.tick()
  await world.pass(LEASE_MS * 0.6)
  await dying?.schema.tick().catch(unlessKilled)
  for (const other of others) await other.schema.tick()
}

/** As release N+1 writes: in the form of the schema that is in force. */
async function rename({ people, schema }: Process, id: string, family: string): Promise<void> {
  const update =
    schema.inForce >= 2
      ? { $set: { first: id, last: family, v: 2 }, $unset: { name: true as const } }
      : { $set: { name: `${id} ${family}` } }
  await people.updateOne({ _id: id }, update)
}

test('who changes a document while the migration looks at it has the last word', async () => {
  await using world = await openWorld()
  const seen: string[] = []
  const dies = { atCall: Number.POSITIVE_INFINITY, when: 'before' } as const
  const mortal = mortalDatabase(world.database, dies)
  const one = await world.process(2, mortal.database, seen)
  await one.people.insertOne({ _id: 'ada', name: 'ada one', visits: 0 })
  await one.schema.start()
  await one.schema.tick()
  await world.pass(LEASE_MS)
  const writer = await world.process(2)
  mortal.between = async () => {
    if (seen.length !== 1) return
    mortal.between = undefined
    await rename(writer, 'ada', 'two')
  }
  await one.schema.tick()
  const found = await writer.people.findOne({ _id: 'ada' })
  assert.deepEqual([found?.last, found?.v, found?.name], ['two', 2, undefined])
})

test('progress is written down: who takes over begins where the last page ended', async () => {
  await using world = await openWorld()
  const seen: string[] = []
  const mortal = mortalDatabase(world.database, {
    atCall: Number.POSITIVE_INFINITY,
    when: 'before',
  })
  const one = await world.process(2, mortal.database, seen)
  const ids = Array.from({ length: 250 }, (_, at) => `p${String(at).padStart(3, '0')}`)
  await one.people.bulkWrite(
    ids.map((_id) => ({ kind: 'insert', document: { _id, name: `${_id} one`, visits: 0 } })),
  )
  const progress = world.progress
  await one.schema.start()
  await one.schema.tick()
  await world.pass(LEASE_MS)
  mortal.between = async () => {
    if (progress.at(-1)?.startsWith('100 ')) mortal.kill()
  }
  await one.schema.tick().catch(unlessKilled)
  mortal.between = undefined
  const two = await world.process(2, undefined, seen)
  await two.schema.tick()
  assert.equal(seen.length, 100, 'the lease of the dead holds')
  await world.pass(LEASE_MS + 1)
  await two.schema.tick()
  assert.deepEqual(seen, ids)
  assert.deepEqual(world.progress, ['100 100', '200 200', '250 250', '250 250'])
  await two.schema.tick()
  assert.equal(world.progress.length, 4, 'done is done')
})

interface Process {
  readonly schema: Schema
  readonly people: Collection<Person>
  readonly newer: string[]
  readonly crashes: unknown[]
}

interface World extends AsyncDisposable {
  readonly database: Database
  readonly progress: string[]
  pass(ms: number): Promise<void>
  process(knows: number, database?: Database, seen?: string[]): Promise<Process>
  /** As if the database were new, at schema 1. */
  forget(): Promise<void>
}

async function openWorld(): Promise<World> {
  const url = process.env.MONGODB_URL
  const name = `schema_${randomBytes(6).toString('hex')}`
  const at = url ? new URL(name, url.endsWith('/') ? url : `${url}/`).href : 'sqlite::memory:'
  let now = 1_700_000_000_000
  const pass = async (ms: number) => {
    now += ms
  }
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    sleep: pass,
  }
  const database = await openDatabase(at, { clock })
  const progress: string[] = []
  const world: World = {
    database,
    progress,
    pass,
    async process(knows, through = database, seen = []) {
      const newer: string[] = []
      const crashes: unknown[] = []
      const schema = await Schema.open(through, {
        ...{ clock, random: (bytes: number) => randomBytes(bytes), host: 'here', knows },
        ...{ release: `r${knows}`, leaseMs: LEASE_MS, events: eventsInto(newer, progress) },
        crash: (error) => crashes.push(error),
      })
      const people = await schema.database.collection<Person>(SPEC)
      const migration = splitNames(people)
      schema.carry([
        {
          ...migration,
          change(person: Person) {
            seen.push(person._id)
            return migration.change(person)
          },
        },
      ])
      return { schema, people, newer, crashes }
    },
    async forget() {
      for (const collection of ['people', 'processes', 'migrations', 'schema']) {
        const all = await database.collection<Document>({ name: collection, indexes: [] })
        await all.deleteMany({})
      }
      const states = await database.collection<Document & Record<string, unknown>>({
        name: 'schema',
        indexes: [],
      })
      const since = new Date(now)
      await states.insertOne({ _id: 'schema', inForce: 1, next: 1, wanted: 1, since } as never)
    },
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]()
      if (!url) return
      await using client = await new MongoClient(url).connect()
      await client.db(name).dropDatabase()
    },
  }
  await world.forget()
  return world
}

function eventsInto(newer: string[], progress: string[]): SchemaEvents {
  return {
    inForce: () => undefined,
    newerDocument: (collection, schema) => newer.push(`${collection} ${schema}`),
    migrationBegun: () => undefined,
    migrationAt: (_name, { seen, changed }) => progress.push(`${seen} ${changed}`),
    migrationDone: () => undefined,
    failed: (error) => assert.fail(String(error)),
  }
}

interface Dies {
  readonly atCall: number
  readonly when: 'before' | 'after'
}

class Killed extends Error {}

function unlessKilled(error: unknown): undefined {
  if (!(error instanceof Killed)) throw error
  return undefined
}

/** A database as a process has it that dies at its n-th call: before it is made, or before its answer is seen. */
function mortalDatabase(real: Database, { atCall, when }: Dies) {
  let calls = 0
  const state = {
    dead: false,
    between: undefined as (() => Promise<void>) | undefined,
    kill: () => {
      state.dead = true
    },
    database: {
      collection: async (spec: never) => wrap(await real.collection(spec)),
      ping: () => real.ping(),
      [Symbol.asyncDispose]: async () => undefined,
    } as unknown as Database,
  }
  async function call<A>(work: () => Promise<A>): Promise<A> {
    if (!state.dead) await state.between?.()
    if (state.dead) throw new Killed()
    const last = ++calls === atCall
    if (last && when === 'before') state.kill()
    if (state.dead) throw new Killed()
    const answer = await work()
    if (last) state.kill()
    if (state.dead) throw new Killed()
    return answer
  }
  function wrap(collection: object): object {
    return new Proxy(collection, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        if (name !== 'find') return (...args: unknown[]) => call(() => method.apply(target, args))
        return async function* (...args: unknown[]) {
          yield* await call(() => Array.fromAsync(method.apply(target, args)))
        }
      },
    })
  }
  return state
}
