import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openScratch } from './scratch.ts'

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

async function content(from: AsyncIterable<Uint8Array>): Promise<string> {
  return Buffer.concat(await Array.fromAsync(from)).toString()
}

test('what is laid aside is read as often as wanted, and has no name', async () => {
  const folder = join(await mkdtemp(join(tmpdir(), 'scratch-')), 'made')
  const setAside = await openScratch(folder, () => 'id')
  const large = 'x'.repeat(100_000)
  {
    await using message = await setAside(pieces('a', large, 'b'))
    assert.deepEqual(await readdir(folder), [])
    assert.equal(await content(message.read()), `a${large}b`)
    assert.equal(await content(message.read()), `a${large}b`)
  }
  await rm(folder, { recursive: true })
})

test('a client that goes half-way leaves nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scratch-'))
  const setAside = await openScratch(folder, () => 'id')
  async function* broken() {
    yield Buffer.from('a')
    throw new Error('gone')
  }
  await assert.rejects(setAside(broken()), /gone/)
  assert.deepEqual(await readdir(folder), [])
  await rm(folder, { recursive: true })
})

test('a disk that takes nothing is a passing trouble', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'scratch-'))
  const setAside = await openScratch(folder, () => 'id')
  await writeFile(join(folder, 'hikyaku-imap-id'), '')
  await assert.rejects(setAside(pieces('a')), { code: 'busy' })
  await rm(folder, { recursive: true })
})
