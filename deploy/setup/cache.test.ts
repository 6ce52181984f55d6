import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { cacheFolder, keep } from './cache.js'

/** No process has this number: Linux counts to 4194304 at most. */
const DEAD_PID = 99_999_999

test('the cache is where the user wants caches', () => {
  assert.equal(cacheFolder({ XDG_CACHE_HOME: '/var/cache/me' }), '/var/cache/me/hikyaku')
  assert.match(cacheFolder({}), /\/\.cache\/hikyaku$/)
})

test('what is in the cache is not built again', async () => {
  using cache = temporaryFolder()
  const build = async (folder: string) => writeFileSync(join(folder, 'tool'), 'built')
  const first = await keep(cache.path, 'tool-1', build)
  const again = await keep(cache.path, 'tool-1', () => assert.fail('built twice'))
  assert.equal(again, first)
  assert.equal(readFileSync(join(again, 'tool'), 'utf8'), 'built')
})

test('a build that fails leaves nothing that could be taken for whole', async () => {
  using cache = temporaryFolder()
  const build = async (folder: string) => {
    writeFileSync(join(folder, 'tool'), 'half')
    throw new Error('no network')
  }
  await assert.rejects(keep(cache.path, 'tool-1', build), /no network/)
  assert.deepEqual(readdirSync(cache.path), [])
})

test('of two set-ups at once the first to finish wins, and both go on', async () => {
  using cache = temporaryFolder()
  const build = async (folder: string) => {
    mkdirSync(join(cache.path, 'tool-1'))
    writeFileSync(join(cache.path, 'tool-1', 'tool'), 'theirs')
    writeFileSync(join(folder, 'tool'), 'ours')
  }
  const place = await keep(cache.path, 'tool-1', build)
  assert.equal(readFileSync(join(place, 'tool'), 'utf8'), 'theirs')
  assert.deepEqual(readdirSync(cache.path), ['tool-1'])
})

test('what a killed set-up left is removed, what a living one builds is not', async () => {
  using cache = temporaryFolder()
  const living = `.building-${process.ppid}-other-1`
  mkdirSync(join(cache.path, `.building-${DEAD_PID}-tool-1`))
  mkdirSync(join(cache.path, living))
  await keep(cache.path, 'tool-1', async () => {})
  assert.deepEqual(readdirSync(cache.path), [living, 'tool-1'])
})

function temporaryFolder(): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'hikyaku-cache-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) }
}
