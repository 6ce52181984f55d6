import { Fault } from '#lib/base/fault.ts'
import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Failpoint } from './commit/apply.ts'
import type { Change } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import { toNames } from './commit/flag-words.ts'
import type { NewReceipt } from './commit/operation.ts'
import { findReceipt } from './commit/receipts.ts'
import { type Draft, type DraftMessage, draft } from './commit/staged.ts'
import { type Collections, type MailboxDocument, mailboxKey } from './documents.ts'
import { type Copied, type Copy, type Ends, findEnds } from './move/ends.ts'
import { messagesOf, type StoredMessage } from './move/stored.ts'
import type { NamePorts } from './names.ts'
import type { Quotas } from './quota.ts'

export type { Copied, Copy } from './move/ends.ts'

export interface CopyPorts extends NamePorts {
  readonly collections: Collections
  readonly committer: Committer
  readonly blobs: Blobs
  readonly quotas: Quotas
  readonly at: Failpoint
}

/** From here on it is worth looking whether it was done before. */
const MANY = 200
const WEIGHT = 1000

/** One message to copy: which, and the names of its flags. */
interface Entry {
  readonly uid: number
  readonly size: number
  readonly flags: readonly string[]
}

interface Chosen {
  readonly mailbox: MailboxDocument
  readonly entries: readonly Entry[]
}

/**
 * Copies messages with flags and internal dates, all in one step, also to another account of the same tenant.
 * Repeating it with the same operation id answers what was done.
 *
 * RFC 9051 §6.4.7
 *
 * @throws {Fault} not-found, over-quota, forbidden
 */
export async function copy(request: Copy, ports: CopyPorts): Promise<Copied> {
  const chosen = await choose(request, ports)
  const ends = await findEnds(request, chosen.mailbox, ports)
  const key = request.operationId === '' ? '' : `c:${request.operationId}`
  const done = chosen.entries.length > MANY ? await findDone(ends, key, ports) : undefined
  const answer = done ?? (await commitOrFind(request, { ends, chosen, key }, ports))
  return { ...answer, source: chosen.mailbox }
}

type Answer = Omit<Copied, 'source'>
interface Work {
  readonly ends: Ends
  readonly chosen: Chosen
  /** Of the receipt. */
  readonly key: string
}

async function commitOrFind({ quotas }: Copy, work: Work, ports: CopyPorts): Promise<Answer> {
  const { ends, key } = work
  try {
    using _room = await ports.quotas.admit(ends.holder, amountOf(work.chosen), quotas)
    return await commit(work, ports)
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'over-quota')) throw error
    // What is there already needs no room.
    const done = await findDone(ends, key, ports)
    if (done === undefined) throw error
    return done
  }
}

async function commit(
  { ends: { source, target }, chosen: { entries }, key }: Work,
  ports: CopyPorts,
): Promise<Answer> {
  const found: number[] = []
  const flags = new Map(entries.map((entry) => [entry.uid, entry.flags]))
  const messages = messagesOf(source, [...flags.keys()], ports)
  const drafted = await draft(target, named(messages, flags, found), ports)
  ports.at('blob')
  const change = copyChange(drafted, key, () => formatUidSet(toUidSet(found)))
  const { repeated, ...answer } = await ports.committer.mailbox(target).change(change)
  if (repeated) await drafted.discard()
  return answer
}

async function* named(
  messages: AsyncIterable<StoredMessage>,
  flags: ReadonlyMap<number, readonly string[]>,
  found: number[],
): AsyncGenerator<DraftMessage> {
  for await (const { uid, message } of messages) {
    found.push(uid)
    yield { ...message, flags: flags.get(uid) ?? [] }
  }
}

function copyChange(
  drafted: Draft,
  key: string,
  sourceUids: () => string,
): Change<Answer & { repeated: boolean }> {
  return {
    view: false,
    receipt: key,
    weight: drafted.weight + WEIGHT,
    passesMoves: true,
    plan(plan) {
      const done = plan.receipt(key)
      const receipt = done ?? {
        key,
        uids: formatUidSet(drafted.addTo(plan)),
        sourceUids: sourceUids(),
      }
      if (!done && drafted.count > 0) plan.addReceipt(receipt)
      return ({ mailbox }) => ({ ...toAnswer(mailbox, receipt), repeated: done !== undefined })
    },
  }
}

async function findDone(
  { target }: Ends,
  key: string,
  ports: CopyPorts,
): Promise<Answer | undefined> {
  const done = key === '' ? undefined : await findReceipt(target, key, ports)
  if (done === undefined) return undefined
  return toAnswer(await ports.committer.mailbox(target).read(false, (now) => now.mailbox), done)
}

function toAnswer(
  { uidValidity }: MailboxDocument,
  { uids: targetUids, sourceUids = '' }: Omit<NewReceipt, 'key'>,
): Answer {
  return { uidValidity, sourceUids, targetUids }
}

function choose({ account, source, uids }: Copy, { committer }: CopyPorts): Promise<Chosen> {
  return committer.mailbox(mailboxKey(account, source)).read(true, ({ mailbox, view }) => ({
    mailbox,
    entries: view.select(uids).map((index) => ({
      uid: view.uidAt(index),
      size: view.sizeAt(index),
      flags: toNames(view.flagsAt(index), mailbox.keywords),
    })),
  }))
}

function amountOf({ entries }: Chosen): { bytes: number; messages: number } {
  return { bytes: entries.reduce((sum, { size }) => sum + size, 0), messages: entries.length }
}
