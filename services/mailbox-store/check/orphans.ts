/** What is left of mailboxes that are not there: messages, which are kept, and what only they had a use for. */

import { DuplicateKey } from '#lib/db/port.ts'
import {
  type Collections,
  type MailboxDocument,
  messageKey,
  type StagedDocument,
} from '../documents.ts'
import { enterAccount } from '../names.ts'
import { type Finding, toFinding } from './kinds.ts'
import { checkMailbox } from './mailbox.ts'
import { recoveredName } from './mailbox-document.ts'
import { uidOfPlace } from './message-document.ts'
import type { CheckOptions, CheckPorts } from './options.ts'

/** Collections whose `_id`s begin with `account/mailbox/`, or are it. */
const PLACES = ['messages', 'vanished', 'snapshots', 'snapshotParts', 'metadata', 'staged'] as const
type Place = (typeof PLACES)[number]

const UID_MAX = 0xffff_ffff
const STAGED_MS = 3 * 86_400_000
/** A mailbox that is being deleted loses its parts one after the other. */
const PATIENCE_MS = 2000

/** Verifies that everything of an account belongs to a mailbox that is there. */
export async function* checkOrphans(
  account: string,
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const found = new Map<string, Place[]>()
  for (const place of PLACES) {
    for await (const key of keysIn(place, account, ports.collections)) {
      const places = found.get(key) ?? []
      places.push(place)
      found.set(key, places)
    }
  }
  const known = await readKeys(account, ports.collections)
  const suspects = [...found.keys()].filter((key) => !known.has(key))
  if (suspects.length === 0) return
  await ports.clock.sleep(PATIENCE_MS)
  for (const key of suspects) {
    if (await ports.collections.mailboxes.findOne({ _id: key }, { fields: ['name'] })) continue
    yield* checkRemains(key, found.get(key) ?? [], ports, options)
  }
}

async function* checkRemains(
  key: string,
  places: readonly Place[],
  ports: CheckPorts,
  options: CheckOptions,
): AsyncGenerator<Finding> {
  const where = { _id: key, name: '' }
  if (places.includes('messages') && (await hasLiving(key, ports.collections))) {
    const repaired = options.repair && (await recover(key, ports, options))
    yield toFinding({ kind: 'orphan-messages', detail: recoveredName(key) }, where, repaired)
    return
  }
  for (const place of places) {
    if (place === 'staged' && !(await isOldStaged(key, ports))) continue
    if (!(await isIn(place, key, ports.collections))) continue
    if (options.repair) await remove(place, key, ports.collections)
    yield toFinding({ kind: 'orphan', detail: place }, where, options.repair)
  }
}

/** Makes the mailbox again. Whoever was killed half-way, or comes second, finds it there and checks it like any other. */
async function recover(key: string, ports: CheckPorts, options: CheckOptions): Promise<boolean> {
  const { mailboxes, messages } = ports.collections
  const [account = ''] = key.split('/')
  const [last] = await Array.fromAsync(
    messages.find(rangeOf('messages', key), { sort: { _id: -1 }, limit: 1 }),
  )
  const newest = { mailbox: 1, modSeq: -1 } as const
  const [latest] = await Array.fromAsync(
    messages.find({ mailbox: key }, { sort: newest, limit: 1 }),
  )
  const living = await findLiving(key, ports.collections)
  const modSeq = (latest?.modSeq ?? 1) + 1
  const tenant = living?.blob.split('/')[0] ?? ''
  const mailbox: MailboxDocument = {
    _id: key,
    account,
    tenant,
    name: recoveredName(key),
    ...(await enterAccount({ account, tenant }, ports)),
    uidNext: uidOfPlace(last?._id ?? '', key) + 1,
    modSeq,
    exists: 0,
    unseen: 0,
    deleted: 0,
    bytes: 0,
    keywords: [],
    // Whatever is still known of expunges is not taken for all: clients start over.
    lastVanished: modSeq,
  }
  try {
    await mailboxes.insertOne(mailbox)
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error
  }
  // It counts nothing yet: what the check says about it is what this repairs.
  const { progress: _, ...quietly } = options
  for await (const { repaired } of checkMailbox(key, ports, quietly)) if (!repaired) return false
  return true
}

/** The mailboxes that something is of, without reading all of it: from one key to the next. */
async function* keysIn(
  place: Place,
  account: string,
  collections: Collections,
): AsyncGenerator<string> {
  const end = `${account}0`
  for (let from = `${account}/`; ; ) {
    const filter = { _id: { $gt: from, $lt: end } }
    const next = await collections[place].findOne(filter, { sort: { _id: 1 }, fields: ['_id'] })
    if (next === undefined) return
    const key = next._id.split('/', 2).join('/')
    yield key
    // Where something is in a folder of its own, `0` is what comes after the slash.
    from = next._id === key ? key : `${key}0`
  }
}

async function readKeys(account: string, { mailboxes }: Collections): Promise<Set<string>> {
  const keys = new Set<string>()
  const _id = { $gte: `${account}/`, $lt: `${account}0` }
  for await (const mailbox of mailboxes.find({ _id }, { fields: ['name'] })) keys.add(mailbox._id)
  return keys
}

/** By `_id`, which holds whatever the documents say. */
function rangeOf(place: Place, key: string) {
  if (place === 'messages') {
    return { _id: { $gte: messageKey(key, 0), $lte: messageKey(key, UID_MAX) } }
  }
  if (place === 'snapshots' || place === 'metadata') return { _id: key }
  return { _id: { $gte: `${key}/`, $lt: `${key}0` } }
}

async function isIn(place: Place, key: string, collections: Collections): Promise<boolean> {
  const found = await collections[place].findOne(rangeOf(place, key), { fields: ['_id'] })
  return found !== undefined
}

async function remove(place: Place, key: string, collections: Collections): Promise<void> {
  await collections[place].deleteMany(rangeOf(place, key))
}

function findLiving(key: string, { messages }: Collections) {
  return messages.findOne({ ...rangeOf('messages', key), expiresAt: { $exists: false } })
}

async function hasLiving(key: string, collections: Collections): Promise<boolean> {
  return (await findLiving(key, collections)) !== undefined
}

/** What is staged and was never committed is swept away by itself, after a day. */
async function isOldStaged(key: string, { collections, clock }: CheckPorts): Promise<boolean> {
  const staged: StagedDocument | undefined = await collections.staged.findOne(
    rangeOf('staged', key),
    { sort: { _id: 1 } },
  )
  return staged !== undefined && Number(staged.createdAt) < clock.now() - STAGED_MS
}
