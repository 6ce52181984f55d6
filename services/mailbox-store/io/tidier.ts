/** What goes on while nobody asks for anything: each kind of work by itself, until all are disposed. */

import type { Clock } from '#lib/base/clock.ts'
import type { CollectPorts } from '../care/collect.ts'
import { collectWhenDue } from '../care/schedule.ts'
import { completeUnfinished } from '../care/unfinished.ts'
import type { Committer } from '../commit/committer.ts'
import type { Events } from '../events.ts'
import { clearDeleted } from '../mailboxes.ts'
import { completeMoves } from '../move/complete.ts'
import type { Store } from '../store.ts'

const TIDY_EVERY_MS = 2000
const CARE_EVERY_MS = 60_000

/** Tidies up what this process has open, every two seconds. */
export function tidyRegularly(
  committer: Committer,
  clock: Clock,
  events: Pick<Events, 'tidyFailed' | 'measured'>,
): AsyncDisposable {
  const tidy = async () => {
    await committer.tidy()
    events.measured(committer.viewBytes, committer.openMailboxes)
  }
  return repeat(tidy, TIDY_EVERY_MS, { clock, failed: events.tidyFailed })
}

/**
 * Looks every minute for what processes that died have left, and whether it is time to collect. A run of hours keeps
 * nothing else waiting.
 */
export function careRegularly(
  store: Pick<Store, 'collections' | 'committer' | 'clock'>,
  care: CollectPorts & { readonly events: Events },
  collectEveryMs: number,
): AsyncDisposable {
  const { clock, events } = care
  const unfinished = {
    ...store,
    events,
    completeMoves: (key: string) => completeMoves(key, store),
    clearDeleted: (key: string) => clearDeleted(key, store),
  }
  const works = [
    repeat((signal) => completeUnfinished(unfinished, signal), CARE_EVERY_MS, {
      clock,
      failed: events.unfinishedFailed,
    }),
    repeat(collectWhenDue(care, collectEveryMs), CARE_EVERY_MS, {
      clock,
      failed: events.collectFailed,
    }),
  ]
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(works.map((work) => work[Symbol.asyncDispose]()))
    },
  }
}

/** Errors are told, and the work goes on the next time. Disposing it waits for the work under way to notice. */
export function repeat(
  work: (signal: AbortSignal) => Promise<void>,
  everyMs: number,
  { clock, failed }: { clock: Clock; failed: (error: unknown) => void },
): AsyncDisposable {
  const stop = new AbortController()
  const running = run()
  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await clock.sleep(everyMs, stop.signal)
        await work(stop.signal)
      } catch (error) {
        if (!stop.signal.aborted) failed(error)
      }
    }
  }
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
    },
  }
}
