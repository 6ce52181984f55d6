/** Every kind of damage: found, repaired where that is promised, and then gone. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemClock } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import {
  appendOf,
  collectionsOf,
  Mortal,
  openContractDatabase,
  openStore,
  openStoreOn,
  TENANT,
} from '../testing.ts'
import { checkAccount } from './account.ts'
import { type Finding, KINDS } from './kinds.ts'
import { expungeAll, PLANTS, seed } from './testing.ts'

/** Nobody has to be waited for here. */
const clock = { ...systemClock, sleep: async () => undefined }
const CALLS_MAX = 200

test('every kind of finding is planted here', () => {
  const planted = new Set(PLANTS.map(({ kind }) => kind))
  assert.deepEqual([...planted].sort(), Object.keys(KINDS).sort())
})

for (const { kind, how, plant, also = [], uids } of PLANTS) {
  const repairable = KINDS[kind].repair !== ''
  test(`${kind}, ${how}: found${repairable ? ' and repaired' : ''}`, async () => {
    await using database = await openContractDatabase(process.env.MONGODB_URL)
    const account = 'alice'
    const store = await openStore(database, { clock })
    const inbox = await seed(store, account)
    assert.deepEqual(await check(store, account, false), [])
    await plant({ store, account, inbox })

    // By the process that may remember the mailbox, and by one that knows nothing of it.
    const fresh = await openStore(database, { clock })
    const checker = kind === 'view' ? store : fresh
    const found = await check(checker, account, false)
    const kinds = [...new Set(found.map((finding) => finding.kind))].sort()
    assert.deepEqual(kinds, [kind, ...also].sort(), JSON.stringify(found))
    const one = found.find((finding) => finding.kind === kind)
    if (uids !== undefined) assert.equal(one?.uids, uids)
    assert.equal(one?.repaired, false)

    const repaired = await check(checker, account, true)
    for (const finding of repaired) {
      assert.equal(finding.repaired, KINDS[finding.kind].repair !== '', JSON.stringify(finding))
    }
    const left = (await check(checker, account, false)).map((finding) => finding.kind)
    assert.deepEqual(left, repairable ? [] : [kind])
    if (repairable) await use(await openStore(database, { clock }), account)
  })
}

const MENDED = ['counts', 'missing-message', 'vanished-living', 'orphan-messages']

for (const kind of MENDED) {
  test(`a repair of ${kind}, killed at any call to the database, can be done again`, async () => {
    const plant = PLANTS.find((one) => one.kind === kind) ?? assert.fail(kind)
    await using database = await openContractDatabase(undefined)
    for (let atCall = 1, died = true; died; atCall++) {
      assert(atCall < CALLS_MAX, 'it ends')
      const account = `alice-${atCall}`
      const store = await openStore(database, { clock })
      await plant.plant({ store, account, inbox: await seed(store, account) })
      const mortal = new Mortal(await collectionsOf(database))
      mortal.dies = { atCall, when: 'before' }
      const victim = openStoreOn(mortal.collections, { clock })
      await check(victim, account, true).catch((error: unknown) => {
        if (!mortal.dead) throw error
      })
      died = mortal.dead
      const survivor = await openStore(database, { clock })
      await check(survivor, account, true)
      assert.deepEqual(await check(survivor, account, false), [], account)
      await use(survivor, account)
    }
  })
}

test('two that repair at the same time agree', async () => {
  for (const plant of PLANTS.filter(({ kind }) => KINDS[kind].repair !== '')) {
    await using database = await openContractDatabase(undefined)
    const account = 'alice'
    const store = await openStore(database, { clock })
    await plant.plant({ store, account, inbox: await seed(store, account) })
    const others = [store, await openStore(database, { clock })]
    await Promise.all(others.map((one) => check(one, account, true)))
    await check(store, account, true)
    assert.deepEqual(await check(store, account, false), [], `${plant.kind}, ${plant.how}`)
    await use(await openStore(database, { clock }), account)
  }
})

async function check(store: Store, account: string, repair: boolean): Promise<Finding[]> {
  return Array.fromAsync(checkAccount(account, store, { repair, bytes: true }))
}

/** It is a mailbox like any other again. */
async function use(store: Store, account: string): Promise<void> {
  await append(appendOf({ account, flags: ['\\Deleted', 'New'] }), store)
  const inbox = await findMailbox(account, { id: '', name: 'INBOX' }, TENANT, store)
  await expungeAll(store, account, inbox)
  assert.deepEqual(await check(store, account, false), [])
}
