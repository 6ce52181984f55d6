import assert from 'node:assert/strict'
import { mkdtempDisposableSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Death, keepAlive } from './child.ts'
import type { ProcessPlan } from './processes.ts'

/** Keeps `sh -c script` alive until it has died so often; each start is in the next of `roots`. */
async function keepShell(script: string, deaths: number, roots: readonly string[] = []) {
  const seen: Death[] = []
  const { promise, resolve } = Promise.withResolvers<void>()
  let starts = 0
  const plan: ProcessPlan = {
    name: 'shell',
    service: 'shell',
    program: '/bin/sh',
    arguments: ['-c', script],
    env: { PATH: '/bin:/usr/bin' },
    root: () => roots[starts++] ?? '/',
    ready: { file: '/nowhere' },
  }
  using folder = mkdtempDisposableSync(join(tmpdir(), 'hikyaku-child-'))
  const output = join(folder.path, 'output')
  const child = keepAlive(plan, openSync(output, 'a'), {
    started: () => undefined,
    died(_, death) {
      seen.push(death)
      if (seen.length === deaths) resolve()
    },
  })
  await promise
  await child.stop(0)
  return { deaths: seen, printed: readFileSync(output, 'utf8') }
}

test('one that ends well was asked to, and starts again at once', async () => {
  const { deaths } = await keepShell('sleep 0.3', 2)
  for (const { asked, waitMs } of deaths.slice(0, 2)) assert.deepEqual([asked, waitMs], [true, 0])
})

test('one that fails, or ends as soon as it began, is waited for longer and longer', async () => {
  for (const script of ['exit 1', 'exit 0']) {
    const { deaths } = await keepShell(script, 2)
    assert.deepEqual(
      deaths.slice(0, 2).map(({ asked, waitMs }) => [asked, waitMs]),
      [
        [false, 50],
        [false, 200],
      ],
      script,
    )
  }
})

test('which tree it is run from is asked at each start', async () => {
  const { printed } = await keepShell('pwd; exit 1', 2, ['/usr', '/etc'])
  assert.match(printed, /^\/usr\n\/etc\n/)
})
