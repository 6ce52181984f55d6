import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { SearchKey } from '#lib/imap/search-key.ts'
import { openSession, pack } from '../testing.ts'

const SEEN = 1
const DELETED = 8

test('STORE tells the flags as they are now. RFC 9051 §6.4.6', async () => {
  const session = openSession({ uids: [4, 8, 9] })
  session.store.storeFlags = async (key, uids, change) => {
    assert.deepEqual([key.mailbox, uids], ['inbox', [[4, 4], [9, 9]]]) // biome-ignore format: pairs
    assert.deepEqual(change, { mode: 'add', flags: ['\\Deleted'] })
    return { keywords: [], messages: pack([[4, DELETED], [9, DELETED | SEEN]], 11) } // biome-ignore format: pairs
  }
  await session.run(`
    C: a STORE 1,3 +FLAGS (\\Deleted)
    S: * 1 FETCH (FLAGS (\\Deleted))
    S: * 3 FETCH (FLAGS (\\Seen \\Deleted))
    S: a OK STORE completed
    C: b UID STORE 4,9 +FLAGS.SILENT \\Deleted
    S: b OK STORE completed
    C: c UID STORE 9,4 +FLAGS \\Deleted
    S: * 1 FETCH (UID 4 FLAGS (\\Deleted))
    S: * 3 FETCH (UID 9 FLAGS (\\Seen \\Deleted))
    S: c OK STORE completed
    C: d UID STORE 100 +FLAGS \\Deleted
    S: d OK STORE completed
  `)
})

test('STORE of what another session has expunged says so. RFC 2180 §4.2.1', async () => {
  const session = openSession({ uids: [4, 8] })
  session.store.storeFlags = async () => ({ keywords: ['k'], messages: pack([[8, 0x20]], 11) }) // biome-ignore format: pairs
  await session.run(`
    C: a STORE 1:2 FLAGS (k)
    S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft k)
    S: * 2 FETCH (FLAGS (k))
    S: a NO [EXPUNGEISSUED] Some of the messages are gone
  `)
})

test('a mailbox that is open for reading only stays as it is', async () => {
  await openSession({ uids: [4], writable: false }).run(`
    C: a STORE 1 FLAGS (\\Seen)
    S: a NO [NOPERM] The mailbox is open for reading only
    C: b EXPUNGE
    S: b NO [NOPERM] The mailbox is open for reading only
  `)
})

test('EXPUNGE counts each message without those before it. RFC 9051 §7.5.1', async () => {
  const session = openSession({ uids: [1, 2, 3, 4] })
  const asked: unknown[] = []
  session.store.expunge = async (_key, uids) => {
    asked.push(uids)
    return asked.length === 1 ? [[1, 2], [4, 4]] : [] // biome-ignore format: pairs
  }
  await session.run(`
    C: a EXPUNGE
    S: * 1 EXPUNGE
    S: * 1 EXPUNGE
    S: * 2 EXPUNGE
    S: a OK EXPUNGE completed
    C: b UID EXPUNGE 3
    S: b OK EXPUNGE completed
    C: c UID EXPUNGE 1:2
    S: c OK EXPUNGE completed
  `)
  assert.deepEqual(asked, ['all', [[3, 3]]])
})

test('COPY names the new UIDs. RFC 4315 §3', async () => {
  const session = openSession({ uids: [4, 8, 9] })
  session.store.copy = async ({ source, target, uids }) => {
    assert.deepEqual([source, target, uids], ['inbox', 'Archive', [[8, 9]]])
    return { uidValidity: 7, sourceUids: [[8, 9]], targetUids: [[1, 2]] } // biome-ignore format: pairs
  }
  await session.run(`
    C: a COPY 2:3 Archive
    S: a OK [COPYUID 7 8:9 1:2] COPY completed
    C: b UID COPY 100 Archive
    S: b OK COPY completed
    C: c COPY 2:3 a//b
    S: c NO [NOPERM] There can be no such mailbox
  `)
  session.store.copy = async () => ({ uidValidity: 7, sourceUids: [], targetUids: [] })
  await session.run(`
    C: a COPY 2:3 Archive
    S: a OK COPY completed
  `)
  session.store.copy = () => Promise.reject(new Fault('not-found', 'no target'))
  await session.run(`
    C: a COPY 2:3 Archive
    S: a NO [TRYCREATE] There is no such mailbox
  `)
})

test('SEARCH by flags and numbers asks nobody. RFC 9051 §6.4.4', async () => {
  const scene = { uids: [4, 8, 9], flags: [SEEN, 0x20, SEEN | DELETED], keywords: ['$Junk'] }
  await openSession(scene).run(`
    C: a SEARCH UNSEEN
    S: * SEARCH 2
    S: a OK SEARCH completed
    C: b UID SEARCH OR DELETED KEYWORD $junk
    S: * SEARCH 8 9
    S: b OK SEARCH completed
    C: c SEARCH NOT 1 UID 5:* SEEN
    S: * SEARCH 3
    S: c OK SEARCH completed
    C: d SEARCH NEW
    S: * SEARCH
    S: d OK SEARCH completed
    C: e SEARCH OLD UNKEYWORD nothing
    S: * SEARCH 1 2 3
    S: e OK SEARCH completed
    C: f SEARCH 7
    S: f BAD [CLIENTBUG] There is no such message
  `)
})

test('SEARCH in messages is the store’s, with UIDs for all numbers', async () => {
  const session = openSession({ uids: [4, 8, 9] })
  const keys: SearchKey[] = []
  session.store.search = async (_key, what) => {
    keys.push(what)
    return Uint32Array.of(8, 9, 10)
  }
  await session.run(`
    C: a SEARCH 1:2 TEXT hello
    S: * SEARCH 2 3
    S: a OK SEARCH completed
    C: b UID SEARCH NOT (UID 100 OR FROM x SEEN)
    S: * SEARCH 8 9
    S: b OK SEARCH completed
    C: c SEARCH CHARSET X-UNKNOWN TEXT hello
    S: c NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset
  `)
  assert.deepEqual(keys[0], {
    kind: 'and',
    keys: [
      { kind: 'messages', messages: { byUid: true, ranges: [[4, 4], [8, 8]] } }, // biome-ignore format: pairs
      { kind: 'text', value: 'hello' },
    ],
  })
  assert.deepEqual(keys[1], {
    kind: 'not',
    key: {
      kind: 'and',
      keys: [
        { kind: 'none' },
        {
          kind: 'or',
          keys: [
            { kind: 'header', name: 'from', value: 'x' },
            { kind: 'flag', flag: '\\Seen' },
          ],
        },
      ],
    },
  })
})
