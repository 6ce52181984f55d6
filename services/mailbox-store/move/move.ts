import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Change, Snapshot } from '../commit/change.ts'
import type { NewReceipt } from '../commit/operation.ts'
import { arrivalKey, type Plan } from '../commit/plan.ts'
import { findReceipt } from '../commit/receipts.ts'
import type { CopyPorts } from '../copy.ts'
import { type MailboxDocument, type Moving, mailboxKey } from '../documents.ts'
import { addMailbox, enterAccount, ownerOf } from '../names.ts'
import { type CompletePorts, draftAll } from './complete.ts'
import { type Copied, type Copy, type Ends, findEnds } from './ends.ts'
import { messagesOf, type StoredMessage } from './stored.ts'

export type MovePorts = CopyPorts & CompletePorts

/** So many are moved within a mailbox without being claimed first. */
const WITHIN_MAX = 200
/** From here on it takes long to draft them. */
const MANY = 200
const WEIGHT = 1000

/**
 * Moves messages, all in one step, also to another account of the same tenant. Who dies on the way has moved all of
 * them, or none; who moves some of them at the same time finds them gone. Repeating it with the same operation id
 * answers what was done.
 *
 * RFC 6851 §3
 *
 * @throws {Fault} not-found, over-quota, forbidden
 */
export async function move(request: Copy, ports: MovePorts): Promise<Copied> {
  const chosen = await choose(request, ports)
  const ends = await findEnds(request, chosen.mailbox, ports)
  const key = claimKey(request.operationId)
  if (ends.source === ends.target && chosen.uids.length <= WITHIN_MAX) {
    return moveWithin(ends.source, chosen.uids, key, ports)
  }
  // A target that is gone need not be found out by a claim.
  const { uidValidity } = await ports.committer
    .mailbox(ends.target)
    .read(false, (now) => now.mailbox)
  using _room = ends.otherAccount ? await admit(request, ends, chosen, ports) : undefined
  const source = ports.committer.mailbox(ends.source)
  const id = newId(ports.clock, ports.random)
  await using prepared = await prepare(id, chosen, ends, ports)
  const receipt = await source.change(
    claim({ id, target: ends.target }, chosen.uids, key, prepared.fit),
  )
  // Whoever looks at the mailbox completes the move.
  const state = await source.read(false, (now) => now.mailbox)
  const arrived = await findArrived(receipt, ports)
  const { uids: targetUids, sourceUids = '' } = arrived
  return { uidValidity, sourceUids, targetUids, source: state }
}

interface Chosen {
  readonly mailbox: MailboxDocument
  readonly uids: readonly number[]
  readonly bytes: number
}

function choose({ account, source, uids }: Copy, { committer }: MovePorts): Promise<Chosen> {
  return committer.mailbox(mailboxKey(account, source)).read(true, ({ mailbox, view }) => {
    const indexes = view.select(uids)
    return {
      mailbox,
      uids: indexes.map((index) => view.uidAt(index)),
      bytes: indexes.reduce((sum, index) => sum + view.sizeAt(index), 0),
    }
  })
}

/**
 * Drafts many messages before they are claimed: from the claim on, everyone else waits. What has changed by then is
 * drafted once more.
 */
async function prepare(
  id: string,
  { mailbox, uids }: Chosen,
  { source, target }: Ends,
  ports: MovePorts,
): Promise<AsyncDisposable & { readonly fit: Fit }> {
  if (uids.length <= MANY || source === target) {
    return { fit: () => undefined, [Symbol.asyncDispose]: async () => undefined }
  }
  const prepared = { ...(await draftAll(mailbox, uids, target, ports)), fits: false }
  ports.prepared.set(id, prepared)
  return {
    fit(claimed, changedAt) {
      prepared.fits = claimed === prepared.found && changedAt <= mailbox.modSeq
    },
    async [Symbol.asyncDispose]() {
      ports.prepared.delete(id)
      // Nobody else knows of it, and here it was not used.
      if (!prepared.fits) await prepared.drafted.discard()
    },
  }
}

/** Told which messages are claimed, and when one of them was changed last. */
type Fit = (claimed: string, changedAt: number) => void

/** What has been moved already needs no room. */
async function admit(
  { quotas, operationId }: Copy,
  ends: Ends,
  { mailbox, uids, bytes }: Chosen,
  ports: MovePorts,
): Promise<Disposable | undefined> {
  // What the two have in common holds it already.
  const others = quotas.filter(({ scope, name }) => name !== mailbox[scope])
  try {
    return await ports.quotas.admit(ends.holder, { bytes, messages: uids.length }, others)
  } catch (error) {
    const key = claimKey(operationId)
    if (key !== '' && (await findReceipt(ends.source, key, ports))) return undefined
    throw error
  }
}

/**
 * Moves all that is in a mailbox to a new one, which is made in the same step.
 *
 * @throws {Fault} not-found, exists
 */
export async function moveToNew(
  { _id, ...owner }: MailboxDocument,
  name: string,
  ports: MovePorts,
): Promise<MailboxDocument> {
  const source = ports.committer.mailbox(_id)
  const { account } = owner
  const uids = await source.read(true, ({ view }) => view.select('1:*').map((i) => view.uidAt(i)))
  if (uids.length === 0) return addMailbox({ ...ownerOf(owner), name }, ports)
  const { uidValidity } = await enterAccount(owner, ports)
  const [id, made] = [newId(ports.clock, ports.random), newId(ports.clock, ports.random)]
  const target = mailboxKey(account, made)
  const { claim: claimed } = await source.change(
    claim({ id, target, makes: { name, uidValidity } }, uids, ''),
  )
  if (claimed === undefined) return addMailbox({ ...ownerOf(owner), name }, ports)
  await source.read(false, () => undefined)
  try {
    return await ports.committer.mailbox(target).read(false, ({ mailbox }) => mailbox)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'not-found')) throw error
    throw new Fault('exists', 'There is such a mailbox already', { cause: error })
  }
}

/** The commit that decides. */
function claim(
  what: Omit<Moving, 'uids'>,
  uids: readonly number[],
  ...[key, fit]: [string, Fit?]
): Change<NewReceipt> {
  return {
    view: true,
    receipt: key,
    weight: WEIGHT + 8 * uids.length,
    plan(plan) {
      const done = plan.receipt(key)
      fit?.('', 0)
      if (done) return () => done
      const indexes = uids.map((uid) => plan.view.indexOf(uid)).filter((index) => plan.has(index))
      if (indexes.length === 0) return () => ({ key, uids: '' })
      const sourceUids = formatUidSet(toUidSet(indexes.map((index) => plan.view.uidAt(index))))
      const receipt = { key, uids: '', sourceUids, claim: what.id, target: what.target }
      plan.claim({ ...what, uids: sourceUids }, indexes)
      fit?.(
        sourceUids,
        indexes.reduce((last, index) => Math.max(last, plan.modSeqAt(index)), 0),
      )
      plan.addReceipt(receipt)
      return () => receipt
    },
  }
}

/** What the target has of it tells the UIDs, whoever completed the move. */
async function findArrived(
  receipt: NewReceipt,
  ports: MovePorts,
): Promise<Omit<NewReceipt, 'key'>> {
  const { claim: id, target } = receipt
  if (id === undefined || target === undefined) return receipt
  const arrived = ports.arrivals.get(id) ?? (await findReceipt(target, arrivalKey(id), ports))
  if (arrived === undefined) throw new Fault('over-quota', 'The mailbox cannot take the messages')
  return arrived
}

function claimKey(operationId: string): string {
  return operationId === '' ? '' : `c:${operationId}`
}

/** Few messages within one mailbox: they get new UIDs, in one commit. */
async function moveWithin(
  key: string,
  uids: readonly number[],
  receiptKey: string,
  ports: MovePorts,
): Promise<Copied> {
  const messages = await Array.fromAsync(messagesOf(key, uids, ports))
  ports.at('blob')
  const change: Change<Copied> = {
    view: true,
    last: true,
    receipt: receiptKey,
    weight: messages.reduce((sum, { message }) => sum + message.details.length + 300, WEIGHT),
    plan(plan) {
      const done = plan.receipt(receiptKey) ?? renew(messages, receiptKey, plan)
      return ({ mailbox }: Snapshot) => ({
        uidValidity: mailbox.uidValidity,
        sourceUids: done.sourceUids ?? '',
        targetUids: done.uids,
        source: mailbox,
      })
    },
  }
  return ports.committer.mailbox(key).change(change)
}

function renew(messages: readonly StoredMessage[], key: string, plan: Plan): NewReceipt {
  const [from, to]: [number[], number[]] = [[], []]
  for (const { uid, message } of messages) {
    const index = plan.view.indexOf(uid)
    if (!plan.has(index)) continue
    from.push(uid)
    to.push(plan.add({ ...message, flags: plan.flagsAt(index) }))
    plan.expunge(index)
  }
  const receipt = {
    key,
    uids: formatUidSet(toUidSet(to)),
    sourceUids: formatUidSet(toUidSet(from)),
  }
  if (from.length > 0) plan.addReceipt(receipt)
  return receipt
}
