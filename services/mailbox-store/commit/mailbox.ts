/**
 * One mailbox in this process: what is known of it, and the queue of those who want to read or change it. One at a
 * time works on it, so that nothing here needs a lock; what other replicas do to it shows in the compare-and-set.
 */

import assert from 'node:assert/strict'
import { Fault } from '#lib/base/fault.ts'
import type { Update, Value } from '#lib/db/port.ts'
import { type MailboxDocument, type ReceiptDocument, receiptKey } from '../documents.ts'
import { apply } from './apply.ts'
import type { Change, MailboxPorts, Snapshot } from './change.ts'
import { KeptView } from './kept-view.ts'
import { decodeOperation, encodeOperation, type Operation } from './operation.ts'
import { Plan } from './plan.ts'
import { View } from './view.ts'

const BATCH_MAX = 200
const BATCH_WEIGHT_MAX = 1024 * 1024
/** Whoever loses a compare-and-set has been overtaken by one who won: only a storm loses so many. */
const ATTEMPTS_MAX = 100
const CATCH_UPS_MAX = 100
const TIDIED_BYTES_MIN = 16 * 1024
const STATE_FIELDS = [
  ...[
    'account',
    'tenant',
    'domain',
    'name',
    'specialUse',
    'uidValidity',
    'uidNext',
    'modSeq',
    'exists',
  ],
  ...['unseen', 'deleted', 'bytes', 'keywords', 'lastVanished', 'removals', 'deletedAt'],
]

type Settle = {
  readonly resolve: (answer: never) => void
  readonly reject: (error: unknown) => void
}
type ChangeJob = Settle & { readonly change: Change<unknown> }
type ReadJob = Settle & { readonly view: boolean; readonly look: (snapshot: Snapshot) => unknown }
type Planned = { readonly job: ChangeJob; readonly answer: (after: Snapshot) => unknown }

const NO_VIEW = new View()

export class OpenMailbox {
  readonly key: string
  readonly #ports: MailboxPorts
  #changes: ChangeJob[] = []
  #reads: ReadJob[] = []
  #working = false
  #work = Promise.resolve()
  /** As last read or committed, its operation applied; undefined when nothing is certain. */
  #known: MailboxDocument | undefined
  readonly #view: KeptView
  /** MODSEQ of a large operation that still stands in the document although it is applied. */
  #untidy = 0

  constructor(key: string, ports: MailboxPorts) {
    this.key = key
    this.#ports = ports
    this.#view = new KeptView(ports)
  }

  get idle(): boolean {
    return !this.#working
  }

  /** Resolves when those who wait now have been served, and what they changed is applied. */
  get settled(): Promise<void> {
    return this.#work
  }

  get viewBytes(): number {
    return this.#view.bytes
  }

  dropView(): void {
    if (this.idle) this.#view.drop()
  }

  /** Commits a change; resolves once it is durable and every reader will see it. */
  change<A>(change: Change<A>): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#changes.push({ change, resolve, reject })
      this.#wake()
    })
  }

  /** Looks at the mailbox as it is now, after everything that was acknowledged anywhere before. */
  read<A>(view: boolean, look: (snapshot: Snapshot) => A): Promise<A> {
    return new Promise<A>((resolve, reject) => {
      this.#reads.push({ view, look, resolve, reject })
      this.#wake()
    })
  }

  /** Takes a large operation that is applied out of the document of a mailbox that has become quiet. */
  async tidy(): Promise<void> {
    if (!this.idle) return
    // First, as it copies the view before it gives way.
    if (this.#known !== undefined) await this.#view.saveSnapshot(this.#known)
    if (this.#untidy === 0) return
    const modSeq = this.#untidy
    this.#untidy = 0
    const filter = { _id: this.key, modSeq }
    await this.#ports.collections.mailboxes.updateOne(filter, { $unset: { pending: true } })
  }

  #wake(): void {
    if (this.#working) return
    this.#working = true
    this.#work = this.#run()
  }

  async #run(): Promise<void> {
    // Those who ask in the same turn of the event loop go together.
    await Promise.resolve()
    while (this.#changes.length + this.#reads.length > 0) {
      const changes = this.#takeChanges()
      const reads = this.#reads.splice(0)
      try {
        const fresh = changes.length > 0 && (await this.#commit(changes))
        if (reads.length > 0) await this.#serve(reads, fresh)
      } catch (error) {
        this.#forget()
        for (const job of [...changes, ...reads]) job.reject(error)
      }
    }
    this.#working = false
  }

  #takeChanges(): ChangeJob[] {
    let weight = 0
    let count = 0
    for (const { change } of this.#changes) {
      weight += change.weight
      if (count > 0 && (weight > BATCH_WEIGHT_MAX || count === BATCH_MAX)) break
      count++
    }
    return this.#changes.splice(0, count)
  }

  async #serve(reads: readonly ReadJob[], fresh: boolean): Promise<void> {
    if (!fresh) await this.#refresh()
    if (reads.some((read) => read.view)) await this.#syncView()
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
    const started = this.#ports.clock.monotonic()
    let waiting = jobs
    let fresh = false
    for (let conflicts = 0; conflicts < ATTEMPTS_MAX; ) {
      if (this.#known === undefined || conflicts > 0) {
        await this.#refresh()
        fresh = true
      }
      const { plan, planned, refused } = await this.#plan(waiting)
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
      const pending = encodeOperation(operation)
      this.#ports.at('commit')
      if (!(await this.#compareAndSet(plan, pending))) {
        conflicts++
        continue
      }
      this.#ports.at('committed')
      this.#ports.events.committed(
        waiting.length,
        conflicts,
        (this.#ports.clock.monotonic() - started) / 1000,
      )
      await this.#finish(plan, operation, planned)
      this.#noteUntidy(plan.modSeq, pending)
      return this.#known !== undefined
    }
    throw new Fault('busy', 'The mailbox is changed by too many at once')
  }

  async #plan(jobs: readonly ChangeJob[]) {
    if (jobs.some(({ change }) => change.view)) await this.#syncView()
    const receipts = await this.#findReceipts(jobs)
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
      if (failed === undefined) return { plan, planned, refused }
      // It may have changed the plan before it failed: the others start from a clean one.
      trial = trial.filter((job) => job !== failed)
    }
  }

  async #findReceipts(jobs: readonly ChangeJob[]): Promise<ReceiptDocument[]> {
    const keys = jobs.map(({ change }) => change.receipt).filter((key) => key !== '')
    const ids = [...new Set(keys)].map((key) => receiptKey(this.key, key))
    if (ids.length === 0) return []
    const filter = ids.length === 1 ? { _id: ids[0] as string } : { _id: { $in: ids } }
    const found: ReceiptDocument[] = []
    for await (const receipt of this.#ports.collections.receipts.find(filter)) found.push(receipt)
    return found
  }

  /** The commit. */
  async #compareAndSet(plan: Plan, pending: Uint8Array): Promise<boolean> {
    const after = plan.after()
    const set: Record<string, Value> = {
      uidNext: after.uidNext,
      modSeq: after.modSeq,
      exists: after.exists,
      unseen: after.unseen,
      deleted: after.deleted,
      bytes: after.bytes,
      lastVanished: after.lastVanished,
      pending,
    }
    if (after.keywords !== plan.before.keywords) set.keywords = after.keywords
    const update: Update = {
      $set: set,
      ...(plan.removals.length > 0 && { $push: { removals: { $each: plan.removals } } }),
    }
    const filter = { _id: this.key, modSeq: plan.before.modSeq }
    const { matched } = await this.#ports.collections.mailboxes.updateOne(filter, update)
    return matched === 1
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
    if (pending !== undefined) this.#noteUntidy(mailbox.modSeq, pending)
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

  /** A small one may stay until the next commit: taking it out would be one more write per message. */
  #noteUntidy(modSeq: number, { length }: Uint8Array): void {
    this.#untidy = length > TIDIED_BYTES_MIN && this.#known !== undefined ? modSeq : 0
  }

  #forget(): void {
    this.#known = undefined
    this.#view.drop()
  }
}
