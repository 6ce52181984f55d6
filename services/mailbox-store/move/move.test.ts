import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import { copy } from '../copy.ts'
import { mailboxIdOf, mailboxKey } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox, deleteMailbox, renameMailbox } from '../mailboxes.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  ACCOUNT,
  appendOf,
  collectionsOf,
  inspect,
  Killed,
  openStore,
  openStoreOn,
  openTestDatabase,
  TENANT,
} from '../testing.ts'
import { completeMove, completeMoves } from './complete.ts'
import type { Copy } from './ends.ts'
import { move } from './move.ts'

const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('moves that cross do not wait for each other for ever, on one replica or two', async () => {
  await using opened = await open()
  const { stores, ids } = opened
  for (let round = 0; round < 5; round++) {
    const done = await Promise.all(
      stores.flatMap((store) => [
        move(moveOf(ids.INBOX, ids.Archive, '1:*'), store),
        move(moveOf(ids.Archive, ids.INBOX, '1:*'), store),
        append(appendOf({ mailId: `m${round}` }), store),
      ]),
    )
    assert.equal(done.length, 6)
  }
  assert.deepEqual(subjects(await inspect(opened.first, ACCOUNT)).length, 3 + 5)
})

test('an EXPUNGE that waits behind a move within a mailbox takes what was moved', async () => {
  await using database = await openTestDatabase()
  let expunging: Promise<unknown> | undefined
  const at = (step: string) => {
    if (step === 'blob' && moving) queueMicrotask(() => (expunging ??= expunge(place, store)))
  }
  let moving = false
  const store = await openStore(database, { at })
  const { mailbox } = await append(appendOf({ flags: ['\\Deleted'] }), store)
  const place = { account: ACCOUNT, mailbox, uids: '', operationId: 'x1' }
  moving = true
  const moved = await move(moveOf(mailbox, mailbox, '1'), store)
  moving = false
  assert.deepEqual([moved.sourceUids, moved.targetUids], ['1', '2'])
  assert(expunging)
  await expunging
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: ')
})

test('of two who move the same messages, one finds them, whichever replica they ask', async () => {
  await using opened = await open()
  const { stores, ids } = opened
  const moves = await Promise.all(
    [...stores, ...stores].map((store) => move(moveOf(ids.INBOX, ids.Archive, '1:2'), store)),
  )
  const found = moves.filter(({ sourceUids }) => sourceUids !== '')
  assert.deepEqual(
    found.map(({ sourceUids, targetUids }) => [sourceUids, targetUids]),
    [['1:2', '1:2']],
  )
  for (const store of stores) {
    assert.equal(await inspect(store, ACCOUNT), 'Archive: 1 m1 (), 2 m2 ()\nINBOX: 3 m3 ()')
  }
})

test('what is claimed and left so is moved by the next who looks, appends or lists, however he looks', async () => {
  const looks: Record<string, (store: Store, key: string) => Promise<unknown>> = {
    read: (store, key) => store.committer.mailbox(key).read(false, () => undefined),
    passing: (store, key) => store.committer.passing(key, (one) => one.read(true, () => undefined)),
    append: async (store) => {
      await append(appendOf({ mailId: 'x' }), store)
      await store.committer.settled()
    },
    inspect: (store) => inspect(store, ACCOUNT),
    sweep: (store, key) => completeMoves(key, store),
  }
  for (const [name, look] of Object.entries(looks)) {
    for (const step of ['arrive', 'depart']) {
      await using opened = await open()
      const { ids, first } = opened
      await dieAt(opened, step, (store) => move(moveOf(ids.INBOX, ids.Archive, '1:2', 'o1'), store))
      const key = mailboxKey(ACCOUNT, ids.INBOX)
      const before = await first.collections.mailboxes.findOne({ _id: key })
      assert.deepEqual(
        [before?.moving?.[0]?.uids, typeof before?.unfinishedSince],
        ['1:2', 'object'],
      )
      for await (const { _id, expiresAt } of first.collections.receipts.find({
        _id: { $gte: '' },
      })) {
        assert.equal(isLasting(expiresAt), _id.includes('/v:'), _id)
      }
      await look(first, key)
      const after = await first.collections.mailboxes.findOne({ _id: key })
      assert.deepEqual([after?.moving, after?.unfinishedSince], [undefined, undefined], name)
      const again = await move(moveOf(ids.INBOX, ids.Archive, '1:2', 'o1'), first)
      assert.deepEqual([again.sourceUids, again.targetUids], ['1:2', '1:2'], name)
      const all = first.collections.receipts.find({ _id: { $gte: '' } })
      await first.committer.settled()
      for await (const { _id, expiresAt } of all) assert(!isLasting(expiresAt), _id)
      assert.match(await inspect(first, ACCOUNT), /^Archive: 1 m1 \(\), 2 m2 \(\)\nINBOX: 3 m3 /)
    }
  }
})

test('who did not know of a move changes nothing that is on its way', async () => {
  await using opened = await open()
  const { ids, first, stores } = opened
  const place = { account: ACCOUNT, mailbox: ids.INBOX, operationId: '', unchangedSince: undefined }
  const flag = { ...place, uids: '1:3', mode: 'add', flags: ['\\Flagged'] } as const
  await dieAt(opened, 'depart', (store) => move(moveOf(ids.INBOX, ids.Archive, '1:2'), store))
  const done = await Promise.all(stores.map((store) => storeFlags(flag, store)))
  for (const { messages } of done) assert.deepEqual([...messages.uids], [3, 0, 0, 0])
  assert.equal(await inspect(first, ACCOUNT), 'Archive: 1 m1 (), 2 m2 ()\nINBOX: 3 m3 (\\Flagged)')
})

test('the receipt of a move expires, however late it is written', async () => {
  await using opened = await open()
  const { ids, first } = opened
  const { receipts } = first.collections
  const slow = new Proxy(receipts, {
    get: (target, name) => {
      if (name !== 'bulkWrite') return Reflect.get(target, name).bind(target)
      return async (writes: Parameters<typeof target.bulkWrite>[0]) => {
        for (let turn = 0; turn < 100; turn++) await setImmediate()
        return target.bulkWrite(writes)
      }
    },
  })
  const store = openStoreOn({ ...first.collections, receipts: slow })
  await move(moveOf(ids.INBOX, ids.Archive, '1:2'), store)
  await store.committer.settled()
  const left = await Array.fromAsync(receipts.find({ _id: { $gte: '' } }))
  assert.deepEqual(
    left.map(({ _id, expiresAt }) => [_id.includes('/v:'), isLasting(expiresAt)]),
    [[true, false]],
  )
})

test('what changes while many messages are drafted moves as it is when they are claimed', async () => {
  await using opened = await open()
  const { ids, first, stores } = opened
  const place = { account: ACCOUNT, mailbox: ids.INBOX, operationId: '' }
  const content = Buffer.from('Subject: m9\r\n\r\n')
  for (let i = 4; i <= 250; i++) await append(appendOf({ content }), first)
  const flag = {
    uids: '1,5',
    mode: 'add',
    flags: ['\\Deleted'],
    unchangedSince: undefined,
  } as const
  const { staged } = first.collections
  let parts = 0
  const busy = new Proxy(staged, {
    get: (target, name) => {
      if (name !== 'insertOne') return Reflect.get(target, name).bind(target)
      return async (document: Parameters<typeof target.insertOne>[0]) => {
        await target.insertOne(document)
        if (parts++ > 0) return
        await storeFlags({ ...place, ...flag }, stores[1])
        await expunge({ ...place, uids: '5' }, stores[1])
      }
    },
  })
  const store = openStoreOn({ ...first.collections, staged: busy })
  const moved = await move(moveOf(ids.INBOX, ids.Archive, '1:*'), store)
  assert.deepEqual([moved.sourceUids, moved.targetUids], ['1:4,6:250', '1:249'])
  await store.committer.settled()
  assert.match(await inspect(first, ACCOUNT), /^Archive: 1 m1 \(\\Deleted\), 2 m2 \(\), /)
  assert.equal(parts, 2)
  assert.deepEqual(await Array.fromAsync(staged.find({ _id: { $gte: '' } })), [])
})

test('a move whose target is gone leaves the messages where they are, and can be asked for elsewhere', async () => {
  await using opened = await open()
  const { ids, first } = opened
  await dieAt(opened, 'arrive', (store) => move(moveOf(ids.INBOX, ids.Archive, '1:2', 'o1'), store))
  const archive = mailboxKey(ACCOUNT, ids.Archive)
  // As a deletion that had looked for moves before this one was claimed.
  await first.collections.mailboxes.updateOne(
    { _id: archive },
    { $set: { deletedAt: new Date(), name: '\u0000gone' }, $inc: { modSeq: 1 } },
  )
  assert.equal(await inspect(first, ACCOUNT), 'INBOX: 1 m1 (), 2 m2 (), 3 m3 ()')
  const again = move(moveOf(ids.INBOX, ids.Archive, '1:2', 'o1'), first)
  await assert.rejects(again, fault('not-found'))
  const flags = { mode: 'add', flags: ['\\Seen'], unchangedSince: undefined } as const
  await storeFlags(
    { account: ACCOUNT, mailbox: ids.INBOX, uids: '1', operationId: '', ...flags },
    first,
  )
  assert.equal(await inspect(first, ACCOUNT), 'INBOX: 1 m1 (\\Seen), 2 m2 (), 3 m3 ()')
})

test('a mailbox is deleted with what was on its way into it, and nothing comes back', async () => {
  for (const step of ['arrive', 'depart']) {
    await using opened = await open()
    const { ids, first } = opened
    await dieAt(opened, step, (store) => move(moveOf(ids.INBOX, ids.Archive, '1:2'), store))
    await deleteMailbox({ account: ACCOUNT, name: 'Archive' }, first)
    assert.equal(await inspect(first, ACCOUNT), 'INBOX: 3 m3 ()', step)
  }
})

test('a move that the target cannot take keeps nobody from the mailbox', async () => {
  await using opened = await open()
  const { ids, first } = opened
  const keywords = Array.from({ length: 300 }, (_, i) => `k${i}`)
  await append(appendOf({ mailbox: { id: ids.Archive, name: '' }, flags: keywords }), first)
  const more = { mode: 'add', flags: ['Other'], unchangedSince: undefined } as const
  const place = { account: ACCOUNT, mailbox: ids.INBOX, operationId: '' }
  await storeFlags({ ...place, uids: '1', ...more }, first)
  await assert.rejects(move(moveOf(ids.INBOX, ids.Archive, '1:2'), first), fault('over-quota'))
  assert.match(await inspect(first, ACCOUNT), /INBOX: 1 m1 \(Other\), 2 m2 \(\), 3 m3 \(\)$/)
  const moved = await move(moveOf(ids.INBOX, ids.Archive, '2'), first)
  assert.deepEqual([moved.sourceUids, moved.targetUids], ['2', '2'])
})

test('within one mailbox, messages get new UIDs and keep what was just set, in one commit', async () => {
  await using opened = await open()
  const { ids, first } = opened
  const key = mailboxKey(ACCOUNT, ids.INBOX)
  const modSeq = () => first.committer.mailbox(key).read(false, ({ mailbox }) => mailbox.modSeq)
  const before = await modSeq()
  const moved = await move(moveOf(ids.INBOX, ids.INBOX, '1,3', 'o1'), first)
  assert.deepEqual([moved.sourceUids, moved.targetUids], ['1,3', '4:5'])
  assert.equal(await modSeq(), before + 1)
  const again = await move(moveOf(ids.INBOX, ids.INBOX, '1,3', 'o1'), first)
  assert.deepEqual([again.sourceUids, again.targetUids], ['1,3', '4:5'])
  assert.match(await inspect(first, ACCOUNT), /INBOX: 2 m2 \(\), 4 m1 \(\), 5 m3 \(\)/)
})

test('between accounts of one tenant messages are copied and moved, of another never', async () => {
  await using opened = await open()
  const { ids, first } = opened
  const other = { account: 'bob', content: Buffer.from('Subject: bob\r\n\r\n') }
  await append(appendOf(other), first)
  await append(appendOf({ ...other, account: 'eve', tenant: 'other' }), first)
  const to = (targetAccount: string, operationId = ''): Copy => ({
    ...moveOf(ids.INBOX, '', '1', operationId),
    target: { id: '', name: 'INBOX' },
    targetAccount,
  })
  const quotas = [{ scope: 'account' as const, name: 'bob', bytes: 0, messages: 2 }]
  for (const work of [copy, move]) {
    await assert.rejects(work(to('eve'), first), fault('forbidden'))
    await assert.rejects(work(to('nobody'), first), fault('not-found'))
    await assert.rejects(work({ ...to('bob'), uids: '1:3', quotas }, first), fault('over-quota'))
  }
  // It is full, and holds as much afterwards.
  const tenant = { scope: 'tenant' as const, name: TENANT, bytes: 0, messages: 1 }
  await assert.rejects(copy({ ...to('bob'), quotas: [tenant] }, first), fault('over-quota'))
  const moved = await move({ ...to('bob', 'o1'), quotas: [...quotas, tenant] }, first)
  assert.deepEqual([moved.sourceUids, moved.targetUids], ['1', '2'])
  const again = await move({ ...to('bob', 'o1'), quotas }, first)
  assert.deepEqual([again.sourceUids, again.targetUids], ['1', '2'])
  await copy({ ...to('bob'), uids: '2' }, first)
  assert.equal(await inspect(first, 'bob'), 'INBOX: 1 bob (), 2 m1 (), 3 m2 ()')
  assert.equal(await inspect(first, ACCOUNT), 'Archive: \nINBOX: 2 m2 (), 3 m3 ()')
})

test('INBOX is renamed in one step: its messages are in the new mailbox, or there is none', async () => {
  for (const step of ['commit', 'arrive', 'depart']) {
    await using opened = await open()
    const { first } = opened
    const request = { account: ACCOUNT, name: 'INBOX', newName: 'Old' }
    await dieAt(opened, step, (store) => renameMailbox(request, store))
    const all = '1 m1 (), 2 m2 (), 3 m3 ()'
    const expected = {
      commit: `Archive: \nINBOX: ${all}`,
      arrive: `Archive: \nINBOX: \nOld: ${all}`,
      depart: `Archive: \nINBOX: \nOld: ${all}`,
    }[step]
    assert.equal(await inspect(first, ACCOUNT), expected, step)
  }
})

test('when someone else takes the name that INBOX was to get, its messages stay, for whoever completes it', async () => {
  await using opened = await open()
  const { first, ids } = opened
  const request = { account: ACCOUNT, name: 'INBOX', newName: 'Old' }
  await dieAt(opened, 'committed', (store) => renameMailbox(request, store))
  const key = mailboxKey(ACCOUNT, ids.INBOX)
  const claimed = await first.collections.mailboxes.findOne({ _id: key })
  assert(claimed?.moving?.[0])
  await createMailbox({ account: ACCOUNT, tenant: TENANT, name: 'Old', specialUse: '' }, first)
  await Promise.all(opened.stores.map((store) => inspect(store, ACCOUNT)))
  await deleteMailbox({ account: ACCOUNT, name: 'Old' }, first)
  // Someone has slept since he looked at the claim, and the name is free again.
  const { mailboxes } = first.collections
  const asItWas = new Proxy(mailboxes, {
    get: (target, name) =>
      name === 'findOne' ? async () => claimed : Reflect.get(target, name).bind(target),
  })
  const late = { ...first, collections: { ...first.collections, mailboxes: asItWas } }
  await completeMove(first.committer.mailbox(key), claimed, claimed.moving[0], late)
  const text = await inspect(first, ACCOUNT)
  assert.equal(text, 'Archive: \nINBOX: 1 m1 (), 2 m2 (), 3 m3 ()')
  await renameMailbox(request, first)
  assert.match(await inspect(first, ACCOUNT), /INBOX: \nOld: 1 m1 \(\), 2 m2 \(\), 3 m3 \(\)/)
})

async function open() {
  const database = await openTestDatabase()
  const stores = [await openStore(database), await openStore(database)] as const
  const [first] = stores
  for (const i of [1, 2, 3]) {
    await append(appendOf({ content: Buffer.from(`Subject: m${i}\r\n\r\n`) }), first)
  }
  const made = { account: ACCOUNT, tenant: TENANT, name: 'Archive', specialUse: '' }
  const { _id } = await createMailbox(made, first)
  const inbox = await findMailbox(ACCOUNT, { id: '', name: 'INBOX' }, TENANT, first)
  const ids = { INBOX: mailboxIdOf(inbox), Archive: mailboxIdOf(_id) }
  await first.committer.settled()
  return {
    database,
    stores,
    first,
    ids,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** A process that does the work until it dies at a step. */
async function dieAt(
  { database }: Awaited<ReturnType<typeof open>>,
  step: string,
  work: (store: Store) => Promise<unknown>,
): Promise<boolean> {
  let dead = false
  const die = (at: string) => {
    dead ||= at === step
    if (dead) throw new Killed()
  }
  const store = openStoreOn(await collectionsOf(database), { at: die })
  await work(store).catch(() => undefined)
  await store.committer.settled()
  assert(dead, step)
  return dead
}

/** Far longer than receipts are kept: as long as a move is under way. */
function isLasting(expiresAt: Date | undefined): boolean {
  return expiresAt === undefined || expiresAt.getTime() > systemClock.now() + 100 * 86_400_000
}

function moveOf(source: string, target: string, uids: string, operationId = ''): Copy {
  const to = { target: { id: target, name: '' }, targetAccount: '', quotas: [] }
  return { account: ACCOUNT, source, uids, operationId, ...to }
}

function subjects(text: string): string[] {
  return [...text.matchAll(/\d+ (m\d|hello)/g)].map(([, subject = '']) => subject).sort()
}
