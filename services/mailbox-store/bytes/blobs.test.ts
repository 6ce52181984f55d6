import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { collectionsOf, openTestDatabase } from '../testing.ts'
import { Blobs, FRAME_BYTES } from './blobs.ts'

const DAY_MS = 86_400_000

test('content is kept once per tenant, and its address tells nobody else what it is', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const replicas = [1, 2].map(() => new Blobs(collections, 'key', systemClock))
  const content = Buffer.from('the same for everyone')
  const ids = await Promise.all(
    replicas.flatMap((blobs) => [1, 2].map(() => blobs.put('a', content))),
  )
  assert.equal(new Set(ids).size, 1)
  const [blobs] = replicas as [Blobs]
  const elsewhere = await blobs.put('b', content)
  const otherKey = await new Blobs(collections, 'other', systemClock).put('a', content)
  const tails = [ids[0] as string, elsewhere, otherKey].map((id) => id.split('/')[1])
  assert.equal(new Set(tails).size, 3)
})

test('content that comes again is young again, all of it', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  let now = 100 * DAY_MS
  const clock = { ...systemClock, now: () => now }
  for (const size of [10, 11, FRAME_BYTES * 9, FRAME_BYTES * 9 - 1]) {
    const content = randomBytes(size)
    const id = await new Blobs(collections, 'key', clock).put('a', content)
    now += 30 * DAY_MS
    const again = new Blobs(collections, 'key', clock)
    if (size % 2 === 0) await again.put('a', content)
    else await again.touch([id, id])
    const head = await collections.blobs.findOne({ _id: id })
    const pieces = await Array.fromAsync(
      collections.pieces.find({ _id: { $gte: `${id}/`, $lt: `${id}0` } }),
    )
    assert.deepEqual([pieces.length, head?.size], [size > FRAME_BYTES ? 2 : 0, size])
    for (const { usedDay } of [...pieces, ...(head ? [head] : [])]) {
      assert.equal(usedDay, Math.floor(now / DAY_MS))
    }
  }
})

test('a part is read without the pieces that it does not lie in', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const blobs = new Blobs(collections, 'key', systemClock)
  const content = randomBytes(FRAME_BYTES * 20)
  const id = await blobs.put('a', content)
  const all = await Array.fromAsync(collections.pieces.find({ _id: { $gte: id } }))
  assert.equal(all.length, 3)
  for (const { _id } of all.toSpliced(1, 1)) await collections.pieces.deleteOne({ _id })
  const [from, to] = [FRAME_BYTES * 8 + 3, FRAME_BYTES * 15]
  assert(content.subarray(from, to).equals(await blobs.readAll(id, from, to)))
  await assert.rejects(blobs.readAll(id, from, to + 1), /missing/)
})
