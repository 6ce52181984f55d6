/** Checks one mailbox while others go on using it. */

import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { formatUidSet, toUidSet } from '#lib/mail/uid-set.ts'
import { decodeOperation } from '../commit/operation.ts'
import { type MailboxDocument, type MessageDocument, messageKey } from '../documents.ts'
import { clearDeleted } from '../mailboxes.ts'
import { completeMoves } from '../move/complete.ts'
import { BytesCheck, type BytesProblem, mendDetails } from './bytes.ts'
import { type Chain, readChain } from './chain.ts'
import { compareKeptView, compareSnapshot, forgetSnapshot, forgetView } from './compare.ts'
import { apply } from './cure.ts'
import { judge } from './judge.ts'
import { type Finding, type Problem, toFinding } from './kinds.ts'
import { findBadFields, findBetterName, recoveredName } from './mailbox-document.ts'
import type { CheckOptions, CheckPorts } from './options.ts'
import { look, Reading } from './reading.ts'
import { checkReceipts } from './receipts.ts'

const UNFINISHED_MS = 86_400_000
const CURES_MAX = 50
const CHAINS_MAX = 100
/** What a document that cannot be carried out throws. */
const SENSELESS = [SyntaxError, TypeError, RangeError]

/**
 * Verifies all that must hold of a mailbox, and repairs it when asked to; nothing is found where nothing is wrong,
 * however much is going on. One that is not there, or is being deleted, has nothing to hold. Repeating it is safe, also
 * from several processes at once.
 *
 * @throws {Fault} busy, unavailable
 */
export async function* checkMailbox(
  key: string,
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const mailbox = await ports.collections.mailboxes.findOne({ _id: key })
  if (mailbox === undefined) return
  try {
    yield* mailbox.deletedAt === undefined
      ? checkLiving(mailbox, ports, options)
      : checkUnfinished(mailbox, ports, options)
  } catch (error) {
    // It was deleted meanwhile.
    if (!(error instanceof Fault && error.code === 'not-found')) throw error
  }
}

async function* checkLiving(
  mailbox: MailboxDocument,
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const bad = findBadFields(mailbox)
  if (bad !== undefined) {
    yield toFinding(bad, mailbox, false)
    return
  }
  const stuck = await findStuck(mailbox, ports)
  if (stuck !== undefined) {
    yield toFinding(stuck, mailbox, false)
    return
  }
  yield* checkName(mailbox, ports, options)
  yield* checkUnfinished(mailbox, ports, options)
  yield* checkMessages(mailbox, ports, options)
}

/** Why the last operation cannot be carried out, so that nothing can be read. */
async function findStuck(
  { _id, pending }: MailboxDocument,
  ports: CheckPorts,
): Promise<Problem | undefined> {
  try {
    if (pending !== undefined) decodeOperation(pending)
    await look(_id, ports)
    return undefined
  } catch (error) {
    const senseless = SENSELESS.some((kind) => error instanceof kind)
    const invalid = error instanceof Fault && error.code === 'invalid'
    if (pending === undefined || !(senseless || invalid)) throw error
    return { kind: 'pending', detail: (error as Error).message }
  }
}

async function* checkName(
  mailbox: MailboxDocument,
  { collections }: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Finding> {
  const better = findBetterName(mailbox)
  if (better === undefined) return
  const { _id, name } = mailbox
  const problem = { kind: 'name', detail: `${JSON.stringify(name)}, not ${better}` } as const
  const rename = (to: string) =>
    collections.mailboxes.updateOne({ _id, name }, { $set: { name: to } })
  if (repair) {
    try {
      await rename(better)
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      await rename(recoveredName(_id))
    }
  }
  yield toFinding(problem, mailbox, repair)
}

/** Looking at a mailbox completes its moves: what is old and still there cannot be, or nobody came for a deletion. */
async function* checkUnfinished(
  { _id, ...before }: MailboxDocument,
  ports: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Finding> {
  const old = ({ unfinishedSince: since = before.deletedAt }: Partial<MailboxDocument>) =>
    since !== undefined && Number(since) < ports.clock.now() - UNFINISHED_MS
  if (!old(before)) return
  const now = await ports.collections.mailboxes.findOne({ _id })
  if (now === undefined || !old(now)) return
  if (repair) await (before.deletedAt ? clearDeleted(_id, ports) : completeMoves(_id, ports))
  const left = repair && (await ports.collections.mailboxes.findOne({ _id }))
  const detail = before.deletedAt ? 'A deletion' : 'A move'
  const repaired = repair && (left === undefined || !old(left || {}))
  yield toFinding({ kind: 'unfinished', detail }, { _id, name: before.name }, repaired)
}

async function* checkMessages(
  mailbox: MailboxDocument,
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  let reading = await Reading.begin(mailbox._id, ports)
  const bytes = new BytesCheck(ports, options)
  const strangers = new Set<number>()
  for await (const page of reading.pages(options.bytes ? ['details'] : [])) {
    if (options.progress) options.progress.messages += page.length
    for (const { uid, blob } of page) {
      if (!blob.startsWith(`${mailbox.tenant}/`)) strangers.add(uid)
    }
    for await (const problem of bytes.examine(page)) {
      yield toFinding(problem, mailbox, await mend(problem, ports, options))
    }
  }
  if (strangers.size > 0) {
    const uids = formatUidSet(toUidSet(strangers))
    yield toFinding({ kind: 'tenant', uids, detail: 'Bytes of another tenant' }, mailbox, false)
  }
  await reading.settle()
  for (const problem of describeDocuments(reading)) {
    const repaired = options.repair && problem.kind === 'uid-order'
    if (repaired) await putRight(reading, ports)
    yield toFinding(problem, mailbox, repaired)
  }
  if (options.repair && reading.misplaced.size > 0) reading = await readAgain(mailbox._id, ports)
  yield* checkState(reading, ports, options)
  yield* checkCopies(reading, ports, options)
  for await (const { repaired, ...problem } of checkReceipts(reading, ports, options)) {
    yield toFinding(problem, mailbox, repaired)
  }
}

function describeDocuments({ nonsense, misplaced, strays }: Reading): Problem[] {
  const problems: Problem[] = []
  const [reason = ''] = nonsense.values()
  const [place = ''] = misplaced.values()
  if (nonsense.size > 0) {
    const uids = formatUidSet(toUidSet(nonsense.keys()))
    problems.push({ kind: 'message-fields', uids, detail: reason })
  }
  if (strays.size > 0) problems.push({ kind: 'message-fields', detail: [...strays].join(', ') })
  if (misplaced.size > 0) {
    const uids = formatUidSet(toUidSet(misplaced.keys()))
    problems.push({ kind: 'uid-order', uids, detail: place })
  }
  return problems
}

async function mend(
  { kind, message }: BytesProblem,
  ports: CheckPorts,
  { repair }: CheckOptions,
): Promise<boolean> {
  return repair && kind === 'details' && (await mendDetails(message, ports))
}

async function putRight({ key, misplaced }: Reading, { collections }: CheckPorts): Promise<void> {
  for (const uid of misplaced.keys()) {
    await collections.messages.updateOne(
      { _id: messageKey(key, uid) },
      { $set: { uid, mailbox: key } satisfies Partial<MessageDocument> },
    )
  }
}

async function readAgain(key: string, ports: CheckPorts): Promise<Reading> {
  await forgetView(key, ports)
  const reading = await Reading.begin(key, ports)
  for await (const _ of reading.pages([]));
  await reading.settle()
  return reading
}

/** The mailbox's document against its messages and its expunges. */
async function* checkState(
  reading: Reading,
  ports: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Finding> {
  for (let tries = 1; ; tries++) {
    const { problems, cure } = judge(reading, await chainOf(reading, ports))
    const repaired = repair && cure !== undefined && (await apply(cure, reading, ports))
    if (!repair || repaired || cure === undefined || tries === CURES_MAX) {
      for (const problem of problems) yield toFinding(problem, reading.mailbox, repaired)
      if (repaired) await reading.settle()
      return
    }
    await reading.settle()
  }
}

/** The chain of what was expunged up to the MODSEQ of the reading, which moves on when it has to. */
async function chainOf(reading: Reading, ports: CheckPorts): Promise<Chain> {
  for (let tries = 1; ; tries++) {
    const { mailbox } = reading
    const chain = await readChain(mailbox, ports.clock.now(), ports.collections)
    if (chain.last <= mailbox.modSeq || tries === CHAINS_MAX) return chain
    if ((await look(reading.key, ports)).modSeq === mailbox.modSeq) return chain
    await reading.settle()
  }
}

/** What is remembered of the mailbox, in this process and written down. */
async function* checkCopies(
  reading: Reading,
  ports: CheckPorts,
  { repair }: CheckOptions,
): AsyncGenerator<Finding> {
  // Nobody can make a view of what is newer than its mailbox, or makes no sense.
  if (reading.modSeqMax > reading.mailbox.modSeq || reading.nonsense.size > 0) return
  const view = await compareKeptView(reading, ports)
  if (view !== undefined) {
    const repaired = repair && (await forgetView(reading.key, ports))
    yield toFinding(view, reading.mailbox, repaired)
  }
  const snapshot = await compareSnapshot(reading, ports)
  if (snapshot !== undefined) {
    if (repair) await forgetSnapshot(reading, ports)
    yield toFinding(snapshot, reading.mailbox, repair)
  }
}
