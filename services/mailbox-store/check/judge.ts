/** Compares a mailbox's document with its messages and with what was expunged, all of one MODSEQ. */

import { formatUidSet, intersectUids, toUidSet, type UidSet, unionUids } from '#lib/mail/uid-set.ts'
import type { Chain } from './chain.ts'
import type { Problem } from './kinds.ts'
import type { Reading } from './reading.ts'

const SYSTEM_FLAGS = 5
const UID_MAX = 0xffff_fffe

/** What the mailbox document has to become, apart from a MODSEQ above all. */
export interface Cure {
  readonly uidNext: number
  readonly keywords: readonly string[]
  /** Forget what was expunged: clients start over. */
  readonly cut: boolean
  /** UIDs that are to be told as expunged. */
  readonly gone: UidSet
  /** MODSEQ that the next one has to be above. */
  readonly above: number
}

export interface Judgement {
  readonly problems: readonly Problem[]
  /** What can be done about them by one compare-and-set; undefined when nothing. */
  readonly cure: Cure | undefined
}

export function judge(reading: Reading, chain: Chain): Judgement {
  const { mailbox } = reading
  const problems: Problem[] = []
  const modSeqMax = Math.max(reading.modSeqMax, chain.last)
  const uidMax = Math.max(reading.uidMax, chain.vanished.at(-1)?.[1] ?? 0)
  if (modSeqMax > mailbox.modSeq) {
    problems.push({ kind: 'mod-seq', detail: `${modSeqMax}, the mailbox has ${mailbox.modSeq}` })
  }
  if (uidMax >= mailbox.uidNext) {
    problems.push({ kind: 'uid-next', detail: `${mailbox.uidNext}, and there is UID ${uidMax}` })
  }
  const uidNext = Math.min(Math.max(mailbox.uidNext, uidMax + 1), UID_MAX)
  const keywords = judgeKeywords(reading, problems)
  const cut = judgeExpunges(reading, chain, problems)
  // Of messages that cannot be read, nobody can say what they count for.
  if (reading.nonsense.size === 0) judgeCounts(reading, problems)
  // UIDs that were never known are told as expunged, so that the chain accounts for every one.
  const missing = cut || !chain.whole ? [] : missingUids(reading, chain, uidNext)
  const lost = intersectUids(missing, mailbox.uidNext > 1 ? [[1, mailbox.uidNext - 1]] : [])
  if (lost.length > 0) {
    const uids = formatUidSet(lost)
    problems.push({ kind: 'missing-message', uids, detail: 'Neither there nor expunged' })
  }
  if (problems.length === 0) return { problems, cure: undefined }
  const above = Math.max(mailbox.modSeq, modSeqMax)
  return { problems, cure: { uidNext, keywords, cut, gone: missing, above } }
}

function judgeCounts({ mailbox, view }: Reading, problems: Problem[]): void {
  const counted = view.tally()
  const wrong = (['exists', 'unseen', 'deleted', 'bytes'] as const)
    .filter((name) => mailbox[name] !== counted[name])
    .map((name) => `${name} ${mailbox[name]} instead of ${counted[name]}`)
  if (wrong.length > 0) problems.push({ kind: 'counts', detail: wrong.join(', ') })
}

/** Answers whether the chain has to be cut. */
function judgeExpunges({ view }: Reading, chain: Chain, problems: Problem[]): boolean {
  if (chain.broken !== '') problems.push({ kind: 'vanished-chain', detail: chain.broken })
  const risen = view.indexesOf(chain.vanished).map((index) => view.uidAt(index))
  if (risen.length > 0) {
    const uids = formatUidSet(toUidSet(risen))
    problems.push({ kind: 'vanished-living', uids, detail: `${risen.length} messages` })
  }
  return chain.broken !== '' || risen.length > 0
}

/** The names that the mailbox needs. */
function judgeKeywords({ mailbox, highBits }: Reading, problems: Problem[]): readonly string[] {
  const known = mailbox.keywords
  const over = [...highBits].filter(([, bit]) => bit >= SYSTEM_FLAGS + known.length)
  if (over.length === 0) return known
  const uids = formatUidSet(toUidSet(over.map(([uid]) => uid)))
  const highest = over.reduce((most, [, bit]) => Math.max(most, bit), 0)
  const needed = highest - SYSTEM_FLAGS + 1
  problems.push({ kind: 'keywords', uids, detail: `${known.length} names, ${needed} keywords` })
  const names = [...known]
  while (names.length < needed) names.push(newName(names))
  return names
}

function newName(names: readonly string[]): string {
  const taken = new Set(names.map((name) => name.toLowerCase()))
  for (let number = names.length + 1; ; number++) {
    const name = `Recovered-${number}`
    if (!taken.has(name.toLowerCase())) return name
  }
}

function missingUids({ view, nonsense }: Reading, { vanished }: Chain, uidNext: number): UidSet {
  const there: [number, number][] = []
  for (let i = 0; i < view.length; i++) {
    const uid = view.uidAt(i)
    const open = there.at(-1)
    if (open !== undefined && open[1] === uid - 1) open[1] = uid
    else there.push([uid, uid])
  }
  const known = unionUids(unionUids(there, vanished), toUidSet(nonsense.keys()))
  const missing: [number, number][] = []
  let next = 1
  for (const [first, last] of known) {
    if (first > next) missing.push([next, first - 1])
    next = last + 1
  }
  if (next < uidNext) missing.push([next, uidNext - 1])
  return missing
}
