/** A disk that is really full: a small file system in memory. Only root may mount one. */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import type { Item } from '../contract/engine.ts'
import { openDatabase } from '../open.ts'
import type { Collection } from '../port.ts'

const DISK = '4m'
const FILLER_BYTES = 2 * 1024 * 1024
const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }
const indexes = [{ name: 'g_n', fields: { g: 1, n: 1 } }] as const
const bytes = Buffer.alloc(20_000, 7)
const skip = process.env.CI === 'true' ? false : reasonToSkip()

test('a full disk: writes fail and say so, all that was answered is there, and room heals it', {
  skip,
}, async (t) => {
  const { folder, fill, free } = disk(t)
  const broken: Error[] = []
  const options = { clock: systemClock, broken: (error: Error) => void broken.push(error) }
  const url = `sqlite:${join(folder, 'mail.db')}`
  await using database = await openDatabase(url, options)
  const items = await database.collection<Item>({ name: 'items', indexes })
  const answered = await insertUntilFull(items, 'a')
  assert.ok(answered.length > 10, `${answered.length}`)

  // Full to the last byte, and asked by many: each is answered, none waits, and reading goes on.
  fill()
  const many = Array.from({ length: 100 }, (_, at) => items.insertOne({ _id: `b${at}`, bytes }))
  for (const one of many) await assert.rejects(one, UNAVAILABLE)
  await database.ping()
  await check(items, answered)

  free()
  await items.insertOne({ _id: 'c', g: 'g', n: -2, bytes })
  await items.deleteOne({ _id: answered.pop() ?? '' })
  await check(items, [...answered, 'c'])
  assert.deepEqual(broken, [], 'the process goes on')

  // As after a kill: another opens the same file, and finds what was answered.
  await using again = await openDatabase(url, options)
  await check(await again.collection<Item>({ name: 'items', indexes }), [...answered, 'c'])
})

test('a disk that is full at the start: unavailable, and works once there is room', {
  skip,
}, async (t) => {
  const { folder, fill, free } = disk(t)
  const url = `sqlite:${join(folder, 'mail.db')}`
  fill()
  const opening = async () => {
    await using database = await openDatabase(url, { clock: systemClock })
    const items = await database.collection<Item>({ name: 'items', indexes })
    await items.insertOne({ _id: 'a', g: 'g', n: 0, bytes })
  }
  await assert.rejects(opening(), UNAVAILABLE)
  free()
  await opening()
})

/** A file system of its own, in which somebody else has a file; `fill` makes that take what room is left, `free` removes it. */
function disk(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'tmpfs', folder])
  t.after(() => {
    execFileSync('umount', ['--lazy', folder])
    rmdirSync(folder)
  })
  const filler = join(folder, 'filler')
  writeFileSync(filler, Buffer.alloc(FILLER_BYTES))
  const fill = () => {
    const { bavail, bsize } = statfsSync(folder)
    appendFileSync(filler, Buffer.alloc(bavail * bsize))
  }
  return { folder, fill, free: () => rmSync(filler) }
}

/** Answers the ids of those that were answered. */
async function insertUntilFull(items: Collection<Item>, prefix: string): Promise<string[]> {
  const answered: string[] = []
  for (let n = 0; ; n++) {
    try {
      await items.insertOne({ _id: `${prefix}${n}`, g: 'g', n, bytes })
      answered.push(`${prefix}${n}`)
    } catch (error) {
      assert.ok(error instanceof Fault && error.code === 'unavailable', String(error))
      assert.match(String((error.cause as Error).message), /full/)
      return answered
    }
  }
}

/** Exactly these are there, whole, by their `_id` and by the index. */
async function check(items: Collection<Item>, ids: readonly string[]): Promise<void> {
  const sorted = ids.toSorted()
  const found = await Array.fromAsync(items.find({}, { sort: { _id: 1 } }))
  assert.deepEqual(
    found.map(({ _id }) => _id),
    sorted,
  )
  for (const item of found) assert.ok(bytes.equals(item.bytes as Buffer))
  const indexed = await Array.fromAsync(items.find({ g: 'g' }))
  assert.deepEqual(indexed.map(({ _id }) => _id).toSorted(), sorted)
}

function reasonToSkip(): string | false {
  if (process.getuid?.() !== 0) return 'only root may mount a small file system'
  const found = spawnSync('sh', ['-c', 'command -v mount && command -v umount'])
  if (found.status !== 0) return 'there is no mount here'
  const probe = mkdtempSync(join(tmpdir(), 'hikyaku-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', probe])
  if (mounted.status === 0) spawnSync('umount', [probe])
  rmdirSync(probe)
  return mounted.status === 0 ? false : 'nothing can be mounted here'
}
