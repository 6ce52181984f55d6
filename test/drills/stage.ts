/** A platform with everything around it that drills need; several may be held on one. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, type Fate, MongoProxy } from '#lib/db/testing/mongo-proxy.ts'
import { type Outside, startOutside } from '../clients/outside.ts'
import type { Peer } from '../clients/peer-mx.ts'
import { startCluster } from '../cluster-world.ts'
import { removeOldCuts } from './cut.ts'
import { fakeClockEnv, makeTreeWithClock, setFakeClock, whyNoFakeClock } from './fake-clock.ts'
import { type Ground, groundOf, type Platform, type Running } from './ground.ts'
import type { Scene } from './scene.ts'
import { type SlowLink, startSlowLink } from './slow.ts'
import { mountTightDisk, removeOldDisks, type TightDisk, whyNoTightDisk } from './tight-disk.ts'
import { undoWhenGone } from './undo.ts'

export interface StageOptions {
  /** The URL of the MongoDB-speaking server. */
  readonly mongodb: string
  /** Disks that can be filled, clocks that can jump. */
  readonly needs?: 'disks' | 'clock' | 'both' | undefined
  say(line: string): void
}

export interface Stage extends AsyncDisposable {
  readonly ground: Ground
  readonly outside: Outside
  readonly peers: ReadonlyMap<string, Peer>
  readonly database: SlowLink
  readonly disks: readonly TightDisk[]
  readonly fillDatabase: Scene['fillDatabase']
  readonly clock: Scene['clock']
  readonly roster: readonly Running[]
}

/** One greylists, one is slow at the end, one knows nobody. */
const DOMAINS = ['one', 'two', 'three', 'grey', 'slow', 'nobody']
const NODES = ['node-1', 'node-2', 'node-3']
/** Memory: what is filled is really taken. */
const DISK_BYTES = 192 * 1024 * 1024
/** Three users send what hundreds would, and do not give up when nothing moves. */
const SETTINGS = { SUBMISSION_DATA_PER_ACCOUNT: '200', IMAP_CONNECTIONS_PER_ACCOUNT: '500' }
const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify'])
const LIMITS = [
  ...['messages-per-hour', 'messages-per-day', 'recipients-per-hour', 'recipients-per-day'],
]

export async function openStage({ mongodb, needs, say }: StageOptions): Promise<Stage> {
  await using opened = new AsyncDisposableStack()
  removeOldCuts()
  removeOldDisks()
  const dataFolder = mkdtempSync(join(tmpdir(), 'hikyaku-drill-'))
  opened.defer(() => rmSync(dataFolder, { recursive: true, force: true }))
  const outside = opened.use(await startOutside())
  const peers = new Map<string, Peer>()
  for (const name of DOMAINS) peers.set(`${name}.test`, await openPeer(outside, name))
  const tight = (needs === 'disks' || needs === 'both') && whyNoTightDisk() === undefined
  const proxy = tight ? opened.use(await MongoProxy.start(mongodb)) : undefined
  const database = opened.use(await linkTo(proxy?.url ?? mongodb))
  const disks = (tight ? NODES : []).map((node) =>
    opened.use(mountTightDisk(join(dataFolder, node, 'nats'), DISK_BYTES)),
  )
  const fake = (needs === 'clock' || needs === 'both') && whyNoFakeClock() === undefined
  const clock = fake ? makeClock(dataFolder) : undefined
  say('starting the platform')
  const env = {
    ...outside.env,
    ...SETTINGS,
    MONGODB_URL: throughLink(mongodb, database),
    ...clock?.env,
  }
  const world = opened.use(await startCluster({ env, dataFolder, nodes: NODES.length }))
  // Not when this process is killed: then nobody disposes of anything.
  const mounts = disks.map(({ path }) => `umount -l ${path}; `).join('')
  const folder = `sleep 20; ${mounts}rm -rf ${dataFolder}`
  opened.defer(undoWhenGone(`kill -TERM ${(await world.about()).pid}; ${folder}`))
  const ground = await groundOf(world)
  const roster = await ground.processes()
  say(`${ground.nodes.length} nodes, ${roster.length} processes`)
  await liftLimits(world)
  const rest = opened.move()
  return {
    ...{ ground, outside, peers, database, disks, clock, roster },
    fillDatabase:
      proxy &&
      ((full) => {
        proxy.fate = full ? refuseWrites : () => undefined
      }),
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  }
}

/** Of one node; nats-server is not made for it, and has the true one. */
function makeClock(dataFolder: string) {
  const [, node = ''] = NODES
  const tree = join(dataFolder, 'tree')
  makeTreeWithClock(join(import.meta.dirname, '../..'), tree)
  const env = { ...fakeClockEnv(), CLUSTER_ROOTS: `${node}=${tree}` }
  return { node, env, jump: (seconds: number) => setFakeClock(tree, seconds) }
}

function openPeer(outside: Outside, name: string): Promise<Peer> {
  const domain = `${name}.test`
  if (name === 'grey') return outside.open(domain, { on: { rcpt: greylist() } })
  if (name === 'slow') return outside.open(domain, { on: { dot: { afterMs: 30 } } })
  if (name === 'nobody') return outside.open(domain, { on: { rcpt: '550 5.1.1 No such user' } })
  return outside.open(domain)
}

/** Every third time somebody is to come again. */
function greylist(): () => string | undefined {
  let asked = 0
  return () => (++asked % 3 === 1 ? '450 4.2.0 Greylisted' : undefined)
}

/** As MongoDB does when its disk is full; the disk of the server that all tests share cannot be filled. */
function refuseWrites({ name }: Command): Fate | undefined {
  if (!WRITES.has(name)) return undefined
  const error = { code: 14031, codeName: 'OutOfDiskSpace', errmsg: 'No space left on device' }
  return { kind: 'refused', error }
}

async function linkTo(mongodb: string): Promise<SlowLink> {
  const { hostname, port } = new URL(mongodb)
  return await startSlowLink({ target: { host: hostname, port: Number(port || 27017) } })
}

function throughLink(mongodb: string, { endpoint }: SlowLink): string {
  const url = new URL(mongodb)
  url.host = `${endpoint.host}:${endpoint.port}`
  return url.href
}

/** A few users send what hundreds would. */
async function liftLimits(world: Platform): Promise<void> {
  const off = LIMITS.flatMap((name) => [`--${name}`, 'off'])
  for (let tries = 1; ; tries++) {
    const { code, stderr } = await world.cli(['sending', 'set', '--platform', ...off])
    if (code === 0) return
    if (tries === 5) throw new Error(`sending set ended with ${code}: ${stderr}`)
    await sleep(1000)
  }
}
