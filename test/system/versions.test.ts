import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startWorld } from '../world.ts'

const DATABASES = ['directory', 'mailbox-store', 'delivery']
const PACKAGE = join(import.meta.dirname, '../../package.json')

test('an operator sees which release works on each database, and may bring it into the newest form', async () => {
  await using world = await startWorld()
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string }
  assert.equal((await world.cli(['--version'])).stdout, `${version}\n`)
  const ready = (await world.cli(['migration', 'start', '--json'])).stdout
  const told = ready
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    told.map(({ service }) => service),
    DATABASES,
    ready,
  )
  for (const { service, inForce, wanted, knows, processes } of told) {
    assert.deepEqual([inForce, wanted], [knows, knows], service)
    assert.deepEqual(
      processes.map(({ release }: { release: string }) => release),
      [version],
    )
  }
  const { code, stdout } = await world.cli(['migration', 'status'])
  assert.equal(code, 0)
  assert.match(stdout, /^mailbox-store: schema 1\n/m)
  assert.match(stdout, /^ {2}migration mailbox-domains: (waiting|running|done), \d+ documents/m)
  for (const service of DATABASES)
    assert.match(
      stdout,
      new RegExp(
        `^${service}: schema \\d+\n {2}process .*: release ${version.replaceAll('.', '\\.')}, schema \\d+$`,
        'm',
      ),
    )
})
