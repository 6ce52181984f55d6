/**
 * One mailbox in this process: what is known of it, and the queue of those who want to read or change it. One at a
 * time works on it, so that nothing here needs a lock; what other replicas do to it shows in the compare-and-set.
 */

import assert from 'node:assert/strict'
import { Fault } from '#lib/base/fault.ts'
import type { Write } from '#lib/db/port.ts'
import type { MailboxDocument, ReceiptDocument } from '../documents.ts'
import { checkOperationId, receiptKey } from '../documents.ts'
import { apply } from './apply.ts'
import { Backoff } from './backoff.ts'
import type { Change, MailboxPorts, Snapshot } from './change.ts'
import { KeptView } from './kept-view.ts'
import { decodeOperation, encodeOperation, type Operation } from './operation.ts'
import { Plan } from './plan.ts'
import { type ChangeJob, Queue, type ReadJob } from './queue.ts'
import { compareAndSet, STATE_FIELDS } from './state.ts'
import { View } from './view.ts'

const CATCH_UPS_MAX = 100
/** Letters that a receipt has before the id that it is for. */
const RECEIPT_KIND = 2

type Planned = { readonly job: ChangeJob; readonly answer: (after: Snapshot) => unknown }

const NO_VIEW = new View()

export class OpenMailbox {
  readonly key: string
  readonly #ports: MailboxPorts
  readonly #resized: (by: number) => void
  readonly #queue = new Queue()
  #working = false
  #work = Promise.resolve()
  /** Moves out of the mailbox are being completed; those that must not be between wait. */
  #completing: Promise<void> | undefined
  /** As last read or committed, its operation applied; undefined when nothing is certain. */
  #known: MailboxDocument | undefined
  readonly #view: KeptView
  #viewBytes = 0
  /** MODSEQ of an operation that still stands in the document although it is applied. */
  #untidy = 0
  /** Of the operation that stood there when it was last looked whether the mailbox is quiet. */
  #seenUntidy = 0

  /** `resized` is told by how many bytes the memory for the view has grown. */
  constructor(key: string, ports: MailboxPorts, resized: (by: number) => void = () => undefined) {
    this.key = key
    this.#ports = ports
    this.#resized = resized
    this.#view = new KeptView(ports)
  }

  get idle(): boolean {
    return !this.#working && this.#completing === undefined
  }

  /** Resolves when those who wait now have been served, and what they changed is applied. */
  get settled(): Promise<void> {
    return this.#settle()
  }

  get viewBytes(): number {
    return this.#view.bytes
  }

  dropView(): void {
    if (!this.idle) return
    this.#view.drop()
    this.#measure()
  }

  /** Commits a change; resolves once it is durable and every reader will see it. */
  change<A>(change: Change<A>): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      checkOperationId(change.receipt.slice(RECEIPT_KIND))
      this.#queue.changes.push({ change, resolve, reject })
      this.#wake()
    })
  }

  /** Looks at the mailbox as it is now, after everything that was acknowledged anywhere before. */
  read<A>(view: boolean, look: (snapshot: Snapshot) => A): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#queue.reads.push({ view, look, resolve, reject })
      this.#wake()
    })
  }

  /** Writes the view of a large mailbox down now and then. */
  async saveSnapshot(): Promise<void> {
    if (this.idle && this.#known !== undefined) await this.#view.saveSnapshot(this.#known)
  }

  /**
   * Takes an operation that is applied out of the document of a mailbox that has become quiet: the write that does so,
   * when nothing was committed since this was asked the last time.
   */
  tidy(): Write<MailboxDocument> | undefined {
    const modSeq = this.#untidy
    const quiet = this.idle && modSeq !== 0 && modSeq === this.#seenUntidy
    this.#seenUntidy = modSeq
    if (!quiet) return undefined
    this.#untidy = 0
    return {
      kind: 'update',
      filter: { _id: this.key, modSeq },
      update: { $unset: { pending: true } },
    }
  }

  async #settle(): Promise<void> {
    while (!this.idle) await Promise.all([this.#work, this.#completing])
  }

  #wake(): void {
    if (this.#working) return
    this.#working = true
    this.#work = this.#run()
  }

  async #run(): Promise<void> {
    // Those who ask in the same turn of the event loop go together.
    await Promise.resolve()
    for (let asked = !this.#queue.empty; ; ) {
      // Not again and again for nobody, when it has failed.
      if (this.#moving && asked) this.#completeMoves()
      const taken = this.#queue.take(this.#moving)
      const { changes, reads } = taken
      if (changes.length + reads.length === 0) break
      try {
        const fresh = changes.length > 0 && (await this.#commit(changes))
        if (reads.length > 0) await this.#serve(reads, fresh)
      } catch (error) {
        this.#forget()
        this.#queue.reject(taken, error)
      }
      this.#measure()
    }
    this.#working = false
  }

  get #moving(): boolean {
    return (this.#known?.moving?.length ?? 0) > 0
  }

  /**
   * Works beside the queue, as it goes through this queue and those of other mailboxes: were they to wait for each
   * other, two that move to each other would do so for ever.
   */
  #completeMoves(): void {
    if (this.#completing !== undefined) return
    const complete = async () => {
      try {
        for (let known = this.#known; known?.moving?.[0]; known = this.#known) {
          await this.#ports.completeMove(this, known, known.moving[0])
        }
      } catch (error) {
        for (const job of this.#queue.takeHeld()) job.reject(error)
      }
      this.#completing = undefined
      this.#wake()
    }
    this.#completing = complete()
  }

  async #serve(reads: readonly ReadJob[], fresh: boolean): Promise<void> {
    if (!fresh) await this.#refresh()
    if (!this.#moving && reads.some((read) => read.view)) await this.#syncView()
    if (this.#moving) {
      this.#queue.reads.unshift(...reads)
      return
    }
    const snapshot = this.#snapshot()
    for (const { look, resolve, reject } of reads) {
      try {
        resolve(look(snapshot) as never)
      } catch (error) {
        reject(error)
      }
    }
  }

  /** Answers whether the mailbox is known to be as it is in the database. */
  async #commit(jobs: readonly ChangeJob[]): Promise<boolean> {
    const backoff = new Backoff(this.#ports)
    let waiting = jobs
    let fresh = false
    let comparedAt = 0
    for (;;) {
      if (this.#known === undefined || backoff.conflicts > 0) {
        await this.#refresh()
        fresh = true
      }
      if (waiting.some(({ change }) => change.view)) await this.#syncView()
      if (this.#moving) waiting = this.#queue.hold(waiting)
      if (waiting.length === 0) return fresh
      const { plan, planned, refused, doneAt } = await this.#plan(waiting)
      // What another replica has done since the mailbox was read is answered from a mailbox in which it is done.
      if (doneAt > Math.max(plan.before.modSeq, comparedAt)) {
        comparedAt = doneAt
        await this.#refresh()
        fresh = true
        continue
      }
      // Only what is decided on the newest state counts, be it "cannot" or "nothing to do".
      if ((refused.length > 0 || plan.empty) && !fresh) {
        await this.#refresh()
        fresh = true
        continue
      }
      for (const { job, error } of refused) job.reject(error)
      waiting = planned.map(({ job }) => job)
      if (plan.empty) {
        this.#answer(planned)
        return fresh
      }
      const operation = plan.operation()
      this.#ports.at('commit')
      const { mailboxes } = this.#ports.collections
      if (!(await compareAndSet(mailboxes, plan, encodeOperation(operation)))) {
        await backoff.lost()
        continue
      }
      this.#ports.at('committed')
      this.#ports.events.committed(waiting.length, backoff.conflicts, backoff.seconds)
      await this.#finish(plan, operation, planned)
      return this.#known !== undefined
    }
  }

  async #plan(jobs: readonly ChangeJob[]) {
    const receipts = await this.#findReceipts(jobs)
    const doneAt = Math.max(0, ...receipts.map(({ modSeq }) => modSeq))
    const refused: { job: ChangeJob; error: unknown }[] = []
    for (let trial = [...jobs]; ; ) {
      assert(this.#known)
      const plan = new Plan(this.#known, this.#view.current, receipts, this.#ports.clock.now())
      const planned: Planned[] = []
      let failed: ChangeJob | undefined
      for (const job of trial) {
        try {
          planned.push({ job, answer: job.change.plan(plan) })
        } catch (error) {
          refused.push({ job, error })
          failed = job
          break
        }
      }
      if (failed === undefined) return { plan, planned, refused, doneAt }
      // It may have changed the plan before it failed: the others start from a clean one.
      trial = trial.filter((job) => job !== failed)
    }
  }

  async #findReceipts(jobs: readonly ChangeJob[]): Promise<ReceiptDocument[]> {
    const keys = jobs.map(({ change }) => change.receipt).filter((key) => key !== '')
    const ids = [...new Set(keys)].map((key) => receiptKey(this.key, key))
    if (ids.length === 0) return []
    const filter = ids.length === 1 ? { _id: ids[0] as string } : { _id: { $in: ids } }
    return Array.fromAsync(this.#ports.collections.receipts.find(filter))
  }

  async #finish(plan: Plan, operation: Operation, planned: readonly Planned[]): Promise<void> {
    const after = plan.after()
    this.#known = after
    this.#view.follow(plan)
    this.#answer(planned)
    this.#ports.announce(after)
    try {
      await apply(this.key, operation, this.#ports)
      this.#ports.at('applied')
      this.#untidy = plan.modSeq
    } catch (error) {
      // Committed is committed: whoever comes next finds the operation in the document and helps.
      this.#forget()
      this.#ports.events.applyFailed(this.key, error)
    }
  }

  #answer(planned: readonly Planned[]): void {
    const snapshot = this.#snapshot()
    for (const { job, answer } of planned) {
      try {
        job.resolve(answer(snapshot) as never)
      } catch (error) {
        job.reject(error)
      }
    }
  }

  #snapshot(): Snapshot {
    assert(this.#known)
    return { mailbox: this.#known, view: this.#view.current ?? NO_VIEW }
  }

  /** Reads the mailbox and helps an operation that someone else left. */
  async #refresh(): Promise<void> {
    const { mailboxes } = this.#ports.collections
    const known = this.#known
    if (known !== undefined) {
      const state = await mailboxes.findOne({ _id: this.key }, { fields: STATE_FIELDS })
      if (state?.modSeq === known.modSeq) {
        this.#known = state
        return
      }
    }
    const found = await mailboxes.findOne({ _id: this.key })
    if (found === undefined || found.deletedAt !== undefined) {
      this.#forget()
      throw new Fault('not-found', 'No such mailbox')
    }
    const { pending, ...mailbox } = found
    if (pending !== undefined) {
      await apply(this.key, decodeOperation(pending), this.#ports)
      this.#ports.events.helped(this.key)
    }
    this.#known = mailbox
    this.#untidy = pending === undefined ? 0 : mailbox.modSeq
  }

  /** Brings the view to the mailbox as known, or to a newer one when another replica is at work. */
  async #syncView(): Promise<void> {
    for (let i = 0; i < CATCH_UPS_MAX; i++) {
      assert(this.#known)
      if (await this.#view.bringTo(this.#known)) return
      await this.#refresh()
    }
    throw new Fault('busy', 'The mailbox is changed by too many at once')
  }

  #forget(): void {
    this.#known = undefined
    this.#view.drop()
  }

  #measure(): void {
    const bytes = this.#view.bytes
    const by = bytes - this.#viewBytes
    this.#viewBytes = bytes
    if (by !== 0) this.#resized(by)
  }
}
