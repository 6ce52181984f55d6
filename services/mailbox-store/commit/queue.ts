/** Those who wait for one mailbox. */

import type { Change, Snapshot } from './change.ts'

const BATCH_MAX = 200
const BATCH_WEIGHT_MAX = 1024 * 1024

type Settle = {
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}
export type ChangeJob = Settle & { readonly change: Change<unknown> }
export type ReadJob = Settle & {
  readonly view: boolean
  readonly look: (snapshot: Snapshot) => unknown
}

export class Queue {
  changes: ChangeJob[] = []
  reads: ReadJob[] = []

  get empty(): boolean {
    return this.changes.length + this.reads.length === 0
  }

  /** Those that go next, in their order; while messages are on their way out, only changes that may pass them. */
  take(moving: boolean): { changes: ChangeJob[]; reads: ReadJob[] } {
    const taken: ChangeJob[] = []
    const left: ChangeJob[] = []
    let weight = 0
    let full = false
    for (const job of this.changes) {
      const { weight: more, passesMoves } = job.change
      if (taken.length > 0) {
        full ||= weight + more > BATCH_WEIGHT_MAX || taken.length === BATCH_MAX
        full ||= taken.at(-1)?.change.last === true
      }
      if (full || (moving && !passesMoves)) {
        left.push(job)
      } else {
        taken.push(job)
        weight += more
      }
    }
    this.changes = left
    return { changes: taken, reads: moving ? [] : this.reads.splice(0) }
  }

  /** Puts back those that must not pass the moves that were found; answers the others. */
  hold(jobs: readonly ChangeJob[]): ChangeJob[] {
    const held = jobs.filter(({ change }) => !change.passesMoves)
    this.changes = [...held, ...this.changes]
    return jobs.filter(({ change }) => change.passesMoves)
  }

  /** Rejects those that were taken and not put back. */
  reject(
    taken: { changes: readonly ChangeJob[]; reads: readonly ReadJob[] },
    error: unknown,
  ): void {
    for (const job of taken.changes) if (!this.changes.includes(job)) job.reject(error)
    for (const job of taken.reads) if (!this.reads.includes(job)) job.reject(error)
  }

  /** Takes out those that wait for moves to be over. */
  takeHeld(): Settle[] {
    const held = this.changes.filter(({ change }) => !change.passesMoves)
    this.changes = this.changes.filter(({ change }) => change.passesMoves)
    return [...held, ...this.reads.splice(0)]
  }
}
