/**
 * Completes what a process left half done when it died: moves whose messages are in both mailboxes or still claimed, and
 * deleted mailboxes that are not empty yet. Whoever needs such a mailbox completes it first; this is for those that nobody
 * looks at.
 */

import type { Clock } from '#lib/base/clock.ts'
import type { Collections, MailboxDocument } from '../documents.ts'

/** What is younger is probably being done. */
const UNFINISHED_MS = 60_000
const PAGE = 500

export interface UnfinishedPorts {
  readonly collections: Pick<Collections, 'mailboxes'>
  readonly clock: Clock
  readonly events: UnfinishedEvents
  /** Both may be repeated, by several processes at once. */
  readonly completeMoves: (key: string) => Promise<unknown>
  readonly clearDeleted: (key: string) => Promise<unknown>
}

interface UnfinishedEvents {
  completed(mailbox: string, what: 'moves' | 'deletion'): void
  notCompleted(mailbox: string, what: 'moves' | 'deletion', error: unknown): void
}

/** Everything that has waited for a minute, oldest first. What fails is told, and the others go on. */
export async function completeUnfinished(
  ports: UnfinishedPorts,
  signal: AbortSignal,
): Promise<void> {
  const $lte = new Date(ports.clock.now() - UNFINISHED_MS)
  const options = {
    sort: { unfinishedSince: 1 },
    limit: PAGE,
    fields: ['deletedAt', 'unfinishedSince'],
  } as const
  for (let $gt = new Date(0); ; ) {
    const waiting = ports.collections.mailboxes.find({ unfinishedSince: { $gt, $lte } }, options)
    const page = await Array.fromAsync(waiting)
    for (const mailbox of page) {
      signal.throwIfAborted()
      await complete(mailbox, ports)
    }
    if (page.length < PAGE) return
    $gt = page.at(-1)?.unfinishedSince ?? $lte
  }
}

async function complete(
  { _id, deletedAt }: Pick<MailboxDocument, '_id' | 'deletedAt'>,
  { completeMoves, clearDeleted, events }: UnfinishedPorts,
): Promise<void> {
  const what = deletedAt === undefined ? 'moves' : 'deletion'
  try {
    await (deletedAt === undefined ? completeMoves(_id) : clearDeleted(_id))
    events.completed(_id, what)
  } catch (error) {
    events.notCompleted(_id, what, error)
  }
}
