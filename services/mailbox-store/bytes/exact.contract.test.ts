/** The bytes that come back are the bytes that came, whatever they are and however they came. */

import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { toBuffer } from '#lib/base/bytes.ts'
import { systemClock } from '#lib/node/clock.ts'
import { collectionsOf, openContractDatabase } from '../testing.ts'
import { Blobs } from './blobs.ts'
import { HEAD_BYTES_MAX, PIECE_BYTES_MAX, SHARED_BYTES_MIN } from './cutter.ts'

const SERVER = process.env.MONGODB_URL
const SEED = Number(process.env.FUZZ_SEED ?? 1)
/** On a server every message costs a round trip or two. */
const MESSAGES = SERVER === undefined ? 10_000 : 300
const FIXTURES = join(import.meta.dirname, '../../../test/fixtures')

let state = SEED
function random(below: number): number {
  state = (state * 48271) % 0x7fffffff
  return state % below
}

function pick<T>(list: readonly T[]): T {
  return list[random(list.length)] ?? assert.fail('an empty list')
}

/** Bytes in one go, as drawing each of them would take the time of all else. */
const NOISE = Buffer.alloc(2 * 1024 * 1024)
for (let i = 0; i < NOISE.length; i++) NOISE[i] = random(256)

function noise(size: number): Buffer {
  const from = random(NOISE.length - size)
  return NOISE.subarray(from, from + size)
}

const LINE_ENDS = ['\r\n', '\n', '\r', '\r\r\n', '\n\r', '']
const BORDERS = [SHARED_BYTES_MIN, HEAD_BYTES_MAX, PIECE_BYTES_MAX]

/** A size that is odd now and then: at or around the borders of what is laid out in one way or another. */
function someSize(): number {
  if (random(40) > 0) return random(pick([3, 80, 3000]))
  return random(3) > 0 ? pick(BORDERS) - 3 + random(7) : random(400_000)
}

function someBody(size: number): Buffer {
  switch (random(5)) {
    case 0:
      return noise(size)
    case 1:
      return Buffer.alloc(size, pick(['\0', 'x', '\r', '\n', '-', '\xff']), 'latin1')
    case 2: {
      const lines = noise(size).toString('base64').match(/.{76}/g) ?? []
      return Buffer.from(lines.join(pick(LINE_ENDS)), 'latin1').subarray(0, size)
    }
    default: {
      const line = `${noise(random(90)).toString('latin1')}${pick(LINE_ENDS)}`
      return Buffer.alloc(size, line === '' ? 'y' : line, 'latin1')
    }
  }
}

function someEntity(depth: number): Buffer {
  const end = pick(LINE_ENDS.slice(0, 2))
  const text = (one: string) => Buffer.from(one.replaceAll('\n', end), 'latin1')
  const kind = random(depth > 3 ? 2 : 5)
  if (kind <= 1) return Buffer.concat([text('Subject: x\n\n'), someBody(someSize())])
  if (kind === 2) return Buffer.concat([text('Content-Type: message/rfc822\n\n'), someEntity(depth + 1)]) // biome-ignore format: one thing
  const boundary = `b${random(3)}`
  const parts = Array.from({ length: random(5) }, () => [
    text(`${pick(['\n', ''])}--${boundary}${pick(['', ' ', '-'])}\n`),
    someEntity(depth + 1),
  ])
  const head = `From: a@b.test\nContent-Type: multipart/mixed; boundary=${boundary}\n\npreamble\n`
  const close = pick([`\n--${boundary}--`, `\n--${boundary}--\nepilogue\n`, ''])
  return Buffer.concat([text(head), ...parts.flat(), text(close)])
}

function someMessage(i: number): Buffer {
  if (i % 500 === 0) return Buffer.alloc(0)
  if (i % 500 === 1) return Buffer.from('Subject: all header')
  if (i % 500 === 2)
    return Buffer.concat([Buffer.from('A: b\n\n'), Buffer.alloc(1_000_000 + i, 'z')])
  if (i % 10 === 3) return noise(someSize())
  return someEntity(1)
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  const most = pick([100, 5000, 200_000]) * (bytes.length > 100_000 ? 10 : 1)
  for (let at = 0; at < bytes.length; ) {
    const size = random(most)
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function openBlobs() {
  const database = await openContractDatabase(SERVER)
  const collections = await collectionsOf(database)
  const open = () => new Blobs(collections, 'key', systemClock)
  return { collections, open, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

type Opened = Awaited<ReturnType<typeof openBlobs>>

async function check(bytes: Buffer, name: string, blobs: Blobs): Promise<string> {
  const { blob, size } = await blobs.take('t', bytes)
  assert.equal(size, bytes.length, name)
  assert(bytes.equals(toBuffer(await blobs.readAll(blob, 0, size))), name)
  const start = random(size + 1)
  const end = start + random(size - start + 1)
  const some = toBuffer(await blobs.readAll(blob, start, end))
  assert(bytes.subarray(start, end).equals(some), `${name} from ${start} to ${end}`)
  const first = (await blobs.readFirst([blob])).get(blob) ?? assert.fail(name)
  assert(bytes.subarray(0, first.length).equals(first), `${name}: its beginning`)
  return blob
}

/** The same in pieces, in the eyes of a process that knows nothing of it. */
async function checkInChunks(bytes: Buffer, blob: string, { collections, open }: Opened) {
  const before = await collections.blobs.findOne({ _id: blob })
  const blobs = open()
  const taken = await blobs.take('t', bytes)
  const streamed = await open().take('t', chunksOf(bytes))
  assert.deepEqual(streamed, taken)
  assert.equal(streamed.blob, blob)
  assert.deepEqual(await collections.blobs.findOne({ _id: blob }), before)
}

test('every fixture comes back as it is', async () => {
  await using opened = await openBlobs()
  const files = globSync(`${FIXTURES}/**/*.*`)
  assert(files.length > 20)
  for (const file of files) {
    const bytes = readFileSync(file)
    const blob = await check(bytes, file, opened.open())
    await checkInChunks(bytes, blob, opened)
  }
})

test(`${MESSAGES} messages with everything that is odd come back as they are (FUZZ_SEED=${SEED})`, async () => {
  await using opened = await openBlobs()
  const blobs = opened.open()
  for (let i = 0; i < MESSAGES; i++) {
    const bytes = someMessage(i)
    const name = `message ${i} of ${bytes.length} bytes`
    const blob = await check(bytes, name, blobs)
    if (i % 4 === 0 || bytes.length > SHARED_BYTES_MIN) await checkInChunks(bytes, blob, opened)
  }
  assert((await opened.collections.pieces.count({})) > 0)
})

test('at every border, with one byte less and one byte more', async () => {
  await using opened = await openBlobs()
  const blobs = opened.open()
  const heads = [
    '',
    '\n',
    'Subject: x\r\n\r\n',
    'Content-Type: multipart/mixed; boundary=b\n\n--b\n\n',
  ]
  for (const border of [...BORDERS, HEAD_BYTES_MAX + PIECE_BYTES_MAX, 2 * PIECE_BYTES_MAX]) {
    for (const head of heads) {
      for (const by of [-1, 0, 1]) {
        // Once around the message, once around the body.
        for (const size of [border + by, border + by + head.length]) {
          const body = noise(size - head.length)
          for (const tail of head.includes('--b') ? ['', '\r\n--b--'] : ['']) {
            const bytes = Buffer.concat([Buffer.from(head), body, Buffer.from(tail)])
            const blob = await check(bytes, `${head} ${size}`, blobs)
            await checkInChunks(bytes, blob, opened)
          }
        }
      }
    }
  }
})
