/** How often something can be done in a second, what each costs, and how long it takes. */

import type { StoreProcess } from './process.ts'

export interface Rate {
  readonly perSecond: number
  /** CPU milliseconds of the store's process for each. */
  readonly cpuMs: number
  /** The same of this process: what a client pays. */
  readonly clientCpuMs: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Load {
  /** How many are under way at the same time. */
  readonly lanes: number
  readonly seconds: number
  /** Begins one more; `turn` counts them from 0. */
  readonly work: (turn: number) => Promise<unknown>
}

export async function measureRate(
  store: Pick<StoreProcess, 'cpuSeconds'>,
  { lanes, seconds, work }: Load,
): Promise<Rate> {
  const tookMs: number[] = []
  let turn = 0
  const cpuBefore = store.cpuSeconds()
  const clientBefore = process.cpuUsage()
  const start = performance.now()
  const lane = async () => {
    for (let begun = performance.now(); begun - start < seconds * 1000; ) {
      await work(turn++)
      const ended = performance.now()
      tookMs.push(ended - begun)
      begun = ended
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  const wallSeconds = (performance.now() - start) / 1000
  const client = process.cpuUsage(clientBefore)
  const done = tookMs.length
  tookMs.sort((a, b) => a - b)
  const at = (share: number) => round(tookMs[Math.floor((done - 1) * share)] ?? 0)
  return {
    perSecond: Math.round(done / wallSeconds),
    cpuMs: round(((store.cpuSeconds() - cpuBefore) * 1000) / done),
    clientCpuMs: round((client.user + client.system) / 1000 / done),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

/** Does it so many times, 64 at a time, as fast as it goes. */
export async function repeat(times: number, work: (turn: number) => Promise<unknown>) {
  let turn = 0
  const lane = async () => {
    while (turn < times) await work(turn++)
  }
  await Promise.all(Array.from({ length: 64 }, lane))
}

export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
