import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { Body } from './body.ts'

const HEADER = Buffer.from('H: h\r\n')

async function read(body: Body): Promise<string> {
  return Buffer.concat(await Array.fromAsync<Uint8Array>(body.after(HEADER))).toString()
}

test('a small message stays in memory', async () => {
  const body = new Body('/nowhere')
  assert.equal(body.add(Buffer.from('a')), undefined)
  assert.equal(body.add(Buffer.from('b')), undefined)
  assert.equal(await read(body), 'H: h\r\nab')
})

test('a large one is in a file without a name, and comes back whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hk-body-'))
  const body = new Body(folder)
  let expected = HEADER.toString()
  for (let i = 0; i < 40; i++) {
    const piece = Buffer.alloc(100_000, `${i};`)
    expected += piece
    await body.add(piece)
  }
  assert.ok(!Array.isArray(body.after(HEADER)))
  assert.equal((await read(body)) === expected, true)
  assert.deepEqual(readdirSync(folder), [])
  body.close()
  rmSync(folder, { recursive: true })
})

test('without room for the file the message is put off', async () => {
  const body = new Body('/nowhere')
  await body.add(Buffer.alloc(2_000_000))
  await assert.rejects(read(body), (error) => error instanceof Fault && error.code === 'busy')
})

test('beyond what all together may hold, everybody waits until his bytes are in a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hk-body-'))
  // The same bytes again and again.
  const piece = Buffer.alloc(500_000)
  const bodies = Array.from({ length: 270 }, () => {
    const body = new Body(folder)
    void body.add(piece)
    return body
  })
  const late = new Body(folder)
  const room = late.add(Buffer.from('a'))
  assert.ok(room !== undefined, 'it may send on')
  await room
  for (const body of bodies) body.close()
  assert.equal(await read(late), 'H: h\r\na')
  late.close()
  const later = new Body(folder)
  assert.equal(later.add(Buffer.from('b')), undefined)
  later.close()
  rmSync(folder, { recursive: true })
})
