import type { Write } from '#lib/db/port.ts'
import type { MailboxDocument } from '../documents.ts'
import type { MailboxPorts } from './change.ts'
import { OpenMailbox } from './mailbox.ts'
import { Snapshots } from './snapshot.ts'

/** Mailboxes that one round tidies up; the others' turn is in the next. */
const TIDIED_MAX = 1000

export interface CommitterLimits {
  /** Memory for views; those not used for longest go first. */
  readonly viewBytesMax: number
  /** Mailboxes of which anything is remembered. */
  readonly openMax: number
  /** Mailboxes with fewer messages get no snapshot of their view; tests set it low. */
  readonly snapshotMin?: number | undefined
}

/**
 * The mailboxes that this process works on. Forgetting one costs time and never more: what counts is in the
 * documents.
 */
export class Committer {
  readonly #ports: MailboxPorts
  readonly #limits: CommitterLimits
  /** Least recently used first. */
  readonly #open = new Map<string, OpenMailbox>()
  #viewBytes = 0

  constructor(ports: Omit<MailboxPorts, 'snapshots'>, limits: CommitterLimits) {
    const snapshots = new Snapshots(ports.collections, { messagesMin: limits.snapshotMin })
    this.#ports = { ...ports, snapshots }
    this.#limits = limits
  }

  mailbox(key: string): OpenMailbox {
    const known = this.#open.get(key)
    const mailbox = known ?? this.#opened(key)
    if (known) this.#open.delete(key)
    this.#open.set(key, mailbox)
    if (this.#open.size > this.#limits.openMax) this.#closeIdle()
    return mailbox
  }

  /**
   * For those who walk over all mailboxes: one that was not open is not kept open for it, and pushes none out that is. It is
   * among the others meanwhile, since completing a move needs that nobody else has one of its own.
   */
  async passing<A>(key: string, use: (mailbox: OpenMailbox) => Promise<A>): Promise<A> {
    const known = this.#open.get(key)
    if (known !== undefined) return use(known)
    const mailbox = this.#opened(key)
    this.#open.set(key, mailbox)
    try {
      return await use(mailbox)
    } finally {
      void mailbox.settled.then(() => {
        const unused = mailbox.idle && mailbox.viewBytes === 0
        if (unused && this.#open.get(key) === mailbox) this.#open.delete(key)
      })
    }
  }

  /** Memory held by views. */
  get viewBytes(): number {
    return this.#viewBytes
  }

  get openMailboxes(): number {
    return this.#open.size
  }

  /** To be called every few seconds: takes applied operations out of mailboxes that are quiet, and drops old views. */
  async tidy(): Promise<void> {
    this.#trim()
    const writes: Write<MailboxDocument>[] = []
    for (const mailbox of this.#open.values()) {
      if (writes.length === TIDIED_MAX) break
      const write = mailbox.tidy()
      if (write !== undefined) writes.push(write)
    }
    if (writes.length > 0) await this.#ports.collections.mailboxes.bulkWrite(writes)
    await Promise.all([...this.#open.values()].map((mailbox) => mailbox.saveSnapshot()))
  }

  /** Resolves when nobody works on a mailbox any more. */
  async settled(): Promise<void> {
    // Completing a move in one may give work to another.
    while ([...this.#open.values()].some((mailbox) => !mailbox.idle)) {
      await Promise.all([...this.#open.values()].map((mailbox) => mailbox.settled))
    }
  }

  #opened(key: string): OpenMailbox {
    return new OpenMailbox(key, this.#ports, (by) => this.#resized(by))
  }

  #resized(by: number): void {
    this.#viewBytes += by
    if (by > 0) this.#trim()
  }

  /** Drops the views that were not used for longest, as soon as they are too much; those in use stay. */
  #trim(): void {
    if (this.#viewBytes <= this.#limits.viewBytesMax) return
    for (const mailbox of this.#open.values()) {
      mailbox.dropView()
      if (this.#viewBytes <= this.#limits.viewBytesMax) return
    }
  }

  #closeIdle(): void {
    for (const [key, mailbox] of this.#open) {
      if (this.#open.size <= this.#limits.openMax) return
      if (!mailbox.idle) continue
      mailbox.dropView()
      this.#open.delete(key)
    }
  }
}
