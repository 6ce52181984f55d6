import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { endLeftovers } from './presence.ts'

const SOON_MS = 5_000

/** A file as a killed platform leaves it, naming a process whose parent never asks how it ended. */
async function leaveBehind(t: TestContext, name: string) {
  const script = `sh -c 'sleep 60; :' '${name}' & echo $!; exec sleep 60`
  const parent = spawn('sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(parent.stdout, 'data')
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-presence-'))
  t.after(() => {
    process.kill(-(parent.pid ?? 0), 'SIGKILL')
    return rm(folder, { recursive: true })
  })
  const file = join(folder, 'solo.json')
  await writeFile(file, JSON.stringify({ processes: { left: Number(String(line)) } }))
  return { file, pid: Number(String(line)) }
}

test('what was left behind is ended, and nobody waits for a zombie', async (t) => {
  const { file } = await leaveBehind(t, 'nats-server -c x')
  const began = performance.now()
  assert.deepEqual(await endLeftovers(file), ['left'])
  assert.ok(performance.now() - began < SOON_MS)
})

test('a process id that has passed to somebody else is left alone', async (t) => {
  const { file, pid } = await leaveBehind(t, 'other')
  assert.deepEqual(await endLeftovers(file), [])
  process.kill(pid)
})

test('nothing was left when there is no file', async () => {
  assert.deepEqual(await endLeftovers('/nowhere/solo.json'), [])
})
