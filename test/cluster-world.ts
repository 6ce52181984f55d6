/**
 * The whole platform as a cluster for a test: services/cluster with its real child processes, in a temporary folder, on
 * the server that MONGODB_URL names, in databases of its own that are dropped afterwards.
 */

import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Endpoint,
  readAbout,
  startSupervisor,
  type World,
  type WorldOptions,
} from './world.ts'

const POLL_MS = 50
const PID_MS_MAX = 30_000

/** run/solo.json as a cluster writes it. */
export interface ClusterAbout {
  readonly pid: number
  readonly clusterSecret: string
  readonly listens: Readonly<Record<string, string>>
  readonly directory: readonly string[]
  readonly mailboxStore: readonly string[]
  readonly delivery: readonly string[]
  /** Of all that run: `node-1.edge`, `haproxy`, `mongo-server`. */
  readonly processes: Readonly<Record<string, number>>
  readonly nodes: readonly ClusterNode[]
  readonly haproxy: { readonly pid?: number; readonly ready: boolean; readonly stats: string }
}

export interface ClusterNode {
  readonly name: string
  /** The node's own address on the loopback; 127.0.0.1 where the system lends no others. */
  readonly host: string
  /** By service, and `nats-server`. */
  readonly processes: Readonly<Record<string, ClusterProcess>>
}

export interface ClusterProcess {
  /** Absent while it is down. */
  readonly pid?: number
  readonly ready: boolean
  readonly root?: string
  readonly ops?: string
  readonly listens: Readonly<Record<string, string>>
}

export interface ClusterOptions extends WorldOptions {
  /** Nodes with services; there are three with a nats-server in any case. */
  readonly nodes?: number
}

/** Like a World, where `at` is haproxy's, and signals go to a process of a node. */
export interface ClusterWorld extends Omit<World, 'signal'> {
  /** The names of those that have services. */
  readonly nodes: readonly string[]
  about(): Promise<ClusterAbout>
  /** Of the process that is up now; waits for one that is being started. `haproxy` and `mongo-server` have no node. */
  pidOf(node: string | undefined, process: string): Promise<number>
  /** Sends it a signal; the process id that got it. */
  signal(node: string | undefined, process: string, signal: NodeJS.Signals): Promise<number>
  /** Resolves when nothing has this process id any more. */
  untilGone(pid: number): Promise<void>
  /** Resolves when the process is ready under another process id than `pid`. */
  untilBack(node: string | undefined, process: string, pid: number): Promise<void>
  /** Where a process listens by itself, past haproxy. */
  placeOf(node: string, process: string, listener: string): Promise<Endpoint>
  /** The tree that a node's processes are run from, from their next start on; undefined: this one. */
  setRoot(node: string, root: string | undefined): Promise<void>
}

/** Starts one; it is up, and everything in it ready, when this resolves. */
export async function startCluster(options: ClusterOptions = {}): Promise<ClusterWorld> {
  const { nodes: count = 3, env, dataFolder } = options
  const { signal: _, ...world } = await startSupervisor('services/cluster/main.ts', {
    ...(dataFolder === undefined ? {} : { dataFolder }),
    env: { CLUSTER_NODES: String(count), ...env },
  })
  const about = () => readAbout<ClusterAbout>(world.dataFolder)
  const roots = new Map<string, string>()
  const pidOf = async (node: string | undefined, name: string) => {
    const known = nameOf(node, name)
    const running = await eventually(
      async () => (await about()).processes[known],
      `${known} to run`,
    )
    return running
  }
  return {
    ...world,
    nodes: Array.from({ length: count }, (_, at) => `node-${at + 1}`),
    about,
    pidOf,
    async signal(node, name, signal) {
      const pid = await pidOf(node, name)
      process.kill(pid, signal)
      return pid
    },
    async untilGone(pid) {
      await eventually(async () => (isRunning(pid) ? undefined : pid), `${pid} to be gone`, 2)
    },
    async untilBack(node, name, pid) {
      await eventually(
        async () => {
          const { pid: now, ready } = find(await about(), node, name)
          return ready && now !== undefined && now !== pid ? now : undefined
        },
        `${nameOf(node, name)} to be back`,
      )
    },
    async placeOf(node, name, listener) {
      const { listens, ops } = find(await about(), node, name)
      const where = listener === 'ops' ? ops : listens[listener]
      assert.ok(where, `${node} has no ${name} ${listener}`)
      const [host = '', port] = where.split(':')
      return { host, port: Number(port) }
    },
    async setRoot(node, root) {
      if (root === undefined) roots.delete(node)
      else roots.set(node, root)
      const lines = [...roots].map(([name, path]) => `${name}=${path}\n`)
      await writeFile(join(world.dataFolder, 'roots'), lines.join(''))
    },
  }
}

function nameOf(node: string | undefined, process: string): string {
  return node === undefined ? process : `${node}.${process}`
}

function find(about: ClusterAbout, node: string | undefined, process: string): ClusterProcess {
  if (node === undefined) {
    assert.equal(process, 'haproxy')
    return { ...about.haproxy, listens: {} }
  }
  const found = about.nodes.find(({ name }) => name === node)?.processes[process]
  assert.ok(found, `There is no ${nameOf(node, process)}`)
  return found
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function eventually<T>(
  look: () => Promise<T | undefined>,
  what: string,
  pollMs = POLL_MS,
): Promise<T> {
  const until = performance.now() + PID_MS_MAX
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    assert.ok(performance.now() < until, `waited too long for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}
