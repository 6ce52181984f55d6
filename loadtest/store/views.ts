/**
 * How long it takes to open a mailbox of so many messages: cold without a snapshot of its view, cold with one, and
 * warm; and all its flags, as an IMAP session gets them.
 */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase } from '#lib/db/open.ts'
import { systemClock } from '#lib/node/clock.ts'
import {
  type Collections,
  mailboxKey,
  messageKey,
  openCollections,
} from '../../services/mailbox-store/documents.ts'
import { appendOne } from './append.ts'
import type { StoreProcess } from './process.ts'
import { round } from './rate.ts'

const TENANT = 'bench'
const WARM_TIMES = 25
const WARMING_TIMES = 100
const COLD_TIMES = 3
const INSERTED_AT_ONCE = 1000
const SNAPSHOT_MS_MAX = 120_000
/** A million messages are read one by one when there is no snapshot yet. */
const VIEW_MS_MAX = 120_000
/** Of the store: a mailbox with fewer is read as fast without. */
const SNAPSHOT_MESSAGES_MIN = 2000
const MB = 1024 * 1024

/** Milliseconds until the answer is here, the median; and of the CPU of the store's process, the mean. */
interface Timing {
  readonly ms: number
  readonly cpuMs: number
}

export interface ViewRow {
  readonly messages: number
  readonly coldFill: Timing
  /** Missing for mailboxes that get none. */
  readonly coldSnapshot?: Timing
  readonly warm: Timing
  /** Everything since the beginning: the flags of all. */
  readonly changes: Timing
  /** One message more, and the flags of one changed: what does not grow with the mailbox. */
  readonly append: Timing
  readonly flagOne: Timing
  readonly answerBytes: number
  readonly viewMB: number
  readonly residentMB: number
}

/** Leaves each mailbox in the store. */
export async function measureViews(
  store: StoreProcess,
  sizes: readonly number[],
  tell: (row: ViewRow) => void,
): Promise<ViewRow[]> {
  const rows: ViewRow[] = []
  await using database = await openDatabase(store.database, { clock: systemClock })
  const collections = await openCollections(database)
  for (const size of sizes) {
    const row = await measureView(store, collections, size)
    tell(row)
    rows.push(row)
  }
  return rows
}

async function measureView(
  store: StoreProcess,
  collections: Collections,
  messages: number,
): Promise<ViewRow> {
  const account = `views-${messages}`
  const mailbox = await insertMailbox(store, collections, { account, messages })
  const view = async () => {
    const named = { account, tenant: TENANT, mailbox: { id: mailbox, name: '' } }
    const request = { ...named, compact: true }
    const { messages: packed } = await store.client.view(request, { deadlineMs: VIEW_MS_MAX })
    assert(packed)
    assert.equal(packed.uidSet, messages === 1 ? '1' : `1:${messages}`)
    return packed
  }
  const key = mailboxKey(account, mailbox)
  const cold = async () => {
    await store.restart()
    // Another mailbox first: connecting and compiling are not what is asked for.
    await appendOne(store, 'warm')
    await store.client.view({ account: 'warm', tenant: TENANT, mailbox: { id: '', name: 'INBOX' } })
    return timed(store, view)
  }
  const coldFill = await cold()
  const snapshots = messages >= SNAPSHOT_MESSAGES_MIN
  if (snapshots) await untilSnapshot(collections, key)
  const coldSnapshot = snapshots ? await typical(COLD_TIMES, cold) : undefined
  // The process is new: what its compiler and its heap still have to learn is not what is asked for.
  for (let i = 0; i < WARMING_TIMES; i++) await view()
  const warm = await typical(WARM_TIMES, () => timed(store, view))
  const since = { account, mailbox, sinceModSeq: 0, uidValidity: 0, compact: true }
  const changes = await typical(WARM_TIMES, () => timed(store, () => store.client.changes(since)))
  const { uidSet, flags, modSeqOffsets } = await view()
  let mode: 'ADD' | 'REMOVE' = 'REMOVE'
  const flagOne = await typical(WARM_TIMES, () => {
    mode = mode === 'ADD' ? 'REMOVE' : 'ADD'
    const change = { account, mailbox, uids: `${messages >> 1}`, mode, flags: ['\\Flagged'] }
    return timed(store, () => store.client.storeFlags(change))
  })
  const append = await typical(WARM_TIMES, () => timed(store, () => appendOne(store, account)))
  const memory = await store.memory()
  return {
    messages,
    coldFill,
    ...(coldSnapshot && { coldSnapshot }),
    warm,
    changes,
    append,
    flagOne,
    answerBytes: uidSet.length + flags.length + modSeqOffsets.length,
    viewMB: round(memory.viewBytes / MB),
    residentMB: round(memory.residentBytes / MB),
  }
}

/** Appends one message, and has the database hold it so many times as if all had been appended. */
async function insertMailbox(
  store: StoreProcess,
  { messages, mailboxes }: Collections,
  wanted: { account: string; messages: number },
): Promise<string> {
  const { mailbox } = await appendOne(store, wanted.account)
  const key = mailboxKey(wanted.account, mailbox)
  // What was appended is complete, and in nobody's memory.
  await store.restart()
  const first = await messages.findOne({ _id: messageKey(key, 1) })
  const document = await mailboxes.findOne({ _id: key })
  assert(first && document)
  for (let uid = 2; uid <= wanted.messages; ) {
    const documents = Array.from(
      { length: Math.min(INSERTED_AT_ONCE, wanted.messages - uid + 1) },
      (_, i) => ({
        ...first,
        _id: messageKey(key, uid + i),
        uid: uid + i,
        modSeq: document.modSeq + uid + i,
        flags: [(uid + i) % 7 === 0 ? 0 : 1],
        internalDate: first.internalDate + (uid + i) * 1000,
        mailId: `mail-${wanted.account}-${uid + i}`,
      }),
    )
    await messages.bulkWrite(documents.map((one) => ({ kind: 'insert', document: one })))
    uid += documents.length
  }
  const count = wanted.messages
  const counts = {
    uidNext: count + 1,
    modSeq: document.modSeq + count,
    exists: count,
    unseen: count === 1 ? 1 : 1 + Math.floor(count / 7),
    bytes: first.size * count,
  }
  await mailboxes.updateOne({ _id: key }, { $set: counts })
  return mailbox
}

async function untilSnapshot({ snapshots }: Collections, key: string): Promise<void> {
  for (let waited = 0; waited < SNAPSHOT_MS_MAX; waited += 100) {
    if (await snapshots.findOne({ _id: key })) return
    await sleep(100)
  }
  throw new Error('The store has written no snapshot')
}

async function timed(store: StoreProcess, work: () => Promise<unknown>): Promise<Timing> {
  const cpuBefore = store.cpuSeconds()
  const start = performance.now()
  await work()
  const ms = performance.now() - start
  return { ms: round(ms), cpuMs: round((store.cpuSeconds() - cpuBefore) * 1000) }
}

/** CPU is counted in hundredths of a second, so that only the mean of several says something. */
async function typical(times: number, measure: () => Promise<Timing>): Promise<Timing> {
  const all: Timing[] = []
  for (let i = 0; i < times; i++) all.push(await measure())
  const ms = all.map((one) => one.ms).sort((a, b) => a - b)[times >> 1] ?? 0
  return { ms, cpuMs: round(all.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / times) }
}
