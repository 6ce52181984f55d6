/** Quotas on mailbox documents that the test writes itself. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Database } from '#lib/db/port.ts'
import type { Quota } from '#lib/mail/quota.ts'
import { systemClock } from '#lib/node/clock.ts'
import type { Collections, MailboxDocument } from '../documents.ts'
import { type QuotaNews, Quotas } from '../quota.ts'
import { collectionsOf, Mortal, openTestDatabase } from '../testing.ts'

const full = (error: unknown) => error instanceof Fault && error.code === 'over-quota'
const ALICE = { account: 'alice', tenant: 'acme', domain: 'a.test' }
const BOB = { account: 'bob', tenant: 'acme', domain: 'b.test' }
const ONE = { bytes: 0, messages: 1 }
const MINUTE = 60_000

function limit(scope: Quota['scope'], more: Partial<Quota>): Quota {
  return { scope, name: ALICE[scope], bytes: 0, messages: 0, ...more }
}

const NO_NEWS: QuotaNews = {
  crossed: () => undefined,
  refused: () => undefined,
  full: () => undefined,
  roomAgain: () => undefined,
  failed: (error) => assert.fail(String(error)),
}

/** The real time, and what the test adds to it. */
function movedClock() {
  let ahead = 0
  return {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    sleep: (ms: number, signal?: AbortSignal) => systemClock.sleep(Math.min(ms, 50), signal),
    move: (ms: number) => {
      ahead += ms
    },
  }
}

/** A replica, what it tells, and how often it asks the database. */
function replica(collections: Collections) {
  const told: string[] = []
  const waiting: { text: string; resolve: () => void }[] = []
  const tell = (text: string) => {
    told.push(text)
    for (const one of waiting) if (one.text === text) one.resolve()
  }
  const mortal = new Mortal(collections)
  const clock = movedClock()
  const quotas = new Quotas(mortal.collections, clock, {
    ...NO_NEWS,
    crossed: ({ scope, from, level }) => tell(`${scope} ${from} to ${level}`),
    full: ({ scope }) => tell(`${scope} full`),
    roomAgain: ({ scope }) => tell(`${scope} room`),
    failed: () => tell('failed'),
  })
  const said = (text: string) =>
    told.includes(text)
      ? Promise.resolve()
      : new Promise<void>((resolve) => waiting.push({ text, resolve }))
  return { quotas, clock, told, said, mortal }
}

type Held = { account: string; tenant: string; domain: string; bytes?: number; exists?: number }

async function put(collections: Collections, name: string, held: Held): Promise<void> {
  const document: MailboxDocument = {
    ...{ _id: `${held.account}/${name}`, name, uidValidity: 1, uidNext: 1, modSeq: 1 },
    ...{ exists: 0, unseen: 0, deleted: 0, bytes: 0, keywords: [], lastVanished: 0 },
    ...held,
  }
  await collections.mailboxes.replaceOne({ _id: document._id }, document, { upsert: true })
}

async function open() {
  const database: Database = await openTestDatabase()
  const collections = await collectionsOf(database)
  return { collections, [Symbol.asyncDispose]: () => database[Symbol.asyncDispose]() }
}

test('each scope counts its own mailboxes, bytes as well as messages', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, bytes: 100, exists: 2 })
  await put(collections, 'Sent', { ...ALICE, bytes: 50, exists: 1 })
  await put(collections, 'INBOX', { ...BOB, bytes: 1000, exists: 10 })
  await put(collections, 'INBOX', { account: 'eve', tenant: 'evil', domain: 'e.test', bytes: 5000 })
  const cases: [quota: Quota, more: { bytes: number; messages: number }, fits: boolean][] = [
    [limit('account', { bytes: 160 }), { bytes: 10, messages: 1 }, true],
    [limit('account', { bytes: 160 }), { bytes: 11, messages: 1 }, false],
    [limit('account', { messages: 4 }), { bytes: 999, messages: 1 }, true],
    [limit('account', { messages: 4 }), { bytes: 0, messages: 2 }, false],
    [limit('domain', { bytes: 160 }), { bytes: 10, messages: 1 }, true],
    [limit('domain', { bytes: 160 }), { bytes: 11, messages: 1 }, false],
    [limit('tenant', { bytes: 1160 }), { bytes: 10, messages: 1 }, true],
    [limit('tenant', { bytes: 1160 }), { bytes: 11, messages: 1 }, false],
    [limit('tenant', { messages: 14 }), { bytes: 0, messages: 1 }, true],
    [limit('tenant', { messages: 13 }), { bytes: 0, messages: 1 }, false],
    [limit('tenant', {}), { bytes: 1e15, messages: 1e9 }, true],
  ]
  for (const [quota, more, fits] of cases) {
    // Of each case a replica of its own, which knows nothing yet.
    const { quotas } = replica(collections)
    const admitted = quotas.admit(ALICE, more, [quota])
    if (fits) (await admitted)[Symbol.dispose]()
    else await assert.rejects(admitted, full, JSON.stringify(quota))
    await quotas.settled()
  }
})

test('one full scope is enough to refuse, and then nothing is counted in the others', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 9 })
  const { quotas } = replica(collections)
  const account = limit('account', { messages: 10 })
  const both = [account, limit('tenant', { messages: 9 })]
  for (let i = 0; i < 3; i++) await assert.rejects(quotas.admit(ALICE, ONE, both), full)
  using _ = await quotas.admit(ALICE, ONE, [account])
})

test('far from the limit an admit costs no reading, and many at once share one', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 1 })
  const { quotas, mortal, clock } = replica(collections)
  const limits = [limit('account', { messages: 10_000 }), limit('tenant', { messages: 10_000 })]
  const admit = async () => (await quotas.admit(ALICE, ONE, limits))[Symbol.dispose]()
  await Promise.all(Array.from({ length: 50 }, admit))
  // Of each scope its mailboxes, and what was told of it.
  assert.equal(mortal.calls, 4)
  for (let i = 0; i < 1000; i++) await admit()
  assert.equal(mortal.calls, 4)
  clock.move(MINUTE + 1)
  await admit()
  assert.equal(mortal.calls, 8)
  await quotas.settled()
})

test('nobody waits until a tenant that has room is counted again', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 1 })
  const slow = Promise.withResolvers<void>()
  let counted = 0
  const mailboxes: Collections['mailboxes'] = {
    ...collections.mailboxes,
    async *find(filter, options) {
      if (++counted > 1) await slow.promise
      yield* collections.mailboxes.find(filter, options)
    },
  }
  const { quotas, clock } = replica({ ...collections, mailboxes })
  const limits = [limit('tenant', { messages: 1000 })]
  const admit = async () => (await quotas.admit(ALICE, ONE, limits))[Symbol.dispose]()
  await admit()
  clock.move(MINUTE + 1)
  await admit()
  await admit()
  assert.equal(counted, 2, 'it is counted, and the others do not wait')
  slow.resolve()
  await quotas.settled()
})

test('near its limit a replica looks what others have let in', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 50 })
  const { quotas, clock } = replica(collections)
  const limits = [limit('account', { messages: 100 })]
  const admit = async () => (await quotas.admit(ALICE, ONE, limits))[Symbol.dispose]()
  await admit()
  // By someone else.
  await put(collections, 'INBOX', { ...ALICE, exists: 100 })
  let believed = 51
  await assert.rejects(async () => {
    for (; believed <= 100; believed++) {
      clock.move(1000)
      await admit()
    }
  }, full)
  assert(believed <= 90, `only at ${believed}`)
  await quotas.settled()
})

test('many at once find exactly as much room as there is', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 90 })
  const { quotas } = replica(collections)
  const limits = [limit('account', { messages: 100 })]
  let exists = 90
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, async () => {
      using _ = await quotas.admit(ALICE, ONE, limits)
      exists++
      await collections.mailboxes.updateOne({ _id: 'alice/INBOX' }, { $inc: { exists: 1 } })
    }),
  )
  assert.equal(exists, 100)
  assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 20)
})

test('what was let in and failed takes nobody’s room', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 5 })
  const { quotas } = replica(collections)
  for (const scope of ['account', 'tenant'] as const) {
    const limits = [limit(scope, { messages: 10 })]
    for (let i = 0; i < 20; i++) {
      const room = await quotas.admit(ALICE, { bytes: 0, messages: 5 }, limits)
      room[Symbol.dispose]()
    }
  }
})

test('who has made room finds it at once', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 10 })
  const { quotas } = replica(collections)
  const limits = [limit('account', { messages: 10 })]
  for (let i = 0; i < 5; i++) {
    await assert.rejects(quotas.admit(ALICE, ONE, limits), full)
    await put(collections, 'INBOX', { ...ALICE, exists: 9 })
    using _ = await quotas.admit(ALICE, ONE, limits)
    await put(collections, 'INBOX', { ...ALICE, exists: 10 })
  }
})

test('a deleted mailbox takes no room while its messages are removed', async () => {
  await using opened = await open()
  const { collections } = opened
  const gone: Held & Partial<MailboxDocument> = { ...ALICE, exists: 10, deletedAt: new Date(0) }
  await put(collections, 'Gone', gone)
  const { quotas } = replica(collections)
  using _ = await quotas.admit(ALICE, ONE, [limit('account', { messages: 10 })])
})

test('crossings are told once, up and down, whichever replica notices', async () => {
  await using opened = await open()
  const { collections } = opened
  const one = replica(collections)
  const other = replica(collections)
  const limits = [limit('account', { messages: 100 })]
  const reach = async (exists: number, noticed: string) => {
    await put(collections, 'INBOX', { ...ALICE, exists })
    for (const { quotas, clock } of [one, other]) {
      clock.move(2 * MINUTE)
      await quotas.admit(ALICE, ONE, limits).then(
        (room) => room[Symbol.dispose](),
        () => undefined,
      )
      quotas.released(ALICE)
    }
    await Promise.race([one.said(noticed), other.said(noticed)])
  }
  await reach(85, 'account 0 to 80')
  await reach(92, 'account 80 to 90')
  await reach(100, 'account 90 to 100')
  const known = await collections.quotas.findOne({ _id: 'account/alice' })
  assert(known?.fullSince !== undefined)
  await reach(95, 'account 100 to 90')
  await reach(10, 'account 90 to 0')
  await Promise.all([one.quotas.settled(), other.quotas.settled()])
  const crossings = [...one.told, ...other.told].filter((text) => / to /.test(text))
  assert.equal(crossings.length, 5, crossings.join())
  const rooms = [...one.told, ...other.told].filter((text) => text === 'account room')
  assert.equal(rooms.length, 1)
  assert.equal(await collections.quotas.findOne({ _id: 'account/alice' }), undefined)
})

test('a full place is told of again while it refuses, but not each time', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 10 })
  const { quotas, told, said, clock } = replica(collections)
  const limits = [limit('account', { messages: 10 })]
  const refused = () => assert.rejects(quotas.admit(ALICE, ONE, limits), full)
  const times = () => told.filter((text) => text === 'account full').length
  await refused()
  await said('account full')
  for (let i = 0; i < 10; i++) await refused()
  assert.equal(times(), 1)
  clock.move(5001)
  await refused()
  assert.equal(times(), 2)
})

test('a message too big for the rest is refused, and the place is not called full for it', async () => {
  await using opened = await open()
  const { collections } = opened
  const MB = 1024 * 1024
  await put(collections, 'INBOX', { ...ALICE, bytes: 90 * MB })
  const { quotas, told } = replica(collections)
  const limits = [limit('account', { bytes: 100 * MB })]
  const big = quotas.admit(ALICE, { bytes: 20 * MB, messages: 1 }, limits)
  await assert.rejects(big, full)
  await quotas.settled()
  assert.ok(!told.includes('account full'), told.join())
})

test('a replica that starts anew tells that there is room, although it never saw that there was none', async () => {
  await using opened = await open()
  const { collections } = opened
  await put(collections, 'INBOX', { ...ALICE, exists: 10 })
  const before = replica(collections)
  await assert.rejects(before.quotas.admit(ALICE, ONE, [limit('account', { messages: 10 })]), full)
  await before.said('account full')
  await put(collections, 'INBOX', { ...ALICE, exists: 2 })
  const after = replica(collections)
  after.quotas.released(ALICE)
  await after.said('account room')
})

test('killed at any call of the database, it tells the truth the next time', async () => {
  await using opened = await open()
  const { collections } = opened
  const limits = [limit('account', { messages: 10 })]
  for (let atCall = 1; ; atCall++) {
    await collections.quotas.deleteMany({})
    await put(collections, 'INBOX', { ...ALICE, exists: 10 })
    const dying = replica(collections)
    dying.mortal.dies = { atCall, when: atCall % 2 === 0 ? 'before' : 'after' }
    await dying.quotas.admit(ALICE, ONE, limits).catch(() => undefined)
    if (!dying.mortal.dead) {
      await Promise.race([dying.said('account full'), dying.said('failed')])
    }
    await dying.quotas.settled()
    const next = replica(collections)
    await assert.rejects(next.quotas.admit(ALICE, ONE, limits), full)
    await next.said('account full')
    await put(collections, 'INBOX', { ...ALICE, exists: 1 })
    next.quotas.released(ALICE)
    await next.said('account room')
    const room = await next.quotas.admit(ALICE, { bytes: 0, messages: 9 }, limits)
    await next.quotas.settled()
    room[Symbol.dispose]()
    if (!dying.mortal.dead) {
      assert(atCall > 4, `only ${atCall} calls`)
      return
    }
  }
})
