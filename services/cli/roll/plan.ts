/** In which order the processes of a cluster are restarted, and which are still to be. */

import type { About, Memory } from './cluster.ts'

/** Who is asked before who asks: what is new in an answer does no harm to an old client. The broker last, on its own. */
const ORDER: readonly string[] = [
  'directory',
  'mailbox-store',
  'delivery',
  'edge',
  'submission',
  'imap',
  'nats-server',
]

export interface Step {
  /** `node-1 imap`, `haproxy`. */
  readonly name: string
  readonly node?: string
  readonly process: string
}

/** One node after the other, haproxy last: it is before all of them, and only for all of them. */
export function planSteps(about: About, node: string | undefined): Step[] {
  const steps: Step[] = about.nodes
    .filter(({ name }) => node === undefined || name === node)
    .flatMap(({ name, processes }) =>
      ORDER.filter((process) => process in processes).map((process) => ({
        name: `${name} ${process}`,
        node: name,
        process,
      })),
    )
  if (node === undefined && about.haproxy !== undefined) {
    steps.push({ name: 'haproxy', process: 'haproxy' })
  }
  return steps
}

/** The process id of a step's process now; 0 for haproxy, which keeps its own, undefined while it is down. */
export function pidNow(about: About, { node, process }: Step): number | undefined {
  if (node === undefined) return 0
  return about.nodes.find(({ name }) => name === node)?.processes[process]?.pid
}

/** Those that still run as they did when the roll began. One that is down will come back as a new one. */
export function stepsLeft(steps: readonly Step[], about: About, memory: Memory): Step[] {
  return steps.filter((step) => {
    const old = memory.old[step.name]
    return old !== undefined && pidNow(about, step) === old
  })
}

/**
 * What is to be remembered when a roll of `steps` begins: what an earlier one has not done, and of what it did not
 * mention, what runs now.
 */
export function beginMemory(
  steps: readonly Step[],
  about: About,
  { earlier, roller, now }: { earlier: Memory | undefined; roller: number; now: number },
): Memory {
  const old: Record<string, number> = { ...earlier?.old }
  for (const step of steps) {
    const pid = pidNow(about, step)
    if (pid !== undefined) old[step.name] ??= pid
  }
  return { roller, begunAt: earlier?.begunAt ?? now, old }
}
