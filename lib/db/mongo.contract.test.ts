import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import type { CommandStartedEvent } from 'mongodb'
import { collectionOf, type Engine, type Item } from './contract/engine.ts'
import { contract } from './contract.ts'
import { withDatabaseName } from './mongo/url.ts'
import { MongoDatabase } from './mongo.ts'

const server = process.env.MONGODB_URL
const skip = server ? false : 'MONGODB_URL is not set'

describe('MongoDB', { skip }, () => {
  let engine: Engine & { readonly database: MongoDatabase }

  before(async () => {
    const url = withDatabaseName(server ?? '', `contract-${randomUUID().slice(0, 8)}`)
    engine = { url, database: await MongoDatabase.open(url, { driver: { monitorCommands: true } }) }
  })

  after(async () => {
    await engine.database.client.db().dropDatabase()
    await engine.database[Symbol.asyncDispose]()
  })

  contract(() => engine, { heavy: true })

  test('every write asks for a majority and its journal, every read for the committed', async () => {
    const url = new URL(engine.url)
    for (const less of ['w=1', 'journal=false', 'readConcernLevel=local']) {
      url.searchParams.set(...(less.split('=') as [string, string]))
    }
    await using database = await MongoDatabase.open(url.href, { driver: { monitorCommands: true } })
    const collection = await collectionOf({ ...engine, database }, [
      { name: 'n', fields: { n: 1 } },
    ])
    const sent = commandsOf(database)
    const set = { $set: { n: 1 } }
    await collection.insertOne({ _id: 'a' })
    await collection.updateOne({ _id: 'a' }, set)
    await collection.updateMany({ n: 1 }, set)
    await collection.replaceOne({ _id: 'a' }, { _id: 'a', n: 1 })
    await collection.findOneAndUpdate({ _id: 'a' }, set)
    await collection.bulkWrite([{ kind: 'update', filter: { _id: 'a' }, update: set }])
    await collection.findOne({ n: 1 })
    await collection.count({ n: 1 })
    await collection.deleteOne({ _id: 'a' })
    await collection.deleteMany({ n: 1 })
    assert.equal(sent.length, 10)
    for (const { commandName, command } of sent) {
      const isRead = commandName === 'find' || commandName === 'aggregate'
      assert.deepEqual(
        { ...(isRead ? command.readConcern : command.writeConcern) },
        isRead ? { level: 'majority' } : { w: 'majority', j: true },
        commandName,
      )
    }
  })

  test('the index that the plan names goes along as a hint, but for one _id', async () => {
    const indexes = [{ name: 'n', fields: { n: 1 } }] as const
    const collection = await collectionOf(engine, indexes, [{ _id: 'a', n: 1 }])
    const sent = commandsOf(engine.database)
    await collection.findOne({ n: 1 })
    await collection.findOne({ _id: 'a' })
    await collection.deleteMany({ n: 1 })
    assert.deepEqual(
      sent.map(({ command }) => command.hint ?? command.deletes?.[0].hint),
      ['n', undefined, 'n'],
    )
  })

  test('64 updates are one round trip', async () => {
    const collection = await collectionOf(engine, [])
    const sent = commandsOf(engine.database)
    await collection.bulkWrite(
      Array.from({ length: 64 }, (_, at) => ({
        kind: 'update',
        filter: { _id: `u${at}` },
        update: { $inc: { n: 1 } },
        upsert: true,
      })),
    )
    assert.equal(sent.length, 1)
  })

  test('an expiring index is declared to the server', async () => {
    const name = 'expiring'
    const indexes = [{ name: 'at', fields: { at: 1 }, expireAfterSeconds: 60 }] as const
    await engine.database.collection<Item>({ name, indexes })
    const declared = await engine.database.client.db().collection(name).indexes()
    assert.equal(declared.find((index) => index.name === 'at')?.expireAfterSeconds, 60)
  })

  test('no server: a Fault that says so', async () => {
    const gone = withDatabaseName('mongodb://127.0.0.1:1', 'none')
    const opening = MongoDatabase.open(gone, { driver: { serverSelectionTimeoutMS: 50 } })
    await assert.rejects(opening, { name: 'Fault', code: 'unavailable' })
  })
})

/** The commands sent from now on. */
function commandsOf({ client }: MongoDatabase): CommandStartedEvent[] {
  const sent: CommandStartedEvent[] = []
  client.on('commandStarted', (event) => sent.push(event))
  return sent
}
