/**
 * Moves in three commits, of which the first decides. It claims the messages in their mailbox; whoever reads that mailbox
 * from then on completes the move before anything else. The second puts them into the target, once, which a receipt
 * that lasts takes care of; the third takes them out of the source, and the claim with them. Each is done by
 * anyone who finds it undone, at the same time as others too.
 */

import { Fault } from '#lib/base/fault.ts'
import type { RecentMap } from '#lib/base/recent-map.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { eachUid, formatUidSet, parseUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Change, Changes } from '../commit/change.ts'
import { toNames } from '../commit/flag-words.ts'
import type { NewReceipt } from '../commit/operation.ts'
import { arrivalKey, type Plan } from '../commit/plan.ts'
import { type Draft, type DraftMessage, draft } from '../commit/staged.ts'
import type { CopyPorts } from '../copy.ts'
import { type MailboxDocument, type Moving, mailboxIdOf, receiptKey } from '../documents.ts'
import { emptyMailbox } from '../names.ts'
import { messagesOf } from './stored.ts'

export type CompletePorts = Pick<
  CopyPorts,
  'collections' | 'committer' | 'blobs' | 'clock' | 'random' | 'at'
> & {
  /** What arrived by the moves that this process completed last, for those who wait for the answer. */
  readonly arrivals: RecentMap<string, NewReceipt>
  /** What this process has drafted before its claims, so that nobody waits for that, by the claims' ids. */
  readonly prepared: Map<string, Prepared>
}

interface Prepared extends Drafted {
  /** Whether the messages were claimed as they were drafted. */
  fits: boolean
}

interface Drafted {
  readonly drafted: Draft
  /** UIDs in the source. */
  readonly found: string
}

/** From here on it is worth looking whether they have arrived. */
const MANY = 200
const WEIGHT = 1000

/** Completes the moves out of one mailbox; safe to repeat. A mailbox that is gone has none. */
export async function completeMoves(
  key: string,
  { committer }: Pick<CopyPorts, 'committer'>,
): Promise<void> {
  try {
    await committer.mailbox(key).read(false, () => undefined)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'not-found')) throw error
  }
}

/** Brings one move to its end. When the target is gone, or cannot take them, the messages stay where they are. */
export async function completeMove(
  source: Changes,
  mailbox: MailboxDocument,
  move: Moving,
  ports: CompletePorts,
): Promise<void> {
  if (move.target === mailbox._id) return completeWithin(source, mailbox, move, ports)
  // Who knew of it long ago must not begin again: what kept it from arriving twice has expired when it is over.
  const under = await isUnderWay(mailbox._id, move.id, ports)
  const arrived = under ? await arrive(mailbox, move, ports) : undefined
  ports.at('depart')
  await source.change(departure(move, arrived))
}

async function isUnderWay(
  source: string,
  id: string,
  { collections }: CompletePorts,
): Promise<boolean> {
  const found = await collections.mailboxes.findOne({ _id: source }, { fields: ['moving'] })
  return found?.moving?.some((one) => one.id === id) === true
}

/** The receipt of what is in the target; undefined when it cannot be. */
async function arrive(
  mailbox: MailboxDocument,
  move: Moving,
  ports: CompletePorts,
): Promise<Omit<NewReceipt, 'key'> | undefined> {
  const key = arrivalKey(move.id)
  const uids = [...eachUid(parseUidSet(move.uids))]
  // Not asked of the target, which may be waiting for us.
  const { receipts } = ports.collections
  const known =
    uids.length > MANY && (await receipts.findOne({ _id: receiptKey(move.target, key) }))
  if (known) return known
  if (move.makes !== undefined) await makeTarget(mailbox, move, move.makes, ports)
  try {
    const prepared = ports.prepared.get(move.id)
    const { drafted, found } = prepared?.fits
      ? prepared
      : await draftAll(mailbox, uids, move.target, ports)
    ports.at('arrive')
    const target = ports.committer.mailbox(move.target)
    const { receipt, repeated } = await target.change(arrival(key, drafted, found))
    if (repeated) await drafted.discard()
    ports.arrivals.set(move.id, receipt)
    return receipt
  } catch (error) {
    if (error instanceof Fault && FINAL.has(error.code)) return undefined
    throw error
  }
}

/**
 * Makes the mailbox that the messages go to. When its name is taken, it is made as one that is deleted already: which of
 * the two it was to be must not be found differently by two who do this at the same time.
 */
async function makeTarget(
  { account, tenant, domain }: MailboxDocument,
  { target }: Moving,
  { name, uidValidity }: NonNullable<Moving['makes']>,
  { collections, clock }: CompletePorts,
): Promise<void> {
  const made = emptyMailbox({ _id: target, account, tenant, domain, name, uidValidity })
  const now = new Date(clock.now())
  const gone = { name: `\u0000${mailboxIdOf(target)}`, deletedAt: now, unfinishedSince: now }
  for (const mailbox of [made, { ...made, ...gone }]) {
    try {
      await collections.mailboxes.insertOne(mailbox)
      return
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
    }
  }
}

/** The target is gone, or is full of keywords or UIDs: none of it was done, nor will it ever be. */
const FINAL: ReadonlySet<string> = new Set(['not-found', 'over-quota'])

function arrival(
  key: string,
  drafted: Draft,
  sourceUids: string,
): Change<{ receipt: NewReceipt; repeated: boolean }> {
  return {
    view: false,
    receipt: key,
    weight: drafted.weight + WEIGHT,
    // The target may itself have moves under way, and be waiting for this one.
    passesMoves: true,
    plan(plan) {
      const done = plan.receipt(key)
      if (done) return () => ({ receipt: done, repeated: true })
      const uids = formatUidSet(drafted.addTo(plan))
      const receipt = { key, uids, sourceUids, lasting: true }
      plan.addReceipt(receipt)
      return () => ({ receipt, repeated: false })
    },
  }
}

function departure(move: Moving, arrived?: Omit<NewReceipt, 'key'>): Change<void> {
  return {
    view: arrived !== undefined,
    receipt: '',
    weight: WEIGHT,
    passesMoves: true,
    plan(plan) {
      if (plan.isMoving(move.id)) {
        if (arrived !== undefined) expungeAll(move, plan)
        plan.release(move, arrived)
      }
      return () => undefined
    },
  }
}

/** Within one mailbox they come and go in one commit. */
async function completeWithin(
  source: Changes,
  mailbox: MailboxDocument,
  move: Moving,
  ports: CompletePorts,
): Promise<void> {
  const uids = [...eachUid(parseUidSet(move.uids))]
  const { drafted, found } = await draftAll(mailbox, uids, mailbox._id, ports)
  const key = arrivalKey(move.id)
  ports.at('arrive')
  const done = await source.change({
    view: true,
    receipt: '',
    weight: drafted.weight + WEIGHT,
    passesMoves: true,
    plan(plan) {
      if (!plan.isMoving(move.id)) return () => undefined
      const receipt = { key, uids: formatUidSet(drafted.addTo(plan)), sourceUids: found }
      plan.addReceipt(receipt)
      expungeAll(move, plan)
      plan.release(move)
      return () => receipt
    },
  })
  if (done === undefined) await drafted.discard()
  else ports.arrivals.set(move.id, done)
}

function expungeAll(move: Moving, plan: Plan): void {
  for (const index of plan.view.indexesOf(parseUidSet(move.uids))) plan.expunge(index)
}

/** As the messages are now; nobody changes what is claimed. */
export async function draftAll(
  mailbox: MailboxDocument,
  uids: readonly number[],
  target: string,
  ports: CompletePorts,
): Promise<Drafted> {
  const found: number[] = []
  async function* messages(): AsyncGenerator<DraftMessage> {
    for await (const { uid, flags, message } of messagesOf(mailbox._id, uids, ports)) {
      found.push(uid)
      yield { ...message, flags: toNames(flags, mailbox.keywords) }
    }
  }
  const drafted = await draft(target, messages(), ports)
  return { drafted, found: formatUidSet(toUidSet(found)) }
}
