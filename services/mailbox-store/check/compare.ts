/** Compares what is remembered of a mailbox, in memory or written down, with what its messages say. */

import { Fault } from '#lib/base/fault.ts'
import { hasUid, type UidSet } from '#lib/mail/uid-set.ts'
import type { Snapshot } from '../commit/change.ts'
import { vanishedSince } from '../commit/changes.ts'
import { sameWords } from '../commit/flag-words.ts'
import { dropSnapshot, Snapshots } from '../commit/snapshot.ts'
import type { View } from '../commit/view.ts'
import type { Problem } from './kinds.ts'
import type { CheckPorts } from './options.ts'
import type { Reading } from './reading.ts'

const TRIES = 20

/**
 * Compares the view that this process keeps, when it keeps one. In a mailbox that never rests it may not come to it: then
 * nothing is said.
 */
export async function compareKeptView(
  reading: Reading,
  { committer }: CheckPorts,
): Promise<Problem | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { modSeq } = reading.mailbox
    const detail = await committer.passing(reading.key, async (open) => {
      if (open.viewBytes === 0) return ''
      const compare = ({ mailbox, view }: Snapshot) =>
        mailbox.modSeq === modSeq ? (findDifference(view, reading.view) ?? '') : undefined
      return open.read(true, compare).catch(unlessBusy)
    })
    if (detail !== undefined) return detail === '' ? undefined : { kind: 'view', detail }
    await reading.settle()
  }
  return undefined
}

/** Others change it so fast that no view stands for it. */
function unlessBusy(error: unknown): undefined {
  if (!(error instanceof Fault && error.code === 'busy')) throw error
}

/** Answers false when the mailbox was never at rest: the view stays until it is pushed out. */
export async function forgetView(key: string, { committer }: CheckPorts): Promise<boolean> {
  return committer.passing(key, async (open) => {
    for (let tries = 0; tries < TRIES && open.viewBytes > 0; tries++) {
      await open.settled
      open.dropView()
    }
    return open.viewBytes === 0
  })
}

function findDifference(view: View, truth: View): string | undefined {
  if (view.length !== truth.length) return `${view.length} messages instead of ${truth.length}`
  for (let i = 0; i < truth.length; i++) {
    const uid = truth.uidAt(i)
    if (view.uidAt(i) !== uid) return `UID ${view.uidAt(i)} instead of ${uid}`
    const modSeq = truth.modSeqAt(i)
    if (view.modSeqAt(i) !== modSeq) return `UID ${uid}: MODSEQ ${view.modSeqAt(i)}, not ${modSeq}`
    if (!sameWords(view.flagsAt(i), truth.flagsAt(i))) return `UID ${uid}: other flags`
    if (!alike(view, i, truth, i)) return `UID ${uid}: another size or date`
  }
  return undefined
}

/**
 * Compares the view that was written down: what it holds and has not changed since is as it was, and what it holds and is
 * not there any more was expunged since. One that is of another time, or is being replaced, is none.
 */
export async function compareSnapshot(
  reading: Reading,
  ports: CheckPorts,
): Promise<Problem | undefined> {
  const { collections } = ports
  const { mailbox, key } = reading
  const head = await collections.snapshots.findOne({ _id: key })
  if (head === undefined || head.uidValidity !== mailbox.uidValidity) return undefined
  if (head.modSeq > mailbox.modSeq) return undefined
  const known = await new Snapshots(collections).load(mailbox)
  if (known === undefined) {
    const now = await collections.snapshots.findOne({ _id: key })
    const same = now !== undefined && now.modSeq === head.modSeq
    return same ? { kind: 'snapshot', detail: `That of MODSEQ ${head.modSeq} is torn` } : undefined
  }
  const gone = await vanishedSince(known.modSeq, mailbox, collections)
  // Expunges since then are not known any more: nobody uses it.
  if (gone === undefined) return undefined
  const detail = compareOld(known.view, known.modSeq, reading.view, gone)
  return detail === undefined ? undefined : { kind: 'snapshot', detail }
}

export async function forgetSnapshot(reading: Reading, { collections }: CheckPorts): Promise<void> {
  await dropSnapshot(reading.key, collections)
}

function compareOld(old: View, modSeq: number, truth: View, gone: UidSet): string | undefined {
  for (let i = 0; i < old.length; i++) {
    const uid = old.uidAt(i)
    const at = truth.indexOf(uid)
    if (at < 0) {
      if (hasUid(gone, uid)) continue
      return `UID ${uid} is in it, and was never there`
    }
    if (!alike(old, i, truth, at)) return `UID ${uid}: another size or date`
    if (truth.modSeqAt(at) > modSeq) continue
    if (old.modSeqAt(i) !== truth.modSeqAt(at)) return `UID ${uid}: another MODSEQ`
    if (!sameWords(old.flagsAt(i), truth.flagsAt(at))) return `UID ${uid}: other flags`
  }
  for (let i = 0; i < truth.length; i++) {
    if (truth.modSeqAt(i) > modSeq || old.indexOf(truth.uidAt(i)) >= 0) continue
    return `UID ${truth.uidAt(i)} is not in it`
  }
  return undefined
}

function alike(a: View, i: number, b: View, j: number): boolean {
  return a.sizeAt(i) === b.sizeAt(j) && a.internalDateAt(i) === b.internalDateAt(j)
}
