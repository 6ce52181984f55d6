import assert from 'node:assert/strict'
import { mkdtempDisposable, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readLogEnd } from './log-file.ts'

test('of a long log the last whole lines are read', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hikyaku-log-'))
  const path = join(folder.path, 'some.log')
  const lines = Array.from({ length: 3000 }, (_, at) => `{"event":"appended","uid":${at}}`)
  await writeFile(path, `${lines.join('\n')}\n`)
  const read = readLogEnd(path, 0).split('\n').slice(0, -1)
  assert.ok(read.length < lines.length)
  assert.deepEqual(read, lines.slice(-read.length))
})

test('of a short log all is read that came after a position, or since it was emptied', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hikyaku-log-'))
  const path = join(folder.path, 'some.log')
  await writeFile(path, 'one\ntwo\n')
  assert.equal(readLogEnd(path, 4), 'two\n')
  assert.equal(readLogEnd(path, 100), 'one\ntwo\n')
})
