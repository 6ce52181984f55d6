/** CPU seconds of processes, as Linux counts them. */

import { readdirSync, readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

interface Stat {
  readonly parent: number
  /** Its own and that of its children that ended, in seconds. */
  readonly cpuSeconds: number
}

/** CPU used so far by each group of processes; those that ended count in their parent. */
export function cpuSeconds(groups: ReadonlyMap<string, readonly number[]>): Map<string, number> {
  const seconds = new Map<string, number>()
  for (const [name, pids] of groups) {
    const stats = pids.map(readStat).filter((stat) => stat !== undefined)
    seconds.set(
      name,
      stats.reduce((sum, stat) => sum + stat.cpuSeconds, 0),
    )
  }
  return seconds
}

/** A process and all below it. */
export function processesUnder(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    const stat = Number.isInteger(pid) ? readStat(pid) : undefined
    if (stat === undefined) continue
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), pid])
  }
  const found: number[] = []
  const visit = (pid: number) => {
    found.push(pid)
    for (const child of children.get(pid) ?? []) visit(child)
  }
  visit(root)
  return found
}

/** Undefined when there is no such process any more. proc(5), /proc/pid/stat */
function readStat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0, , , , , , , , , , user = 0, system = 0, childUser = 0, childSystem = 0] =
      fields
    return { parent, cpuSeconds: (user + system + childUser + childSystem) / TICKS_PER_SECOND }
  } catch {
    return undefined
  }
}
