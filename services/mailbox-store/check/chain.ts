/** The chain of what was expunged from a mailbox, and whether it holds together. */

import { parseUidSet, type Range, type UidSet, unionUids } from '#lib/mail/uid-set.ts'
import { type Collections, type MailboxDocument, vanishedKey } from '../documents.ts'
import { isWhole } from './message-document.ts'

const PAGE = 1000
const MODSEQ_MAX = Number.MAX_SAFE_INTEGER
/** Documents so near to their expiry may go in any order. */
const EXPIRY_SLACK_MS = 3_600_000

type VanishedLink = {
  readonly modSeq: number
  readonly previous: number
  readonly expiresAt: number
}

export interface Chain {
  /** Why it does not hold; empty when it does. */
  readonly broken: string
  /** It reaches back to the first message: every UID is there, or in it. */
  readonly whole: boolean
  readonly vanished: UidSet
  /** MODSEQ of the last link, readable or not; 0 for none. */
  readonly last: number
}

/** The links of a mailbox, as far as they are kept. */
export async function readChain(
  mailbox: MailboxDocument,
  now: number,
  { vanished }: Pick<Collections, 'vanished'>,
): Promise<Chain> {
  const links: VanishedLink[] = []
  const ranges: Range[] = []
  const unreadable: string[] = []
  for (let from = vanishedKey(mailbox._id, 0); ; ) {
    const _id = { $gt: from, $lte: vanishedKey(mailbox._id, MODSEQ_MAX) }
    const page = await Array.fromAsync(vanished.find({ _id }, { sort: { _id: 1 }, limit: PAGE }))
    for (const link of page) {
      const uids = readUids(link.uids)
      if (uids === undefined || link._id !== vanishedKey(mailbox._id, link.modSeq)) {
        unreadable.push(link._id)
        continue
      }
      for (const range of uids) ranges.push(range)
      links.push({ ...link, expiresAt: Number(link.expiresAt) })
    }
    if (page.length < PAGE) break
    from = page.at(-1)?._id ?? from
  }
  return judgeChain({ links, vanished: unionUids(ranges, []), unreadable }, mailbox, now)
}

/** Links that have come after the mailbox was read are none of it: nothing is said about them. */
export function judgeChain(
  read: {
    links: readonly VanishedLink[]
    vanished: UidSet
    /** `_id`s. */
    unreadable: readonly string[]
  },
  { lastVanished, modSeq }: Pick<MailboxDocument, 'lastVanished' | 'modSeq'>,
  now: number,
): Chain {
  const { links, vanished } = read
  const last = links.at(-1)
  const end = last?.modSeq ?? 0
  const kept = (link: VanishedLink | undefined) =>
    link !== undefined && link.expiresAt > now + EXPIRY_SLACK_MS
  let broken = read.unreadable.length > 0 ? `${read.unreadable.join(', ')} cannot be read` : ''
  if (!isWhole(lastVanished, 0) || lastVanished > modSeq) {
    broken ||= `It ends at ${lastVanished}, above the mailbox`
  }
  if (end > lastVanished) broken ||= `It ends at ${end}, and the mailbox says ${lastVanished}`
  if (end < lastVanished && kept(last)) broken ||= `Its end, ${lastVanished}, is missing`
  let joined = true
  for (const [at, link] of links.entries()) {
    const before = links[at - 1]
    if (before === undefined || link.previous === before.modSeq) continue
    joined = false
    // How long links are kept may have been made shorter in between: then the later one went first.
    const expired = !kept(before) || link.expiresAt < before.expiresAt
    if (link.previous < before.modSeq || !expired) {
      broken ||= `Between ${before.modSeq} and ${link.modSeq}, ${link.previous} is missing`
    }
  }
  const whole = broken === '' && joined && end === lastVanished && (links[0]?.previous ?? 0) === 0
  const places = read.unreadable.map((id) => Number(id.slice(id.lastIndexOf('/') + 1)) || 0)
  return { broken, whole, vanished, last: Math.max(end, ...places) }
}

function readUids(text: unknown): UidSet | undefined {
  if (typeof text !== 'string') return undefined
  try {
    return parseUidSet(text)
  } catch {
    return undefined
  }
}
