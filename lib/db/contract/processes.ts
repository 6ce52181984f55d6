/** Contract: several processes on one database, kills among them, and more documents than memory. */
import assert from 'node:assert/strict'
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '../open.ts'
import type { Collection, Filter } from '../port.ts'
import { all, type Engine, freshName, type Item, stillClock } from './engine.ts'
import { LEDGER_INDEXES, ledgerItem } from './ledger.ts'

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))

const PROCESSES = 4
const INCREMENTS = 250
const KILLS = 4
const LINES_BEFORE_KILL = 120
const MANY = 100_000
/** Less than the documents of the large cursor take. */
const HEAP_MB = 48
const PADDING = 'x'.repeat(1000)

type Child = ChildProcessByStdio<null, Readable, null>

export function processesContract(engine: () => Engine): void {
  test('1,000 compare-and-set increments from 4 processes lose none', async () => {
    const { name, collection } = await ledger(engine())
    await collection.insertOne({ _id: 'counter', n: 0 })
    const children = Array.from({ length: PROCESSES }, () =>
      start(engine(), 'increment', name, INCREMENTS),
    )
    await Promise.all(children.map(ended))
    const counter = await collection.findOne({ _id: 'counter' })
    assert.equal(counter?.n, PROCESSES * INCREMENTS)
  })

  test('kill -9 during writes: what was acknowledged is there, and nothing is half there', async () => {
    const { name, collection } = await ledger(engine())
    const acknowledged: string[] = []
    for (let round = 0; round < KILLS; round++) {
      acknowledged.push(
        ...(await killedAfter(LINES_BEFORE_KILL, start(engine(), 'insert', name, round))),
      )
      await checkLedger(collection, acknowledged)
    }
  })

  test('two at a time: each reads what the other was acknowledged', async () => {
    const { name, collection } = await ledger(engine())
    await using other = await openDatabase(engine().url, { clock: stillClock })
    const theirs = await other.collection<Item>({ name, indexes: LEDGER_INDEXES })
    for (let at = 0; at < 50; at++) {
      const [writer, reader] = at % 2 === 0 ? [collection, theirs] : [theirs, collection]
      await writer.insertOne(ledgerItem(`i${at}`))
      assert.equal((await reader.findOne({ _id: `i${at}` }))?._id, `i${at}`)
    }
    const both = [collection, theirs].flatMap((one) =>
      Array.from({ length: 50 }, (_, at) => one.updateOne({ _id: `i${at}` }, { $inc: { n: 1 } })),
    )
    await Promise.all(both)
    for (const { n } of await all(collection.find({}))) assert.equal(n, 2)
  })

  test('an index that one process adds is kept up by another that runs already', async () => {
    const name = freshName()
    const before = await engine().database.collection<Item>({ name, indexes: [] })
    await before.insertOne({ _id: 'a', v: 1 })
    await using other = await openDatabase(engine().url, { clock: stillClock })
    const indexes = [{ name: 'v', fields: { v: 1 } }] as const
    const grown = await other.collection<Item>({ name, indexes })
    await before.insertOne({ _id: 'b', v: 1 })
    assert.equal(await grown.count({ v: 1 }), 2)
  })

  test('a cursor over 100,000 documents takes no more memory than over a few', async () => {
    const { name, collection } = await ledger(engine())
    for (let at = 0; at < MANY; at += 1000) {
      await collection.bulkWrite(
        Array.from({ length: 1000 }, (_, i) => {
          const _id = String(at + i).padStart(6, '0')
          return { kind: 'insert', document: { _id, hash: _id, padding: PADDING } }
        }),
      )
    }
    const child = start(engine(), 'read', name, 0)
    const lines = createInterface({ input: child.stdout })
    const [count] = await Promise.all([once(lines, 'line'), ended(child)])
    assert.equal(Number(count[0]), MANY)
  })
}

async function ledger({
  database,
}: Engine): Promise<{ name: string; collection: Collection<Item> }> {
  const name = freshName()
  return { name, collection: await database.collection<Item>({ name, indexes: LEDGER_INDEXES }) }
}

function start({ url }: Engine, task: string, collection: string, number: number): Child {
  const args = [`--max-old-space-size=${HEAP_MB}`, CHILD, task, url, collection, String(number)]
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function ended(child: Child): Promise<void> {
  const [code] = await once(child, 'exit')
  assert.equal(code, 0)
}

/** Kills the child once it has printed so many lines; gives all that it printed. */
async function killedAfter(lines: number, child: Child): Promise<string[]> {
  const printed: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    printed.push(line)
    if (printed.length === lines) child.kill('SIGKILL')
  }
  assert.ok(printed.length >= lines, 'the child ended by itself')
  return printed
}

/** A server may still be doing what a killed process had asked of it: later reads may show more. */
async function checkLedger(collection: Collection<Item>, acknowledged: string[]): Promise<void> {
  const found = await byId(collection, {})
  for (const line of acknowledged) {
    const [_id = '', touched] = line.split(' ')
    const item = found.get(_id)
    assert.ok(item, `${_id} was acknowledged and is gone`)
    if (touched) assert.equal(item.touched, true, `${line} was acknowledged and is gone`)
  }
  const inserted = await byId(collection, { tags: 'all' })
  const changed = await byId(collection, { tags: 'touched' })
  for (const [_id, { touched }] of found) {
    assert.ok(inserted.has(_id), `${_id} is not in the index`)
    if (touched) assert.ok(changed.has(_id), `${_id} is not in the index`)
    const byHash = await collection.findOne({ hash: ledgerItem(_id).hash as string })
    assert.equal(byHash?._id, _id)
  }
  for (const item of changed.values()) assert.equal(item.touched, true)
}

/** What the filter finds, none of it half there. */
async function byId(collection: Collection<Item>, filter: Filter): Promise<Map<string, Item>> {
  const items = await all(collection.find(filter))
  for (const { touched, ...item } of items) {
    const tags = touched ? ['all', 'touched'] : ['all']
    assert.deepEqual(item, { ...ledgerItem(item._id), tags }, `${item._id} is half there`)
  }
  return new Map(items.map((item) => [item._id, item]))
}
