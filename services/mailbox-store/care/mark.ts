/** What refers to bytes, in the order in which it has to be looked at. */

import { decodeOperation } from '../commit/operation.ts'
import { decodeStaged } from '../commit/staged.ts'
import type { Collections } from '../documents.ts'
import type { BloomFilter } from './bloom-filter.ts'
import type { Pace } from './pace.ts'
import { pages } from './pages.ts'

/** These documents may have a megabyte each. */
const LARGE_PAGE = 16
const PAGE = 2000
/** Fewer messages than this prove nothing. */
const EXPECTED_MIN = 100

export interface Mark {
  readonly filter: BloomFilter
  /** Documents of each page. */
  counted(seen: number): void
}

type References = Pick<Collections, 'staged' | 'mailboxes' | 'messages'>

/**
 * Marks all blobs that anything refers to; yields after each page. What was committed when it began and has no message
 * document yet is found where it waits, or it is applied before we look at the messages: therefore these come last. What
 * is committed later has marked its bytes as used on the day of its commit, or the day before.
 *
 * @throws {Error} when there are far fewer messages than the mailboxes tell: then documents are missing, as while a
 * backup is being brought back, and their bytes must stay
 */
export async function* markBlobs(
  { staged, mailboxes, messages }: References,
  { filter, counted }: Mark,
  pace: Pace,
): AsyncGenerator<void> {
  for await (const page of pages(staged, { size: LARGE_PAGE, fields: ['messages'] }, pace)) {
    for (const chunk of page) {
      for (const { blob } of decodeStaged(chunk)) filter.add(blob)
    }
    yield counted(page.length)
  }
  let expected = 0
  const state = { size: LARGE_PAGE, fields: ['pending', 'exists', 'deletedAt'] }
  for await (const page of pages(mailboxes, state, pace)) {
    for (const { pending, exists, deletedAt } of page) {
      if (deletedAt === undefined) expected += exists
      if (pending === undefined) continue
      for (const { blob } of decodeOperation(pending).messages) filter.add(blob)
    }
    yield counted(page.length)
  }
  let found = 0
  for await (const page of pages(messages, { size: PAGE, fields: ['blob'] }, pace)) {
    for (const { blob } of page as readonly { blob?: string }[]) {
      // Tombstones have none.
      if (blob === undefined) continue
      filter.add(blob)
      found++
    }
    yield counted(page.length)
  }
  if (expected >= EXPECTED_MIN && found < expected / 2) {
    throw new Error(`Mailboxes tell of ${expected} messages, and there are ${found}`)
  }
}

/**
 * Marks the pieces of all blobs; yields after each page. A blob that comes later has marked its pieces as used
 * before.
 */
export async function* markPieces(
  blobs: Collections['blobs'],
  { filter, counted }: Mark,
  pace: Pace,
): AsyncGenerator<void> {
  for await (const page of pages(blobs, { size: PAGE, fields: ['layout'] }, pace)) {
    for (const { layout = [] } of page) {
      for (const { piece } of layout) if (piece !== undefined) filter.add(piece)
    }
    yield counted(page.length)
  }
}
