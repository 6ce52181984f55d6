import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import { appendOf, openStore, openTestDatabase } from '../testing.ts'
import { Backoff } from './backoff.ts'

test('who loses again and again waits longer, for a time left to chance, and gives up at last', async () => {
  const waits: number[] = []
  const sleep = async (ms: number) => void waits.push(ms)
  const backoff = new Backoff({ clock: { ...systemClock, sleep }, random: () => Buffer.of(255) })
  for (let i = 0; i < 10; i++) await backoff.lost()
  assert.deepEqual(waits, [2, 4, 8, 16, 32, 64, 64, 64])
  assert.equal(backoff.conflicts, 10)
  await assert.rejects(
    async () => {
      for (;;) await backoff.lost()
    },
    (error) => error instanceof Fault && error.code === 'busy',
  )
  assert.equal(backoff.conflicts, 100)
})

test('eight replicas that append to one mailbox all get through', async () => {
  await using database = await openTestDatabase()
  const replicas = await Promise.all(Array.from({ length: 8 }, () => openStore(database)))
  const each = async (store: (typeof replicas)[0], name: number) => {
    for (let i = 0; i < 15; i++) await append(appendOf({ mailId: `${name}-${i}` }), store)
  }
  await Promise.all(replicas.map(each))
  const { uid } = await append(appendOf(), replicas[0] as (typeof replicas)[0])
  assert.equal(uid, 8 * 15 + 1)
})
