/**
 * A process of the contract: `child.ts TASK URL COLLECTION NUMBER`. What it has been acknowledged it prints,
 * a line each.
 */
import { openDatabase } from '../open.ts'
import { type Item, stillClock } from './engine.ts'
import { LEDGER_INDEXES, ledgerItem } from './ledger.ts'
import { increment } from './writes.ts'

const [task, url = '', name = '', number = '0'] = process.argv.slice(2)

await using database = await openDatabase(url, { clock: stillClock })
const collection = await database.collection<Item>({ name, indexes: LEDGER_INDEXES })

switch (task) {
  case 'increment':
    await increment(collection, Number(number))
    break
  case 'insert':
    await Promise.all(Array.from({ length: 8 }, (_, lane) => insertForever(`${number}-${lane}`)))
    break
  case 'read':
    console.log(await read())
    break
  default:
    throw new TypeError(`Not a task: ${task}`)
}

/** Inserts, then changes what it has inserted, so that a kill falls into either. */
async function insertForever(lane: string): Promise<never> {
  for (let at = 0; ; at++) {
    const _id = `${lane}-${at}`
    await collection.insertOne(ledgerItem(_id))
    console.log(_id)
    await collection.updateOne({ _id }, { $set: { touched: true }, $push: { tags: 'touched' } })
    console.log(`${_id} touched`)
  }
}

async function read(): Promise<number> {
  let count = 0
  let last = ''
  for await (const { _id } of collection.find({}, { sort: { _id: 1 } })) {
    if (_id <= last) throw new Error(`${_id} after ${last}`)
    last = _id
    count++
  }
  return count
}
