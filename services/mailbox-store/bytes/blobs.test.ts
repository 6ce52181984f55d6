import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { parseDetails } from '../details.ts'
import type { Collections } from '../documents.ts'
import { collectionsOf, openTestDatabase } from '../testing.ts'
import { Blobs } from './blobs.ts'
import { PIECE_BYTES_MAX } from './cutter.ts'

const DAY_MS = 86_400_000
const KB = 1024

/** Base64 of random bytes, in lines as mailers make them. */
function attachment(bytes: number): string {
  const text = randomBytes(Math.ceil(bytes / 4) * 3).toString('base64')
  return (text.match(/.{1,76}/g) ?? []).join('\r\n').slice(0, bytes)
}

function messageWith(subject: string, ...attachments: string[]): Buffer {
  const parts = attachments.map(
    (one) => `--b\r\nContent-Transfer-Encoding: base64\r\nContent-Type: a/b\r\n\r\n${one}\r\n`,
  )
  const type = 'Content-Type: multipart/mixed; boundary=b'
  return Buffer.from(
    `Subject: ${subject}\r\n${type}\r\n\r\n--b\r\n\r\nHello ${subject}.\r\n${parts.join('')}--b--\r\n`,
  )
}

function methodOf(target: object, name: string | symbol): unknown {
  const method = Reflect.get(target, name) as (...given: unknown[]) => unknown
  return method.bind(target)
}

async function idsOf(collection: Collections['pieces']): Promise<string[]> {
  const all = await Array.fromAsync(collection.find({}))
  return all.map(({ _id }) => _id)
}

test('content is kept once per tenant, and its address tells nobody else what it is', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  for (const content of [Buffer.from('the same for everyone'), randomBytes(300 * KB)]) {
    const replicas = [1, 2].map(() => new Blobs(collections, 'key', systemClock))
    const taken = await Promise.all(
      replicas.flatMap((blobs) => [1, 2].map(() => blobs.take('a', content))),
    )
    assert.equal(new Set(taken.map(({ blob }) => blob)).size, 1)
    const [blobs] = replicas as [Blobs]
    const elsewhere = await blobs.take('b', content)
    const otherKey = await new Blobs(collections, 'other', systemClock).take('a', content)
    const tails = [taken[0], elsewhere, otherKey].map((one) => one?.blob.split('/')[1])
    assert.equal(new Set(tails).size, 3)
  }
})

test('messages share a large part, within their tenant', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const { pieces } = collections
  const blobs = new Blobs(collections, 'key', systemClock)
  const shared = attachment(300 * KB)
  const first = messageWith('one', shared)
  const second = messageWith('another, with more around it', attachment(10 * KB), shared)
  const taken = await blobs.take('a', first)
  assert.equal(await pieces.count({}), 2)
  assert.equal(parseDetails(taken.details).structure.parts.length, 2)
  const again = await blobs.take('a', second)
  assert.notEqual(again.blob, taken.blob)
  assert.equal(await pieces.count({}), 2, 'the same pieces')
  const alone = await blobs.take('a', Buffer.from(`Subject: three\n\n${shared}`))
  assert.equal(await pieces.count({}), 2, 'nothing around it')
  await blobs.take('b', first)
  const ids = await idsOf(pieces)
  assert.deepEqual(ids.map((id) => id.slice(0, 2)).sort(), ['a/', 'a/', 'b/', 'b/'])
  assert.equal(new Set(ids.map((id) => id.slice(2))).size, 4)
  assert(first.equals(await blobs.readAll(taken.blob, 0, taken.size)))
  assert(second.equals(await blobs.readAll(again.blob, 0, again.size)))
  assert.equal(`${await blobs.readAll(alone.blob, 0, 10)}`, 'Subject: t')
})

test('a message with large parts needs little of its own', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const blobs = new Blobs(collections, 'key', systemClock)
  const content = messageWith('x', ...Array.from({ length: 5 }, () => attachment(100 * KB)))
  const { blob } = await blobs.take('a', content)
  const head = await collections.blobs.findOne({ _id: blob })
  assert.equal(head?.layout?.filter(({ piece }) => piece !== undefined).length, 5)
  const own = head?.layout?.filter(({ piece }) => piece === undefined) ?? []
  assert(own.reduce((sum, { size }) => sum + size, 0) < 1000)
  const firsts = await blobs.readFirst([blob])
  const first = firsts.get(blob) ?? assert.fail('no first')
  assert(first.length < 200, 'what comes behind a piece is not the beginning')
  assert(content.subarray(0, first.length).equals(first))
})

test('content that comes again is young again, all of it', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  let now = 100 * DAY_MS
  const clock = { ...systemClock, now: () => now }
  for (const size of [10, 11, PIECE_BYTES_MAX * 9, PIECE_BYTES_MAX * 9 - 1]) {
    const content = randomBytes(size)
    const { blob } = await new Blobs(collections, 'key', clock).take('a', content)
    now += 30 * DAY_MS
    const again = new Blobs(collections, 'key', clock)
    if (size % 2 === 0) await again.take('a', content)
    else await again.touch([blob, blob])
    const head = await collections.blobs.findOne({ _id: blob })
    const ids = (head?.layout ?? []).flatMap(({ piece }) => piece ?? [])
    const pieces = await Array.fromAsync(collections.pieces.find({ _id: { $in: ids } }))
    assert.equal(pieces.length, ids.length)
    assert.equal(ids.length > 0, size > 100)
    for (const { usedDay } of [...pieces, ...(head ? [head] : [])]) {
      assert.equal(usedDay, Math.floor(now / DAY_MS))
    }
  }
})

test('content never becomes older again, even when it is put by a clock that is behind', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const at = (day: number) =>
    new Blobs(collections, 'key', { ...systemClock, now: () => day * DAY_MS })
  const content = randomBytes(200 * KB)
  const { blob } = await at(101).take('a', content)
  await at(100).take('a', content)
  await at(100).touch([blob])
  const head = await collections.blobs.findOne({ _id: blob })
  const pieces = await Array.fromAsync(collections.pieces.find({}))
  assert(head && pieces.length > 0)
  for (const { usedDay } of [head, ...pieces]) assert.equal(usedDay, 101)
})

test('content of which something was collected meanwhile is whole again', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const content = messageWith('x', attachment(600 * KB))
  const { blob, size } = await new Blobs(collections, 'key', systemClock).take('a', content)
  const [piece = ''] = await idsOf(collections.pieces)
  await collections.pieces.deleteOne({ _id: piece })
  const replica = new Blobs(collections, 'key', systemClock)
  assert.equal((await replica.take('a', content)).blob, blob)
  assert(content.equals(await replica.readAll(blob, 0, size)))
})

test('a message that is a piece of another is a message as well', async () => {
  await using database = await openTestDatabase()
  const blobs = new Blobs(await collectionsOf(database), 'key', systemClock)
  const inner = Buffer.from(`Subject: inner\n\n${'x'.repeat(60 * KB)}`)
  const outer = Buffer.concat([Buffer.from('\n'), inner, randomBytes(PIECE_BYTES_MAX)])
  await blobs.take('a', outer)
  const piece = outer.subarray(1, 1 + PIECE_BYTES_MAX)
  const { blob, size } = await blobs.take('a', piece)
  assert(piece.equals(await blobs.readAll(blob, 0, size)))
})

test('a range is read without the pieces that it does not lie in, and several at once', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  let questions = 0
  const find: Collections['pieces']['find'] = (...asked) => {
    questions++
    return collections.pieces.find(...asked)
  }
  const pieces = new Proxy(collections.pieces, {
    get: (target, name) => (name === 'find' ? find : methodOf(target, name)),
  })
  const blobs = new Blobs({ ...collections, pieces }, 'key', systemClock)
  const content = Buffer.concat([Buffer.from('\n'), randomBytes(PIECE_BYTES_MAX * 20)])
  const { blob, size } = await blobs.take('a', content)
  questions = 0
  assert(content.equals(await blobs.readAll(blob, 0, size)))
  assert.equal(questions, 5)
  const { layout = [] } = (await collections.blobs.findOne({ _id: blob })) ?? {}
  assert.equal(layout.length, 21)
  const [from, to] = [1 + PIECE_BYTES_MAX * 8 + 3, 1 + PIECE_BYTES_MAX * 15]
  for (const [i, { piece = '' }] of layout.entries()) {
    if (i < 9 || i > 15) await collections.pieces.deleteOne({ _id: piece })
  }
  assert(content.subarray(from, to).equals(await blobs.readAll(blob, from, to)))
  await assert.rejects(blobs.readAll(blob, from, to + 1), /missing/)
})

test('pieces are stored while the rest is on its way, and the head only at the end', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const blobs = new Blobs(collections, 'key', systemClock, 12 * 1024 * KB)
  const content = messageWith('x', attachment(8 * 1024 * KB))
  let stored = 0
  async function* pieces(breaksAt = Number.POSITIVE_INFINITY) {
    for (let at = 0; at < content.length; at += 100_000) {
      const missing = at / PIECE_BYTES_MAX - (await collections.pieces.count({}))
      assert(missing < 7, `${missing} pieces are not stored`)
      if (at > breaksAt) throw new Fault('unavailable', 'It broke off')
      yield content.subarray(at, at + 100_000)
    }
    stored = await collections.blobs.count({})
  }
  await assert.rejects(blobs.take('a', pieces(5_000_000)), /broke off/)
  assert.equal(await collections.blobs.count({}), 0)
  assert((await collections.pieces.count({})) >= 12)
  const taken = await blobs.take('a', pieces())
  assert.equal(stored, 0)
  assert(content.equals(await blobs.readAll(taken.blob, 0, taken.size)))
  assert.equal(taken.blob, (await blobs.take('a', content)).blob)
})

test('what is too large is refused as soon as that is known', async () => {
  await using database = await openTestDatabase()
  const collections = await collectionsOf(database)
  const blobs = new Blobs(collections, 'key', systemClock, 1024 * KB)
  let given = 0
  async function* endless() {
    for (;;) {
      given += 64 * KB
      yield Buffer.alloc(64 * KB)
    }
  }
  const tooLarge = { code: 'too-large' }
  await assert.rejects(blobs.take('a', endless()), tooLarge)
  assert.equal(given, (1024 + 64) * KB)
  await assert.rejects(blobs.take('a', Buffer.alloc(1024 * KB + 1)), tooLarge)
  assert.equal(await collections.blobs.count({}), 0)
  assert.equal((await blobs.take('a', Buffer.alloc(1024 * KB))).size, 1024 * KB)
})
