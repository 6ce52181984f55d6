import type { MailboxPorts } from './change.ts'
import { OpenMailbox } from './mailbox.ts'
import { Snapshots } from './snapshot.ts'

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

  constructor(ports: Omit<MailboxPorts, 'snapshots'>, limits: CommitterLimits) {
    const snapshots = new Snapshots(ports.collections, { messagesMin: limits.snapshotMin })
    this.#ports = { ...ports, snapshots }
    this.#limits = limits
  }

  mailbox(key: string): OpenMailbox {
    const known = this.#open.get(key)
    const mailbox = known ?? new OpenMailbox(key, this.#ports)
    if (known) this.#open.delete(key)
    this.#open.set(key, mailbox)
    if (this.#open.size > this.#limits.openMax) this.#closeIdle()
    return mailbox
  }

  /** The mailbox for one use: not remembered because of it, so that a walk over all pushes none out that is busy. */
  passing(key: string): OpenMailbox {
    return this.#open.get(key) ?? new OpenMailbox(key, this.#ports)
  }

  /** Memory held by views. */
  get viewBytes(): number {
    let bytes = 0
    for (const mailbox of this.#open.values()) bytes += mailbox.viewBytes
    return bytes
  }

  get openMailboxes(): number {
    return this.#open.size
  }

  /** To be called every few seconds: clears applied operations of quiet mailboxes, and drops old views. */
  async tidy(): Promise<void> {
    let bytes = this.viewBytes
    for (const mailbox of this.#open.values()) {
      if (bytes <= this.#limits.viewBytesMax) break
      bytes -= mailbox.viewBytes
      mailbox.dropView()
    }
    await Promise.all([...this.#open.values()].map((mailbox) => mailbox.tidy()))
  }

  /** Resolves when nobody works on a mailbox any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#open.values()].map((mailbox) => mailbox.settled))
  }

  #closeIdle(): void {
    for (const [key, mailbox] of this.#open) {
      if (this.#open.size <= this.#limits.openMax) return
      if (mailbox.idle) this.#open.delete(key)
    }
  }
}
