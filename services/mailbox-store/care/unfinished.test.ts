import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { collectionsOf, openTestDatabase, TENANT } from '../testing.ts'
import { completeUnfinished } from './unfinished.ts'

const NOW = 1_800_000_000_000
const { signal } = new AbortController()

test('what has waited for a minute is completed, oldest first, and what fails holds nothing up', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const add = (id: string, ageMs?: number, more = {}) =>
    collections.mailboxes.insertOne({
      ...{ _id: `a/${id}`, account: 'a', tenant: TENANT, domain: '', name: id, keywords: [] },
      ...{ uidValidity: 1, uidNext: 1, modSeq: 1, lastVanished: 0 },
      ...{ exists: 0, unseen: 0, deleted: 0, bytes: 0 },
      ...(ageMs !== undefined && { unfinishedSince: new Date(NOW - ageMs) }),
      ...more,
    })
  await add('quiet')
  await add('young', 59_000)
  await add('moving', 60_000)
  await add('broken', 90_000)
  await add('deleted', 80_000, { deletedAt: new Date(NOW) })
  const done: string[] = []
  const ports = {
    collections,
    clock: { ...systemClock, now: () => NOW },
    completeMoves: async (key: string) => {
      if (key === 'a/broken') throw new Error('broken')
      done.push(`moves of ${key}`)
    },
    clearDeleted: async (key: string) => void done.push(`deletion of ${key}`),
    events: {
      completed: (key: string, what: string) => void done.push(`told ${what} of ${key}`),
      notCompleted: (key: string, what: string, error: unknown) =>
        void done.push(`${what} of ${key}: ${error}`),
    },
  }
  await completeUnfinished(ports, signal)
  assert.deepEqual(done, [
    'moves of a/broken: Error: broken',
    'deletion of a/deleted',
    'told deletion of a/deleted',
    'moves of a/moving',
    'told moves of a/moving',
  ])
})

test('more than fit into one page are all completed', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const all = Array.from({ length: 1200 }, (_, i) => i)
  await collections.mailboxes.bulkWrite(
    all.map((i) => ({
      kind: 'insert',
      document: {
        ...{ _id: `a/${i}`, account: 'a', tenant: TENANT, domain: '', name: `${i}`, keywords: [] },
        ...{ uidValidity: 1, uidNext: 1, modSeq: 1, lastVanished: 0 },
        ...{ exists: 0, unseen: 0, deleted: 0, bytes: 0 },
        unfinishedSince: new Date(NOW - 100_000 - i),
      },
    })),
  )
  let completed = 0
  const ports = {
    collections,
    clock: { ...systemClock, now: () => NOW },
    completeMoves: async () => void completed++,
    clearDeleted: () => assert.fail('nothing is deleted'),
    events: { completed: () => undefined, notCompleted: () => assert.fail('nothing fails') },
  }
  await completeUnfinished(ports, signal)
  assert.equal(completed, 1200)
})
