import type { Places } from '#lib/base/places.ts'
import type { ByteRange } from '#lib/mime/section.ts'
import type { Blobs } from './bytes/blobs.ts'
import type { Snapshot } from './commit/change.ts'
import type { Committer } from './commit/committer.ts'
import { parseDetails } from './details.ts'
import { type Collections, type MessageDocument, mailboxKey } from './documents.ts'
import { readMessages } from './fetch.ts'
import { type Facts, findWords, matches, type SearchKey, wordsOf } from './search-key.ts'

export interface SearchPorts {
  readonly collections: Pick<Collections, 'messages'>
  readonly committer: Committer
  readonly blobs: Blobs
  /** Searches that read messages, at the same time. */
  readonly searches: Places
}

export interface Search {
  readonly account: string
  readonly mailbox: string
  /** Made for the mailbox as it is, since `*` and keywords mean something only there. */
  readonly key: (now: Snapshot) => SearchKey
  readonly signal: AbortSignal
}

const GROUP = 32

type Candidate = Facts & { readonly known: boolean }

/**
 * UIDs of the messages that match, ascending, and the MODSEQ that they were found at. A message is read only when
 * the view cannot tell, and its body only when its header cannot: then only its texts, of each the first 4 MB.
 *
 * RFC 9051 §6.4.4
 *
 * @throws {Fault} not-found, invalid
 */
export async function search(
  request: Search,
  ports: SearchPorts,
): Promise<{ uids: number[]; modSeq: number }> {
  const mailbox = mailboxKey(request.account, request.mailbox)
  const { key, candidates, modSeq } = await ports.committer.mailbox(mailbox).read(true, (now) => {
    const key = request.key(now)
    return { key, candidates: candidatesOf(key, now), modSeq: now.mailbox.modSeq }
  })
  const uids = candidates.filter(({ known }) => known).map(({ uid }) => uid)
  const open = candidates.filter(({ known }) => !known)
  if (open.length > 0) {
    await ports.searches.run(async () => {
      for (let i = 0; i < open.length; i += GROUP) {
        request.signal.throwIfAborted()
        const group = open.slice(i, i + GROUP)
        for (const uid of await searchGroup(key, mailbox, group, ports)) uids.push(uid)
      }
    })
  }
  return { uids: uids.sort((a, b) => a - b), modSeq }
}

/** What the view alone does not rule out. */
function candidatesOf(key: SearchKey, { view }: Snapshot): Candidate[] {
  const candidates: Candidate[] = []
  for (let index = 0; index < view.length; index++) {
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
