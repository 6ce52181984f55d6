import assert from 'node:assert/strict'
import { test } from 'node:test'
import { append } from './append.ts'
import { mailboxKey } from './documents.ts'
import { expunge } from './expunge.ts'
import type { Store } from './store.ts'
import { type StoreFlags, storeFlags } from './store-flags.ts'
import { ACCOUNT, appendOf, inspect, openStore, openTestDatabase } from './testing.ts'

test('what has changed since is left alone and told; the rest is done. RFC 7162 §3.1.3', async () => {
  await using opened = await open()
  const { store, flags, modSeq } = opened
  const since = await modSeq()
  await flags({ uids: '2', flags: ['Mine'] })
  const done = await flags({ uids: '1:3', flags: ['Theirs'], unchangedSince: since })
  assert.equal(done.modified, '2')
  assert.equal(
    await inspect(store, ACCOUNT),
    'INBOX: 1 hello (Theirs), 2 hello (Mine), 3 hello (Theirs)',
  )
  // No message has a MODSEQ of 0.
  assert.equal((await flags({ uids: '1:3', unchangedSince: 0 })).modified, '1:3')
  const now = await modSeq()
  assert.equal((await flags({ uids: '1:3', flags: ['\\Seen'], unchangedSince: now })).modified, '')
})

test('of two in one batch, the second finds what the first has changed', async () => {
  await using opened = await open()
  const { flags, modSeq } = opened
  const since = await modSeq()
  const done = await Promise.all([
    flags({ uids: '1:2', flags: ['One'], unchangedSince: since }),
    flags({ uids: '2:3', flags: ['Two'], unchangedSince: since }),
  ])
  assert.deepEqual(
    done.map(({ modified }) => modified),
    ['', '2'],
  )
  assert.equal(await modSeq(), since + 1)
})

test('a change that is repeated does not fail because of itself, on whatever replica', async () => {
  await using opened = await open()
  const { store, replica, flags, modSeq } = opened
  const since = await modSeq()
  const request = { uids: '1:3', flags: ['Once'], unchangedSince: since, operationId: 'o1' }
  const both = await Promise.all([flags(request), flags(request, replica), flags(request)])
  await flags({ uids: '2', mode: 'remove', flags: ['Once'] })
  for (const { modified } of [...both, await flags(request, replica)]) assert.equal(modified, '')
  // Nor is it done again.
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello (Once), 2 hello (), 3 hello (Once)')
  const partly = { ...request, flags: ['Twice'], operationId: 'o2', unchangedSince: since + 1 }
  assert.equal((await flags(partly)).modified, '2')
  assert.equal((await flags(partly, replica)).modified, '2')
})

test('what was expunged meanwhile is neither changed nor told', async () => {
  await using opened = await open()
  const { store, replica, mailbox, flags, modSeq } = opened
  const since = await modSeq()
  await flags({ uids: '2', flags: ['\\Deleted'] }, replica)
  await expunge({ account: ACCOUNT, mailbox, uids: '', operationId: '' }, replica)
  const done = await flags({ uids: '1:3', flags: ['\\Seen'], unchangedSince: since })
  assert.deepEqual([done.modified, done.mailbox.unseen], ['', 0])
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello (\\Seen), 3 hello (\\Seen)')
})

test('who has the flags already keeps the MODSEQ, and what is taken away is no new keyword', async () => {
  await using opened = await open()
  const { store, flags, mailbox, modSeq } = opened
  await flags({ uids: '1', flags: ['\\Seen'] })
  const since = await modSeq()
  await flags({ uids: '1', flags: ['\\seen'] })
  await flags({ uids: '2:3', mode: 'remove', flags: ['Never', '\\Draft'] })
  await flags({ uids: '7', flags: ['Nobody'] })
  const key = mailboxKey(ACCOUNT, mailbox)
  const now = await store.committer.mailbox(key).read(true, (snapshot) => ({
    keywords: snapshot.mailbox.keywords,
    modSeqs: [0, 1, 2].map((index) => snapshot.view.modSeqAt(index)),
  }))
  assert.deepEqual(now, { keywords: [], modSeqs: [since, 3, 4] })
  assert.equal(await modSeq(), since)
  const { mailbox: after } = await flags({ uids: '1', mode: 'remove', flags: ['Never', '\\Seen'] })
  assert.deepEqual([after.keywords, after.unseen], [[], 3])
  await flags({ uids: '1:2', mode: 'replace', flags: ['B', 'a'] })
  assert.equal(await inspect(store, ACCOUNT), 'INBOX: 1 hello (B a), 2 hello (B a), 3 hello ()')
})

async function open() {
  const database = await openTestDatabase()
  const [store, replica] = [await openStore(database), await openStore(database)]
  for (let i = 0; i < 2; i++) await append(appendOf(), store)
  const { mailbox } = await append(appendOf(), store)
  const flags = (change: Partial<StoreFlags>, on: Store = store) =>
    storeFlags(
      {
        ...{ account: ACCOUNT, mailbox, uids: '', mode: 'add', flags: [], operationId: '' },
        unchangedSince: undefined,
        ...change,
      },
      on,
    )
  const modSeq = () =>
    store.committer.mailbox(mailboxKey(ACCOUNT, mailbox)).read(false, (s) => s.mailbox.modSeq)
  const close = () => database[Symbol.asyncDispose]()
  return { store, replica, mailbox, flags, modSeq, [Symbol.asyncDispose]: close }
}
