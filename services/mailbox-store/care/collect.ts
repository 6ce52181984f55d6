/**
 * Removes bytes that nothing refers to. A run looks at everything that refers to bytes, and then at the bytes; there are
 * no counters of references that a crash could leave wrong. It goes on while messages come, move and go.
 */

import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Committer } from '../commit/committer.ts'
import type { Collections } from '../documents.ts'
import { BloomFilter } from './bloom-filter.ts'
import { takeLease } from './lease.ts'
import { type Mark, markBlobs, markPieces } from './mark.ts'
import { makePace, type Pace } from './pace.ts'
import { clearStaged } from './staged.ts'
import { type Sweep, sweep } from './sweep.ts'

export const COLLECT = 'collect'

const DAY_MS = 86_400_000
const SALT_BYTES = 16

export interface CollectPorts {
  readonly collections: Collections
  readonly committer: Committer
  readonly clock: Clock
  readonly random: Random
  readonly events: CollectEvents
  /** Memory for the marks of one run. With too little of it, more garbage stays until a later run. */
  readonly collectMemoryBytes: number
}

interface CollectEvents {
  collected(run: { seen: number; kept: number; removed: number; seconds: number }): void
}

/** Documents looked at so far, and bytes (blobs and pieces) kept and removed. The last one is of the whole run. */
export interface CollectProgress {
  readonly phase: 'mark' | 'sweep'
  readonly seen: number
  readonly kept: number
  readonly removed: number
}

/**
 * One run: removes what nothing has referred to for at least a whole day, and reports as it goes. Leaving it, or
 * aborting the signal, ends it; the next run begins anew.
 *
 * @throws {Fault} busy, when another process is at it
 */
export async function* collect(
  ports: CollectPorts,
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<CollectProgress> {
  const lease = await takeLease(COLLECT, ports)
  if (lease === undefined) throw new Fault('busy', 'Another process is collecting')
  const pace = makePace(ports.clock, signal, lease.renew)
  let end: 'finished' | 'left' | 'failed' = 'left'
  try {
    yield* run(ports, pace)
    end = 'finished'
  } catch (error) {
    if (!signal.aborted) end = 'failed'
    throw error
  } finally {
    // After a failure it stays taken until it expires, so that nobody fails again at once.
    if (end !== 'failed') await lease.release(end === 'finished')
  }
}

async function* run(ports: CollectPorts, pace: Pace): AsyncGenerator<CollectProgress> {
  const { collections, clock, events, random } = ports
  const started = clock.monotonic()
  // Before anything is looked at: what is put from now on is young.
  const day = Math.floor(clock.now() / DAY_MS)
  // With another salt in each run, what one keeps by chance the next removes.
  const newFilter = () => new BloomFilter(ports.collectMemoryBytes, random(SALT_BYTES))
  const total = { seen: 0, kept: 0, removed: 0 }
  const markOf = (filter: BloomFilter): Mark => ({
    filter,
    counted(seen) {
      total.seen += seen
    },
  })
  const sweepOf = (filter: BloomFilter): Sweep => ({
    day,
    isMarked: (id) => filter.has(id),
    counted(kept, removed) {
      total.seen += kept + removed
      total.kept += kept
      total.removed += removed
    },
  })
  await clearStaged(ports, pace)
  {
    const filter = newFilter()
    yield* reporting('mark', total, markBlobs(collections, markOf(filter), pace))
    yield* reporting('sweep', total, sweep(collections.blobs, sweepOf(filter), pace))
  }
  const filter = newFilter()
  yield* reporting('mark', total, markPieces(collections.blobs, markOf(filter), pace))
  yield* reporting('sweep', total, sweep(collections.pieces, sweepOf(filter), pace))
  events.collected({ ...total, seconds: (clock.monotonic() - started) / 1000 })
  yield { phase: 'sweep', ...total }
}

async function* reporting(
  phase: CollectProgress['phase'],
  total: Omit<CollectProgress, 'phase'>,
  work: AsyncGenerator<void>,
): AsyncGenerator<CollectProgress> {
  for await (const _ of work) yield { phase, ...total }
}
