/** What the faults act on, and how one is written down. */

import { setTimeout as sleep } from 'node:timers/promises'
import { type Ground, type Running, untilReady } from './ground.ts'
import type { History } from './history.ts'
import type { SlowLink } from './slow.ts'
import type { TightDisk } from './tight-disk.ts'

/** How long the faults last, in seconds. */
export interface Lengths {
  readonly freeze: number
  readonly cut: number
  readonly delay: number
  readonly diskFull: number
  readonly clock: number
  readonly away: number
  readonly quorum: number
}

export const LENGTHS: Lengths = {
  ...{ freeze: 30, cut: 20, delay: 20, diskFull: 20, clock: 20, away: 60, quorum: 20 },
}

export interface Scene {
  readonly ground: Ground
  readonly history: History
  /** Who has to be there again after each fault. */
  readonly roster: readonly Pick<Running, 'node' | 'name'>[]
  readonly lengths: Lengths
  /** In front of the database. */
  readonly database: SlowLink | undefined
  /** Under the NATS servers' stores. */
  readonly disks: readonly TightDisk[]
  /** Has the database refuse writes as one does whose disk is full, or no more. */
  readonly fillDatabase: ((full: boolean) => void) | undefined
  /** The clock of one node: `jump` changes it by so many seconds. */
  readonly clock: { readonly node: string; jump(seconds: number): void } | undefined
  readonly stop: AbortSignal
  random(): number
  say(line: string): void
}

const READY_MS_MAX = 120_000

/** Lets a fault happen and end, waits until everybody is ready again, and writes it down. */
export async function inject(
  scene: Scene,
  { name, target }: { name: string; target: string },
  act: () => Promise<void>,
): Promise<void> {
  const { ground, history, roster } = scene
  const record = { name, target, begin: history.now(), end: 0, readyMs: 0 }
  history.faults.push(record)
  scene.say(`${name}: ${target}`)
  await act()
  record.end = history.now()
  const slowest = await untilReady(ground, roster, READY_MS_MAX)
  record.readyMs = Math.round(history.now() - record.end)
  scene.say(
    `  over after ${Math.round(record.end - record.begin)} ms, ready after ${record.readyMs} ms more ${slowest}`,
  )
}

export async function find(scene: Scene, where: Partial<Running>): Promise<Running[]> {
  const all = await scene.ground.processes()
  return all.filter(
    ({ node, name }) =>
      (where.node === undefined || where.node === node) &&
      (where.name === undefined || where.name === name),
  )
}

export function pick<T>(scene: Scene, from: readonly T[]): T {
  const one = from[Math.floor(scene.random() * from.length)]
  if (one === undefined) throw new Error('There is nothing to choose from')
  return one
}

/** Lasts so many seconds, or until the drill is stopped. */
export async function last(scene: Scene, seconds: number): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal: scene.stop }).catch(() => undefined)
}
