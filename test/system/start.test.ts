/** `npm start` that cannot do what it is asked to: it says why and what to do, and leaves nothing running. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { runProgram, startWorld } from '../world.ts'

const SOLO = 'services/solo/main.ts'

const FREE_PORTS = {
  EDGE_LISTEN: '127.0.0.1:0',
  IMAP_LISTEN: '127.0.0.1:0',
  IMAPS_LISTEN: '127.0.0.1:0',
  SUBMISSION_LISTEN: '127.0.0.1:0',
  SUBMISSIONS_LISTEN: '127.0.0.1:0',
  HTTP_LISTEN: '127.0.0.1:0',
}

/** The environment for a folder of its own. */
async function openFolder(env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-start-'))
  const { MONGODB_URL: _, ...inherited } = process.env
  return {
    folder,
    env: { ...inherited, ...FREE_PORTS, DATA: join(folder, 'data'), ...env },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

test('what cannot start says why, without a stack', async () => {
  const cases: [env: Record<string, string>, told: RegExp][] = [
    [{ DATA: '/dev/null/data' }, /The data folder \/dev\/null\/data cannot be used: .*DATA=/s],
    [{ NATS_SERVER_PATH: '/nowhere/nats' }, /no nats-server .*\/nowhere\/nats.*NATS_SERVER_PATH=/s],
    [{ MONGODB_URL: 'mongo.example' }, /MONGODB_URL: is not a MongoDB URL/],
    [
      { EDGE_LISTEN: '127.0.0.1:20999', IMAP_LISTEN: '127.0.0.1:20999' },
      /20999 is given to SMTP as well.*IMAP_LISTEN or EDGE_LISTEN/s,
    ],
    [
      { IMAP_IDLE_TIMEOUT: 'soon' },
      /imap does not start.*\n.*IMAP_IDLE_TIMEOUT: 'soon' is not a d/s,
    ],
  ]
  for (const [settings, told] of cases) {
    await using place = await openFolder(settings)
    const { code, stdout, stderr } = await runProgram(SOLO, [], { env: place.env })
    assert.match(stderr, told, stdout)
    assert.doesNotMatch(stderr, /^ +at /m)
    assert.equal(code, 1)
  }
})

test('stopped while it starts, it leaves nothing running', async () => {
  await using place = await openFolder()
  const solo = spawn(process.execPath, [SOLO], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(solo, 'exit')
  const about = join(place.folder, 'data', 'run', 'solo.json')
  let processes: Record<string, number> = {}
  for await (const line of createInterface(solo.stdout)) {
    if (line !== 'nats-server is ready') continue
    processes = JSON.parse(await readFile(about, 'utf8')).processes
    solo.kill('SIGINT')
  }
  assert.deepEqual(await exited, [1, null])
  assert.ok(processes['nats-server'])
  for (const pid of Object.values(processes)) {
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  }
})

test('whose output nobody reads any more, it goes on, and stops as cleanly as ever', async () => {
  await using place = await openFolder()
  const solo = spawn(process.execPath, [SOLO], {
    env: place.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(solo, 'exit')
  for await (const line of createInterface(solo.stdout)) if (line === 'hikyaku runs.') break
  solo.stdout.destroy()
  const about = join(place.folder, 'data', 'run', 'solo.json')
  const { processes } = JSON.parse(await readFile(about, 'utf8'))
  solo.kill('SIGHUP')
  assert.deepEqual(await exited, [0, null])
  for (const pid of Object.values<number>(processes)) {
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' })
  }
})

test('killed and started again at once, it ends what was left behind and finds its data', async () => {
  await using place = await openFolder()
  const dataFolder = join(place.folder, 'data')
  const env = { DATABASE_PREFIX: `start_${process.pid}` }
  await using killed = await startWorld({ dataFolder, env })
  await killed.addAccounts([{ login: 'alice@example.test' }])
  const { pid } = JSON.parse(await readFile(join(dataFolder, 'run', 'solo.json'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await using world = await startWorld({ dataFolder, env })
  assert.match(world.output(), /^Ended what a killed run had left behind: .*nats-server/m)
  const { stdout } = await world.cli(['account', 'list', '--json'])
  assert.match(stdout, /"login":"alice@example.test"/)
})

test('settings come from one file as well', async () => {
  await using place = await openFolder()
  const file = join(place.folder, 'hikyaku.yaml')
  await writeFile(file, 'MONGODB_URL: mongo.example\n')
  const env = { ...place.env, CONFIG_FILE: file }
  const { stderr } = await runProgram(SOLO, [], { env })
  assert.match(stderr, /MONGODB_URL: is not a MongoDB URL/)
})
