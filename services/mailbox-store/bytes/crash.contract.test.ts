/** A process may die at any call to the database: a head that is there has all its pieces, and the next one completes it. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { toBuffer } from '#lib/base/bytes.ts'
import { systemClock } from '#lib/node/clock.ts'
import { collectionsOf, Killed, Mortal, openContractDatabase } from '../testing.ts'
import { Blobs } from './blobs.ts'
import { PIECE_BYTES_MAX } from './cutter.ts'

const DAY_MS = 86_400_000

test('whoever dies while storing leaves nothing that is broken, new or known', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const content = Buffer.concat([Buffer.from('Subject: x\n\n'), randomBytes(9 * PIECE_BYTES_MAX)])
  for (const tenant of ['new', 'known']) {
    let now = 100 * DAY_MS
    const clock = { ...systemClock, now: () => now }
    let survived = false
    for (let atCall = 1; !survived; atCall++) {
      for (const when of ['before', 'after'] as const) {
        // All of what was stored is old by now, and would be collected if nothing referred to it.
        now += 30 * DAY_MS
        const name = tenant === 'new' ? `new${atCall}${when}` : tenant
        const mortal = new Mortal(collections)
        mortal.dies = { atCall, when }
        const taking = new Blobs(mortal.collections, 'key', clock).take(name, content)
        survived = await taking.then(
          () => true,
          (error: unknown) => {
            assert(error instanceof Killed)
            return false
          },
        )
        const heads = await Array.fromAsync(collections.blobs.find({ _id: { $gte: `${name}/`, $lt: `${name}0` } })) // biome-ignore format: one thing
        for (const { _id, size, usedDay, layout } of heads) {
          const bytes = await new Blobs(collections, 'key', clock).readAll(_id, 0, size)
          assert(content.equals(toBuffer(bytes)), `${name} ${atCall} ${when}`)
          await assertYoungPieces(layout, usedDay)
        }
        const { blob, size } = await new Blobs(collections, 'key', clock).take(name, content)
        const bytes = await new Blobs(collections, 'key', clock).readAll(blob, 0, size)
        assert(content.equals(toBuffer(bytes)))
      }
    }
  }

  /** A head is never younger than what it is made of. */
  async function assertYoungPieces(layout: readonly { piece?: string }[] = [], day: number) {
    const ids = layout.flatMap(({ piece }) => piece ?? [])
    for await (const { usedDay } of collections.pieces.find({ _id: { $in: ids } })) {
      assert(usedDay >= day)
    }
  }
})
