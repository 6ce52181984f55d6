import assert from 'node:assert/strict'
import { mkdtempDisposableSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openDataFolder, readSecret } from './data-folder.ts'
import { StartProblem } from './problem.ts'

test('a folder is made, and found again with its secrets', async () => {
  using temporary = mkdtempDisposableSync(join(tmpdir(), 'hikyaku-folder-'))
  const path = join(temporary.path, 'data')
  const first = openDataFolder(path, 'npm start')
  const secret = await readSecret(first, 'cluster')
  const second = openDataFolder(path, 'npm start')
  assert.deepEqual([first.found, second.found], [false, true])
  assert.equal(await readSecret(second, 'cluster'), secret)
})

test('a folder of one kind of platform is not taken by the other', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'hikyaku-folder-'))
  writeFileSync(join(folder.path, 'nats.conf'), '')
  openDataFolder(folder.path, 'npm start')
  assert.throws(() => openDataFolder(folder.path, 'npm run cluster'), StartProblem)
})
