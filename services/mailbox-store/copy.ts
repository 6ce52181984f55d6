import { Fault } from '#lib/base/fault.ts'
import { formatUidSet, parseUidSet, toUidSet, type UidSet, unionUids } from '#lib/mail/uid-set.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Failpoint } from './commit/apply.ts'
import type { Change } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import { toNames } from './commit/flag-words.ts'
import type { NewReceipt } from './commit/operation.ts'
import {
  type Collections,
  type MailboxDocument,
  type MessageDocument,
  mailboxIdOf,
  mailboxKey,
  receiptKey,
} from './documents.ts'
import { expungeChange } from './expunge.ts'
import { readMessages } from './fetch.ts'
import { locateMailbox, type MailboxRef, type NamePorts } from './names.ts'
import type { Quota, Quotas } from './quota.ts'
import type { Turns } from './turns.ts'

export interface Copy {
  readonly account: string
  readonly source: string
  readonly uids: string
  readonly target: MailboxRef
  /** Empty: the same account. */
  readonly targetAccount: string
  readonly operationId: string
  readonly quotas: readonly Quota[]
}

export interface Copied {
  readonly uidValidity: number
  /** UID sets of the same size, both ascending. */
  readonly sourceUids: string
  readonly targetUids: string
  readonly source: MailboxDocument
}

export interface CopyPorts extends NamePorts {
  readonly collections: Collections
  readonly committer: Committer
  readonly blobs: Blobs
  readonly quotas: Quotas
  readonly at: Failpoint
  /** Moves out of one mailbox wait for each other: two of the same message would make two of it. */
  readonly turns: Turns
}

/** Messages that one commit copies. */
const PIECE = 200

/**
 * Copies messages with flags and internal dates. Up to 200 appear in one step; more, in steps of that many.
 * Repeating it with the same operation id goes on where it was left.
 *
 * RFC 9051 §6.4.7
 *
 * @throws {Fault} not-found, over-quota
 */
export async function copy(request: Copy, ports: CopyPorts): Promise<Copied> {
  return transfer(request, false, ports)
}

/**
 * Moves messages: each is committed in the target together with the duty to take it out of the source, which
 * anyone completes who finds it undone. It is never in neither mailbox.
 *
 * RFC 6851 §3
 *
 * @throws {Fault} not-found
 */
export async function move(request: Copy, ports: CopyPorts): Promise<Copied> {
  const source = mailboxKey(request.account, request.source)
  return ports.turns.take(source, () => transfer(request, true, ports))
}

async function transfer(request: Copy, moves: boolean, ports: CopyPorts): Promise<Copied> {
  const source = mailboxKey(request.account, request.source)
  const target = await findTarget(request, source, ports)
  const done = await findDone(target, request.operationId, ports)
  let from: UidSet = parseUidSet(done.map(({ sourceUids }) => sourceUids).join())
  let to: UidSet = parseUidSet(done.map(({ uids }) => uids).join())
  if (!done.at(-1)?.complete) {
    const entries = await chooseEntries(source, request.uids, new Set(uidsOf(from)), ports)
    using _room = moves ? undefined : await admit(request, entries, ports)
    for (let i = 0; i < Math.max(entries.length, 1); i += PIECE) {
      const piece = entries.slice(i, i + PIECE)
      const change = await copyChange(source, piece, ports, {
        key:
          request.operationId === '' ? '' : copyKey(request.operationId, done.length + i / PIECE),
        complete: i + PIECE >= entries.length,
        moves,
      })
      ports.at('blob')
      const receipt = await ports.committer.mailbox(target).change(change)
      from = unionUids(from, parseUidSet(receipt.sourceUids ?? ''))
      to = unionUids(to, parseUidSet(receipt.uids))
    }
  }
  if (moves) await completeMoves(target, ports)
  const [targetState, sourceState] = await Promise.all(
    [target, source].map((key) => ports.committer.mailbox(key).read(false, (now) => now.mailbox)),
  )
  return {
    uidValidity: targetState?.uidValidity ?? 0,
    sourceUids: formatUidSet(from),
    targetUids: formatUidSet(to),
    source: sourceState as MailboxDocument,
  }
}

async function findTarget(request: Copy, source: string, ports: CopyPorts): Promise<string> {
  const { tenant } = await ports.committer.mailbox(source).read(false, (now) => now.mailbox)
  return locateMailbox({ account: request.account, tenant }, request.target, ports)
}

/** Pieces of the same operation that were committed before, in order. */
async function findDone(target: string, id: string, ports: CopyPorts): Promise<NewReceipt[]> {
  const done: NewReceipt[] = []
  if (id === '') return done
  // Looking at the mailbox first: receipts are written when an operation is applied.
  await ports.committer.mailbox(target).read(false, () => undefined)
  for (;;) {
    const key = copyKey(id, done.length)
    const receipt = await ports.collections.receipts.findOne({ _id: receiptKey(target, key) })
    if (receipt === undefined) return done
    done.push({ ...receipt, key })
  }
}

function copyKey(operationId: string, piece: number): string {
  return `c:${operationId}:${piece}`
}

interface Entry {
  readonly uid: number
  readonly size: number
  /** Names: the target has other bits for keywords. */
  readonly flags: readonly string[]
}

async function chooseEntries(
  source: string,
  uids: string,
  without: ReadonlySet<number>,
  { committer }: CopyPorts,
): Promise<Entry[]> {
  return committer.mailbox(source).read(true, ({ mailbox, view }) =>
    view
      .select(uids)
      .filter((index) => !without.has(view.uidAt(index)))
      .map((index) => ({
        uid: view.uidAt(index),
        size: view.sizeAt(index),
        flags: toNames(view.flagsAt(index), mailbox.keywords),
      })),
  )
}

async function admit(
  request: Copy,
  entries: readonly Entry[],
  ports: CopyPorts,
): Promise<Disposable> {
  const bytes = entries.reduce((sum, { size }) => sum + size, 0)
  const holder = { account: request.account, tenant: '', domain: '' }
  return ports.quotas.admit(holder, { bytes, messages: entries.length }, request.quotas)
}

async function copyChange(
  source: string,
  entries: readonly Entry[],
  ports: CopyPorts,
  { key, complete, moves }: { key: string; complete: boolean; moves: boolean },
): Promise<Change<NewReceipt>> {
  const flags = new Map(entries.map((entry) => [entry.uid, entry.flags]))
  const messages = await readMessages(source, [...flags.keys()], ports)
  // Before the commit: its source may be expunged, and then only the age protects the content.
  await ports.blobs.touch(messages.map(({ blob }) => blob))
  return {
    view: false,
    receipt: key,
    weight: messages.reduce((sum, { details }) => sum + details.length + 300, 1000),
    plan(plan) {
      const done = plan.receipt(key)
      if (done) return () => done
      const uids = messages.map((message) =>
        plan.add({ ...copied(message), flags: plan.words(flags.get(message.uid) ?? []) }),
      )
      const sourceUids = formatUidSet(toUidSet(messages.map(({ uid }) => uid)))
      const receipt = { key, uids: formatUidSet(toUidSet(uids)), sourceUids, complete }
      plan.addReceipt(receipt)
      if (moves && messages.length > 0) plan.addRemoval(mailboxIdOf(source), sourceUids)
      return () => receipt
    },
  }
}

function copied({ size, internalDate, blob, mailId, details }: MessageDocument) {
  return { size, internalDate, blob, mailId, details }
}

/**
 * Takes out of their sources what moves have put into this mailbox, and then forgets the duty. Anyone may do it, also
 * twice: UIDs never come back.
 */
export async function completeMoves(
  target: string,
  ports: Pick<CopyPorts, 'committer' | 'collections' | 'at'>,
): Promise<void> {
  const removals = await ports.committer
    .mailbox(target)
    .read(false, ({ mailbox }) => mailbox.removals ?? [])
  for (const removal of removals) {
    const [source = '', uids = ''] = removal.split(' ')
    const key = `${target.slice(0, target.indexOf('/'))}/${source}`
    ports.at('remove')
    try {
      await ports.committer.mailbox(key).change(expungeChange(uids, '', false))
    } catch (error) {
      // The source has been deleted meanwhile, and the messages with it.
      if (!(error instanceof Fault && error.code === 'not-found')) throw error
    }
    ports.at('removed')
    await ports.collections.mailboxes.updateOne({ _id: target }, { $pull: { removals: removal } })
  }
}

function uidsOf(set: UidSet): number[] {
  return set.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  )
}
