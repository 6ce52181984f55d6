/** What those who work on a mailbox hand to it, and what it needs of the process. */

import type { Clock, Random } from '#lib/base/clock.ts'
import type { Collections, MailboxDocument, Moving } from '../documents.ts'
import type { ApplyPorts } from './apply.ts'
import type { Plan } from './plan.ts'
import type { Snapshots } from './snapshot.ts'
import type { View } from './view.ts'

/** The mailbox at one MODSEQ; the view only when it was asked for. Valid until the callback returns. */
export interface Snapshot {
  readonly mailbox: MailboxDocument
  readonly view: View
}

/** An operation that waits to be committed, alone or with others. */
export interface Change<A> {
  /** Whether it has to see the messages that are there. */
  readonly view: boolean
  /** Receipt under which a repetition finds its answer; empty for none. */
  readonly receipt: string
  /** Bytes that it adds to the operation, roughly. */
  readonly weight: number
  /**
   * It need not wait until the moves out of the mailbox that are under way are over: what only adds messages, and what
   * ends those moves.
   */
  readonly passesMoves?: boolean
  /** What is planned after it has to see the messages that it adds, and so comes in the next commit. */
  readonly last?: boolean
  /**
   * Adds what it does to the plan, and answers how to answer once that is committed. It may be called again with
   * another plan, when another replica was first.
   *
   * @throws {Fault} when it cannot be done; the others in the batch go on without it
   */
  plan(plan: Plan): (after: Snapshot) => A
}

export interface Changes {
  change<A>(change: Change<A>): Promise<A>
}

export interface MailboxPorts extends ApplyPorts {
  readonly collections: Collections
  readonly snapshots: Snapshots
  readonly clock: Clock
  readonly random: Random
  /**
   * Brings one of the moves out of this mailbox to its end; anyone may do it, any number of times. What changes the
   * mailbox goes through the `source`, which has to know of it.
   */
  readonly completeMove: (source: Changes, mailbox: MailboxDocument, move: Moving) => Promise<void>
  /** Tells other processes of a commit; must not throw, and nobody waits for it. */
  readonly announce: (mailbox: MailboxDocument) => void
  readonly events: MailboxEvents
}

export interface MailboxEvents {
  committed(operations: number, conflicts: number, seconds: number): void
  applyFailed(mailbox: string, error: unknown): void
  helped(mailbox: string): void
  viewRead(source: 'snapshot' | 'messages'): void
  snapshotWritten(): void
  /** It is readable, and does not agree with the mailbox. */
  snapshotRefused(mailbox: string): void
}
