/**
 * A cluster of the last release is brought to this tree while mail goes in and out and users read, process by process and
 * node by node, and one node back again: as an operator does it, who may change his mind.
 */

import assert from 'node:assert/strict'
import { readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { holdDrill } from '../drills/drill.ts'
import type { Running } from '../drills/ground.ts'
import { formatReport } from '../drills/report.ts'
import { find, inject, type Scene } from '../drills/scene.ts'
import { openStage } from '../drills/stage.ts'
import { LOADS } from '../drills/traffic.ts'
import { unpackLastRelease } from './last-release.ts'

const ROOT = join(import.meta.dirname, '../..')
/** First who keeps, then who asks them: the order of docs/upgrading.md. */
const SERVICES = ['directory', 'mailbox-store', 'delivery', 'submission', 'imap', 'edge']
const NODES = ['node-1', 'node-2', 'node-3']
const SEED = 6

const mongodb = process.env.MONGODB_URL ?? ''
const skip = mongodb === '' && 'needs MONGODB_URL'

test('mail flows while a cluster goes from the last release to this one, and a node back', {
  skip,
}, async (t) => {
  using release = unpackLastRelease()
  const said: string[] = []
  const say = (line: string) => said.push(line)
  const roots = new Map(NODES.map((node) => [node, release.folder]))
  // Whoever starts the cluster is told by its environment; afterwards by the file.
  process.env.CLUSTER_ROOTS = [...roots].map(([node, root]) => `${node}=${root}`).join(',')
  await using stage = await openStage({ mongodb, say })
  delete process.env.CLUSTER_ROOTS
  const { dataFolder } = stage.ground.world
  const setRoot = (node: string, root: string) => {
    roots.set(node, root)
    const lines = [...roots].map(([name, path]) => `${name}=${path}\n`)
    writeFileSync(join(dataFolder, 'roots'), lines.join(''))
  }
  for (const running of await servicesOf(stage.ground, NODES)) {
    assert.equal(readlinkSync(`/proc/${running.pid}/cwd`), release.folder, name(running))
  }

  const bring =
    (node: string, root: string, way: 'one by one' | 'at once') => async (on: Scene) => {
      setRoot(node, root)
      const steps = way === 'at once' ? [SERVICES] : SERVICES.map((service) => [service])
      for (const services of steps) {
        const to = root === ROOT ? 'this tree' : 'the last release'
        const target = `${node} ${services.join(' ')} to ${to}`
        await inject(on, { name: 'restart', target }, () => restart(on, node, services, root))
      }
    }
  const report = await holdDrill(stage, {
    ...{ name: 'upgrade', seed: SEED, load: LOADS.light, say },
    steps: () => [
      bring('node-1', ROOT, 'one by one'),
      bring('node-2', ROOT, 'at once'),
      bring('node-3', ROOT, 'at once'),
      bring('node-3', release.folder, 'at once'),
    ],
  })
  const told = `${said.join('\n')}\n${formatReport(report)}`
  assert.deepEqual(report.wrong, [], told)
  assert.ok(report.accepted > 100, told)
  const permanent = Object.keys(report.errors).filter((kind) =>
    /^(smtp|submission) .*\b5\d\d\b/.test(kind),
  )
  assert.deepEqual(permanent, [], told)
  const bugs = Object.keys(report.errors).filter((kind) => /SERVERBUG|CLIENTBUG| BAD\b/.test(kind))
  assert.deepEqual(bugs, [], told)
  t.diagnostic(told)
})

/** SIGTERM to each, all at once; resolves when others run in their place, from the tree. */
async function restart(
  scene: Scene,
  node: string,
  services: readonly string[],
  root: string,
): Promise<void> {
  const victims = (await find(scene, { node })).filter((one) => services.includes(one.name))
  assert.equal(victims.length, services.length)
  for (const { pid } of victims) process.kill(pid, 'SIGTERM')
  const old = new Set(victims.map(({ pid }) => pid))
  for (;;) {
    const now = (await find(scene, { node })).filter((one) => services.includes(one.name))
    if (now.length === services.length && now.every(({ pid }) => !old.has(pid))) {
      for (const one of now) assert.equal(readlinkSync(`/proc/${one.pid}/cwd`), root, name(one))
      return
    }
    await sleep(50)
  }
}

async function servicesOf(
  { processes }: { processes(): Promise<Running[]> },
  nodes: readonly string[],
): Promise<Running[]> {
  const all = (await processes()).filter((one) => nodes.includes(one.node))
  return all.filter((one) => SERVICES.includes(one.name))
}

function name(running: Running): string {
  return `${running.node}/${running.name}`
}
