/** Annotations that clients keep with a mailbox or an account: comments, colours, what a webmail remembers. RFC 5464 */

import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import type { Committer } from './commit/committer.ts'
import { type Collections, isId, type MetadataDocument, mailboxKey } from './documents.ts'

export interface MetadataEntry {
  /** Compared without regard to case. */
  readonly name: string
  /** Undefined: there is none, or it is to go. */
  readonly value: Uint8Array | undefined
}

/** Whose annotations: a mailbox's, or with an empty mailbox id the account's own. */
interface Place {
  readonly account: string
  readonly mailbox: string
}

export interface MetadataPorts {
  readonly collections: Pick<Collections, 'metadata'>
  readonly committer: Committer
}

const ENTRIES_MAX = 100
const NAME_OCTETS_MAX = 250
const VALUE_BYTES_MAX = 64 * 1024
const ALL_BYTES_MAX = 1024 * 1024
/** Whoever loses a compare-and-set has been overtaken by one who won. */
const TRIES = 50
/** `/private/…` or `/shared/…`, then levels of printable ASCII without wildcards. RFC 5464 §4.1 */
const NAME = /^\/(private|shared)(\/[\x21-\x24\x26-\x29\x2b-\x2e\x30-\x7e]+)+$/i

/**
 * All annotations, in the order of their names.
 *
 * @throws {Fault} not-found when there is no such mailbox
 */
export async function getMetadata(place: Place, ports: MetadataPorts): Promise<MetadataEntry[]> {
  const _id = await keyOf(place, ports)
  const found = await ports.collections.metadata.findOne({ _id })
  return [...(found?.entries ?? [])]
}

/**
 * Sets entries, or takes away those without a value: all of them in one step, or none. An empty value is a value.
 *
 * RFC 5464 §4.3
 *
 * @throws {Fault} not-found, invalid (a name), too-large (a value), over-quota (too many, or all together too large)
 */
export async function setMetadata(
  place: Place,
  changes: readonly MetadataEntry[],
  ports: MetadataPorts,
): Promise<void> {
  for (const { name, value } of changes) checkEntry(name, value)
  const _id = await keyOf(place, ports)
  const { metadata } = ports.collections
  for (let tries = 0; tries < TRIES; tries++) {
    const before = await metadata.findOne({ _id })
    const after = {
      _id,
      version: (before?.version ?? 0) + 1,
      entries: merge(before?.entries ?? [], changes),
    }
    if (await replace(metadata, before, after)) return
  }
  throw new Fault('busy', 'The metadata is changed by too many at once')
}

/** The compare-and-set; answers whether nobody was faster. */
async function replace(
  metadata: Collections['metadata'],
  before: MetadataDocument | undefined,
  after: MetadataDocument,
): Promise<boolean> {
  if (before !== undefined) {
    const filter = { _id: before._id, version: before.version }
    const { version, entries } = after
    return (await metadata.updateOne(filter, { $set: { version, entries } })).matched === 1
  }
  try {
    await metadata.insertOne(after)
    return true
  } catch (error) {
    if (error instanceof DuplicateKey) return false
    throw error
  }
}

type Entries = MetadataDocument['entries']

function merge(entries: Entries, changes: readonly MetadataEntry[]): Entries {
  const merged = new Map(entries.map((entry) => [entry.name, entry.value]))
  for (const { name, value } of changes) {
    if (value === undefined) merged.delete(name.toLowerCase())
    else merged.set(name.toLowerCase(), value)
  }
  const bytes = [...merged.values()].reduce((sum, value) => sum + value.length, 0)
  if (merged.size > ENTRIES_MAX || bytes > ALL_BYTES_MAX) {
    throw new Fault('over-quota', 'There is too much metadata')
  }
  return [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => ({ name, value }))
}

function checkEntry(name: string, value: Uint8Array | undefined): void {
  if (name.length > NAME_OCTETS_MAX || !NAME.test(name)) {
    throw new Fault('invalid', 'Bad name of a metadata entry')
  }
  if ((value?.length ?? 0) > VALUE_BYTES_MAX) {
    throw new Fault('too-large', 'The metadata value is too big')
  }
}

async function keyOf({ account, mailbox }: Place, { committer }: MetadataPorts): Promise<string> {
  if (mailbox === '') {
    if (!isId(account)) throw new Fault('invalid', 'Bad account id')
    return `${account}/`
  }
  const key = mailboxKey(account, mailbox)
  // Only for the Fault when there is none.
  await committer.mailbox(key).read(false, () => undefined)
  return key
}
