import { Fault } from '#lib/base/fault.ts'
import { COLLECT, type CollectPorts, collect } from './collect.ts'
import { isDue } from './lease.ts'

/**
 * What has to be called every minute or so to have bytes collected when it is time. It begins only when it was due the
 * last time, too: a machine that wakes from long sleep finishes first what it was doing when it fell asleep, whose
 * bytes may look old by now.
 */
export function collectWhenDue(
  ports: CollectPorts,
  everyMs: number,
): (signal: AbortSignal) => Promise<void> {
  let wasDue = false
  return async (signal) => {
    const due = await isDue(COLLECT, everyMs, ports)
    const begins = due && wasDue
    wasDue = due && !begins
    if (!begins) return
    try {
      for await (const _ of collect(ports, signal)) signal.throwIfAborted()
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof Fault && error.code === 'busy')) throw error
    }
  }
}
