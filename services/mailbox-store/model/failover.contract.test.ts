/**
 * The store on a database that fails as MongoDB does in a failover. On a replica set what is interrupted is done once, and
 * nobody hears of it: the model's histories end as ever. On one server the answer to a write may be lost for good: who repeats
 * what he asked, under the same id, gets it once.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { MongoDatabase } from '#lib/db/mongo.ts'
import { randomFates } from '#lib/db/testing/faults.ts'
import { MongoProxy, throughProxy } from '#lib/db/testing/mongo-proxy.ts'
import { append } from '../append.ts'
import { checkAll } from '../check/all.ts'
import { createMailbox } from '../mailboxes.ts'
import { move } from '../move/move.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import { ACCOUNT, appendOf, collectionsOf, inspect, openStoreOn, TENANT } from '../testing.ts'
import { Chance } from './chance.ts'
import { runHistory } from './history.ts'

const server = process.env.MONGODB_URL
const skip = server ? false : 'MONGODB_URL is not set'
const HISTORIES = Number(process.env.HIKYAKU_HISTORIES ?? 2)
const SEED = Number(process.env.HIKYAKU_SEED ?? 1)
const MAILS = 20
const READS: ReadonlySet<string> = new Set(['find', 'aggregate'])

test(`histories on a replica set that fails end as the model does (seed ${SEED})`, {
  skip,
}, async () => {
  await using world = await open(3)
  const { proxy, collections } = world
  const chance = new Chance(SEED)
  const random = randomFates((limit) => chance.below(limit), 15)
  const failed = new Set<string>()
  proxy.fate = (command) => {
    const { lsid, txnNumber } = command.body
    const first = `${lsid?.id?.toString('hex')} ${txnNumber}`
    // What the driver repeats once is to succeed then; what it does not repeat at all, the weather of a history has.
    const heals = READS.has(command.name) || (txnNumber !== undefined && !failed.has(first))
    const fate = heals ? random(command) : undefined
    if (fate === undefined || fate.kind === 'not-majority') return undefined
    failed.add(first)
    return fate
  }
  for (let seed = SEED; seed < SEED + HISTORIES; seed++) await runHistory(collections, seed)
  assert.ok(failed.size > HISTORIES * 5, `${failed.size} failures`)
})

test(`what is repeated until it is answered is done once (seed ${SEED})`, { skip }, async () => {
  await using world = await open(undefined)
  const { proxy, collections } = world
  const chance = new Chance(SEED)
  const store = openStoreOn(collections)
  const { mailbox } = await append(appendOf({ mailId: 'first' }), store)
  const archive = { account: ACCOUNT, tenant: TENANT, name: 'Archive', specialUse: '' }
  await createMailbox(archive, store)
  const random = randomFates((limit) => chance.below(limit), 5)
  let failures = 0
  proxy.fate = (command) => {
    const fate = random(command)
    if (fate !== undefined) failures++
    return fate
  }
  const place = { account: ACCOUNT, mailbox, unchangedSince: undefined }
  const work = async (lane: number) => {
    for (let at = lane; at < MAILS; at += 4) {
      // Each mail as a subject, so that the same one twice would be seen.
      const content = Buffer.from(`Subject: mail ${at}\r\n\r\nHello ${at}.\r\n`)
      const one = appendOf({ mailId: `m${at}`, content })
      const { uid } = await insist(() => append(one, store))
      const flags = { ...place, mode: 'add', flags: ['\\Seen'], uids: `${uid}` } as const
      await insist(() => storeFlags({ ...flags, operationId: `f${at}` }, store))
      if (at % 4 !== 0) continue
      const target = { id: '', name: 'Archive' }
      const moving = { ...place, source: mailbox, uids: `${uid}`, target, targetAccount: '' }
      const operation = { ...moving, operationId: `v${at}`, quotas: [] }
      await insist(() => move(operation, store))
    }
  }
  await Promise.all([0, 1, 2, 3].map(work))
  proxy.fate = () => undefined
  assert.ok(failures > MAILS / 2, `${failures} failures`)
  await checked(openStoreOn(collections))
})

/** Asks another replica what became of it: nothing twice, nothing gone, nothing to repair. */
async function checked(store: Store): Promise<void> {
  const text = await inspect(store, ACCOUNT)
  for (let at = 0; at < MAILS; at++) {
    const found = text.split(`mail ${at} `).length - 1
    assert.equal(found, 1, `mail ${at} is there ${found} times: ${text}`)
  }
  const findings = []
  for await (const report of checkAll(store, { repair: false, bytes: true })) {
    if (report.kind !== 'account') findings.push(report)
  }
  assert.deepEqual(findings, [])
}

/** Repeats it for as long as nobody knows. */
async function insist<A>(ask: () => Promise<A>): Promise<A> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      assert.ok(error instanceof Fault, String((error as Error).stack))
      assert.ok(error.code === 'unavailable' || error.code === 'busy', error.stack ?? '')
    }
  }
}

async function open(members: number | undefined) {
  await using opened = new AsyncDisposableStack()
  const url = withDatabaseName(server ?? '', `hikyaku_failover_${process.pid}_${members ?? 1}`)
  const options = members === undefined ? {} : { members }
  const proxy = opened.use(await MongoProxy.start(url, options))
  const driver = { minHeartbeatFrequencyMS: 10 }
  const database = opened.use(await MongoDatabase.open(throughProxy(proxy, url), { driver }))
  opened.defer(async () => {
    await using direct = await MongoDatabase.open(url)
    await direct.client.db().dropDatabase()
  })
  const collections = await collectionsOf(database)
  const stack = opened.move()
  return { proxy, collections, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
