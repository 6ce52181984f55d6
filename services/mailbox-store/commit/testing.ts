/** What the tests of snapshots share: processes that know nothing yet, and what views must be. */

import assert from 'node:assert/strict'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import type { Collections } from '../documents.ts'
import type { Store } from '../store.ts'
import { openStoreOn } from '../testing.ts'
import { fill } from './changes.ts'
import { Committer } from './committer.ts'
import { wordsFor } from './flag-words.ts'
import { View } from './view.ts'

const DAY_MS = 86_400_000

/** A process of its own, which knows nothing yet. */
export function processOn(
  collections: Collections,
  snapshotMin = 0,
  snapshotRefused: (mailbox: string) => void = () => undefined,
): Store {
  const nothing = () => undefined
  const events = {
    ...{ committed: nothing, helped: nothing, applyFailed: nothing },
    ...{ viewRead: nothing, snapshotWritten: nothing, snapshotRefused },
  }
  const retention = { receiptsMs: DAY_MS, vanishedMs: DAY_MS, tombstonesMs: DAY_MS }
  const process = { clock: systemClock, random: systemRandom, announce: nothing, at: nothing }
  const completeMove = async () => undefined
  const ports = { collections, ...process, completeMove, events }
  const limits = { viewBytesMax: 1e9, openMax: 100, snapshotMin }
  return {
    ...openStoreOn(collections),
    committer: new Committer({ ...ports, retention }, limits),
  }
}

export async function tidy({ committer }: Store): Promise<void> {
  await committer.settled()
  await committer.tidy()
}

/** The whole view that a process has of a mailbox. */
export function seenBy(store: Store, key: string): Promise<Uint8Array> {
  return store.committer.mailbox(key).read(true, ({ view }) => view.dump(0, view.length))
}

/** The view that the messages give. */
export async function filled(store: Store, key: string): Promise<Uint8Array> {
  const mailbox = await store.collections.mailboxes.findOne({ _id: key })
  assert(mailbox)
  const view = new View()
  assert(await fill(view, mailbox, store.collections))
  view.widen(wordsFor(mailbox.keywords.length))
  return view.dump(0, view.length)
}
