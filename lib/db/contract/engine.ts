/** What the contract's parts are given: a fresh collection for each test of one engine. */
import assert from 'node:assert/strict'
import type { Clock } from '#lib/base/clock.ts'
import type { Collection, Database, Document, Index, Value } from '../port.ts'

/** A document of the contract: it may hold anything. */
export interface Item extends Document {
  readonly [field: string]: Value | undefined
}

export interface Engine {
  /** The database that all tests of a run share, open. */
  readonly database: Database
  /** Its URL, by which other processes open it. */
  readonly url: string
}

/** Time stands still: the contract's documents do not expire. */
export const stillClock: Clock = {
  now: () => 0,
  monotonic: () => 0,
  sleep: () => assert.fail('unexpected sleep'),
}

let collections = 0

/** A collection that no other test uses, holding the items. */
export async function collectionOf(
  { database }: Engine,
  indexes: readonly Index[],
  items: readonly Item[] = [],
): Promise<Collection<Item>> {
  const collection = await database.collection<Item>({ name: freshName(), indexes })
  await collection.bulkWrite(items.map((document) => ({ kind: 'insert', document })))
  return collection
}

export function freshName(): string {
  return `items-${++collections}`
}

/** What a cursor gives, all of it. */
export async function all<T>(cursor: AsyncIterable<T>): Promise<T[]> {
  return Array.fromAsync(cursor)
}

/** The `_id`s that a cursor gives, in its order. */
export async function idsOf(cursor: AsyncIterable<Document>): Promise<string> {
  return (await all(cursor)).map(({ _id }) => _id).join(' ')
}

/** Asserts that the promise rejects with an error of that name, and returns it. */
export async function rejection(name: string, promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    assert.ok(error instanceof Error)
    assert.equal(error.name, name, error.stack ?? '')
    return error
  }
  return assert.fail(`did not reject with ${name}`)
}

/** Numbers an array's values: the `_id` says the place. */
export function numbered(values: readonly (Value | undefined)[]): Item[] {
  return values.map((value, at) => ({ _id: String(at).padStart(3, '0'), value }))
}
