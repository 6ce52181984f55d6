import type { Clock } from '#lib/base/clock.ts'
import type { ByteRange } from '#lib/mime/section.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Snapshot } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import type { View } from './commit/view.ts'
import { parseDetails } from './details.ts'
import { type Collections, type MessageDocument, mailboxKey } from './documents.ts'
import { readMessages } from './fetch.ts'
import { countKeys, type Facts, findWords, matches, type SearchKey, wordsOf } from './search-key.ts'
import type { StoreTurns } from './turns.ts'

export interface SearchPorts {
  readonly collections: Pick<Collections, 'messages'>
  readonly committer: Committer
  readonly blobs: Blobs
  readonly clock: Clock
  readonly turns: StoreTurns
}

export interface Search {
  readonly account: string
  readonly mailbox: string
  /** Made for the mailbox as it is, since `*` and keywords mean something only there. */
  readonly key: (now: Snapshot) => SearchKey
  readonly signal: AbortSignal
}

const GROUP = 32
/** Of messages with keys, in one go: some milliseconds, in which nobody else is served. */
const MATCHES_AT_ONCE = 100_000

type Candidate = Facts & { readonly known: boolean }

/**
 * UIDs of the messages that match, ascending, and the MODSEQ that they were found at. A message is read only when
 * the view cannot tell, and its body only when its header cannot: then only its texts, of each the first 4 MB.
 *
 * RFC 9051 §6.4.4
 *
 * @throws {Fault} not-found, invalid, busy
 */
export async function search(
  request: Search,
  ports: SearchPorts,
): Promise<{ uids: number[]; modSeq: number }> {
  const mailbox = mailboxKey(request.account, request.mailbox)
  const { key, candidates, modSeq } = await sift(request, mailbox, ports)
  const uids = candidates.filter(({ known }) => known).map(({ uid }) => uid)
  const open = candidates.filter(({ known }) => !known)
  if (open.length > 0) {
    using place = await ports.turns.searches.take(ports.turns.whose(request))
    for (let i = 0; i < open.length; i += GROUP) {
      // Of a large mailbox others need not see the end.
      if (i > 0) await place.pass()
      request.signal.throwIfAborted()
      const group = open.slice(i, i + GROUP)
      for (const uid of await searchGroup(key, mailbox, group, ports)) uids.push(uid)
    }
  }
  return { uids: uids.sort((a, b) => a - b), modSeq }
}

interface Sifted {
  readonly key: SearchKey
  readonly modSeq: number
  readonly candidates: readonly Candidate[]
}

/** What the view alone does not rule out. When that takes long, others are served in between, and change the view. */
async function sift(request: Search, key: string, ports: SearchPorts): Promise<Sifted> {
  const mailbox = ports.committer.mailbox(key)
  const sifted = await mailbox.read(true, (now): Sifted | undefined => {
    const key = request.key(now)
    const { view } = now
    if (view.length > stepOf(key)) return undefined
    const candidates = candidatesOf(key, view, { from: 0, to: view.length })
    return { key, candidates, modSeq: now.mailbox.modSeq }
  })
  if (sifted !== undefined) return sifted
  const { turns } = ports
  return turns.sifts.run(turns.whose(request), () => siftInSteps(request, key, ports))
}

async function siftInSteps(request: Search, key: string, ports: SearchPorts): Promise<Sifted> {
  const copied = await ports.committer.mailbox(key).read(true, (now) => {
    return { key: request.key(now), view: now.view.copy(), modSeq: now.mailbox.modSeq }
  })
  const { view, modSeq } = copied
  const step = stepOf(copied.key)
  const candidates: Candidate[] = []
  for (let from = 0; from < view.length; from += step) {
    if (from > 0) await ports.clock.sleep(0, request.signal)
    const to = Math.min(from + step, view.length)
    for (const one of candidatesOf(copied.key, view, { from, to })) candidates.push(one)
  }
  return { key: copied.key, candidates, modSeq }
}

function stepOf(key: SearchKey): number {
  return Math.ceil(MATCHES_AT_ONCE / countKeys(key))
}

function candidatesOf(
  key: SearchKey,
  view: View,
  { from, to }: { from: number; to: number },
): Candidate[] {
  const candidates: Candidate[] = []
  for (let index = from; index < to; index++) {
    const facts = {
      uid: view.uidAt(index),
      modSeq: view.modSeqAt(index),
      size: view.sizeAt(index),
      internalDate: view.internalDateAt(index),
    }
    const answer = matches(key, { ...facts, hasBit: (bit) => view.hasBitAt(index, bit) })
    if (answer === false) continue
    // Kept for later, when the view may have moved on.
    const flags = answer === undefined ? view.flagsAt(index) : []
    const hasBit = (bit: number) => (((flags[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1
    candidates.push({ ...facts, hasBit, known: answer === true })
  }
  return candidates
}

async function searchGroup(
  key: SearchKey,
  mailbox: string,
  group: readonly Candidate[],
  ports: SearchPorts,
): Promise<number[]> {
  const byUid = new Map(group.map((facts) => [facts.uid, facts]))
  const messages = await readMessages(mailbox, [...byUid.keys()], ports)
  const found: number[] = []
  const unread: { message: MessageDocument; facts: Facts }[] = []
  for (const message of messages) {
    const facts = { ...byUid.get(message.uid), details: parseDetails(message.details) } as Facts
    const answer = matches(key, facts)
    if (answer === undefined) unread.push({ message, facts })
    else if (answer) found.push(message.uid)
  }
  const firsts = await ports.blobs.readFirst([
    ...new Set(unread.map(({ message }) => message.blob)),
  ])
  for (const { message, facts } of unread) {
    if (await readAndMatch(key, message, { facts, first: firsts.get(message.blob) }, ports.blobs)) {
      found.push(message.uid)
    }
  }
  return found
}

async function readAndMatch(
  key: SearchKey,
  { blob }: MessageDocument,
  { facts, first }: { facts: Facts; first: Uint8Array | undefined },
  blobs: Blobs,
): Promise<boolean> {
  const { details } = facts
  if (details === undefined) return false
  const read = async ({ start, end }: ByteRange) =>
    first && end <= first.length ? first.subarray(start, end) : blobs.readAll(blob, start, end)
  const header = await read({ start: 0, end: details.headerEnd })
  const answer = matches(key, { ...facts, header })
  if (answer !== undefined) return answer
  const words = await findWords(wordsOf(key), details.structure, read)
  return matches(key, { ...facts, header, words }) === true
}
