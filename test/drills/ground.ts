/** What a drill stands on: the cluster on one machine, or the one of each that `npm start` runs. */

import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ClusterAbout } from '../cluster-world.ts'
import type { World } from '../world.ts'

/** What clients need of a platform, be it a cluster or not. */
export type Platform = Omit<World, 'signal'>

/** A process of the platform as it runs now. */
export interface Running {
  readonly node: string
  readonly name: string
  readonly pid: number
  /** Where its `/ready` is: host:port. */
  readonly ops?: string | undefined
  /** Where it listens, each as host:port or unix:path. */
  readonly listens: readonly string[]
}

export interface Ground {
  readonly world: Platform
  readonly nodes: readonly string[]
  /** Everything that runs at this moment. */
  processes(): Promise<Running[]>
}

interface About {
  readonly processes?: Readonly<Record<string, number>>
  readonly nodes?: ClusterAbout['nodes']
}

const LOOK_AGAIN_MS = 100
const ANSWER_MS_MAX = 5000

/** Reads who runs from the file that the platform writes. */
export async function groundOf(world: Platform): Promise<Ground> {
  const processes = async () => {
    const text = await readFile(join(world.dataFolder, 'run', 'solo.json'), 'utf8')
    return readProcesses(JSON.parse(text))
  }
  const nodes = [...new Set((await processes()).map(({ node }) => node))]
  return { world, nodes, processes }
}

function readProcesses({ nodes, processes = {} }: About): Running[] {
  if (nodes === undefined) {
    return Object.entries(processes).map(([name, pid]) => ({ node: 'one', name, pid, listens: [] }))
  }
  return nodes.flatMap(({ name: node, processes: running }) =>
    Object.entries(running).flatMap(([name, { pid, ops, listens }]) =>
      pid === undefined ? [] : [{ node, name, pid, ops, listens: Object.values(listens) }],
    ),
  )
}

/** Waits until everything that `wanted` names runs and is ready, and returns who was the last. */
export async function untilReady(
  ground: Ground,
  wanted: readonly Pick<Running, 'node' | 'name'>[],
  timeoutMs: number,
): Promise<string> {
  let last = ''
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const running = await ground.processes()
    const missing: string[] = []
    for (const { node, name } of wanted) {
      const one = running.find((other) => other.node === node && other.name === name)
      if (one === undefined || !(await isReady(one))) missing.push(`${node}/${name}`)
    }
    if (missing.length === 0) return last
    last = missing.join(', ')
    if (performance.now() > deadline) throw new Error(`Not ready: ${last}`)
    await sleep(LOOK_AGAIN_MS)
  }
}

/** Whether it is there and would take work now. */
export async function isReady({ name, pid, ops, listens }: Running): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (ops !== undefined) {
    const page = name === 'nats-server' ? 'healthz' : 'ready'
    const signal = AbortSignal.timeout(ANSWER_MS_MAX)
    const answer = await fetch(`http://${ops}/${page}`, { signal }).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
    return answer?.ok === true
  }
  const first = listens.find((address) => !address.startsWith('unix:'))
  return first === undefined || (await answers(first))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function answers(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) })
  socket.setTimeout(ANSWER_MS_MAX, () => socket.destroy())
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  socket.once('close', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
