import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { counts, mailbox, NOTHING_NEW, openSession, viewOf } from '../testing.ts'

const MAILBOXES = [
  mailbox('INBOX', { subscribed: true }),
  mailbox('Sent', { specialUse: 'sent' }),
  mailbox('Work/2024/日本'),
  mailbox('Work', { subscribed: true }),
]

function listing() {
  const session = openSession()
  session.store.list = async () => ({ mailboxes: MAILBOXES, subscribedNames: ['Old/Gone'] })
  return session
}

test('LIST shows names, children, special uses, and levels without a mailbox', async () => {
  await listing().run(`
    C: a LIST "" *
    S: * LIST (\\HasNoChildren) "/" INBOX
    S: * LIST (\\HasNoChildren \\Sent) "/" Sent
    S: * LIST (\\HasChildren) "/" Work
    S: * LIST (\\HasChildren \\Noselect) "/" Work/2024
    S: * LIST (\\HasNoChildren) "/" Work/2024/&ZeVnLA-
    S: a OK LIST completed
    C: b LIST "" %
    S: * LIST (\\HasNoChildren) "/" INBOX
    S: * LIST (\\HasNoChildren \\Sent) "/" Sent
    S: * LIST (\\HasChildren) "/" Work
    S: b OK LIST completed
    C: c LIST Work/ %
    S: * LIST (\\HasChildren \\Noselect) "/" Work/2024
    S: c OK LIST completed
    C: d LIST "" ""
    S: * LIST (\\Noselect) "/" ""
    S: d OK LIST completed
    C: e LIST "" inbox
    S: * LIST (\\HasNoChildren) "/" INBOX
    S: e OK LIST completed
  `)
})

test('LIST knows INBOX in any case as the first level, and one form of each letter', async () => {
  const session = openSession()
  const mailboxes = [mailbox('INBOX/a'), mailbox('\u00e9')]
  session.store.list = async () => ({ mailboxes, subscribedNames: [] })
  await session.run(`
    C: a LIST "" inbox/%
    S: * LIST (\\HasNoChildren) "/" INBOX/a
    S: a OK LIST completed
    C: b LIST "" e&AwE-
    S: * LIST (\\HasNoChildren) "/" &AOk-
    S: b OK LIST completed
  `)
})

test('LSUB shows what is subscribed to, whether it exists or not. RFC 3501 §6.3.9', async () => {
  await listing().run(`
    C: a LSUB "" *
    S: * LSUB () "/" INBOX
    S: * LSUB () "/" Old/Gone
    S: * LSUB () "/" Work
    S: a OK LSUB completed
    C: b LSUB "" %
    S: * LSUB () "/" INBOX
    S: * LSUB (\\Noselect) "/" Old
    S: * LSUB () "/" Work
    S: b OK LSUB completed
    C: c LSUB "" ""
    S: * LSUB (\\Noselect) "/" ""
    S: c OK LSUB completed
  `)
})

test('STATUS tells what is asked, by whatever spelling of INBOX', async () => {
  await listing().run(`
    C: a STATUS inbox (MESSAGES UNSEEN RECENT UIDNEXT UIDVALIDITY)
    S: * STATUS INBOX (MESSAGES 3 UNSEEN 1 RECENT 0 UIDNEXT 100 UIDVALIDITY 7)
    S: a OK STATUS completed
    C: b STATUS Nowhere (MESSAGES)
    S: b NO [NONEXISTENT] There is no such mailbox
    C: c STATUS a//b (MESSAGES)
    S: c NO [NONEXISTENT] There is no such mailbox
  `)
})

test('mailboxes are made, renamed, deleted and subscribed to by the store', async () => {
  const session = openSession()
  const asked: unknown[][] = []
  const note = (...call: unknown[]) => {
    asked.push(call.slice(1))
    return Promise.resolve()
  }
  Object.assign(session.store, { create: note, rename: note, delete: note, setSubscribed: note })
  await session.run(`
    C: a CREATE owatagusiam/
    S: a OK CREATE completed
    C: b RENAME Inbox/x &ZeVnLA-
    S: b OK RENAME completed
    C: c DELETE foo
    S: c OK DELETE completed
    C: d SUBSCRIBE foo
    S: d OK SUBSCRIBE completed
    C: e UNSUBSCRIBE foo
    S: e OK UNSUBSCRIBE completed
  `)
  assert.deepEqual(asked, [
    ['owatagusiam'],
    ['INBOX/x', '日本'],
    ['foo'],
    ['foo', true],
    ['foo', false],
  ])
})

test('why a mailbox cannot be made or deleted. RFC 5530 §3', async () => {
  const session = openSession()
  session.store.create = () => Promise.reject(new Fault('exists', 'It exists'))
  session.store.delete = () => Promise.reject(new Fault('forbidden', 'INBOX stays'))
  await session.run(`
    C: a CREATE foo
    S: a NO [ALREADYEXISTS] It exists
    C: b DELETE inbox
    S: b NO [CANNOT] INBOX stays
    C: c CREATE a//b
    S: c NO [CANNOT] A level of the mailbox name is empty
  `)
})

test('SELECT tells all about the mailbox. RFC 3501 §6.3.1', async () => {
  const session = openSession()
  session.store.view = async (_account, name) => {
    assert.equal(name, 'INBOX')
    return viewOf({ uids: [3, 5, 8], flags: [1, 0x20, 1], keywords: ['$Junk'] })
  }
  session.store.changes = async (key, since) => {
    assert.deepEqual([key.mailbox, since], ['inbox', 10])
    return { ...NOTHING_NEW, keywords: ['$Junk'], counts: counts() }
  }
  const flags = '\\Seen \\Answered \\Flagged \\Deleted \\Draft $Junk'
  await session.run(`
    C: a SELECT inbox
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * FLAGS (${flags})
    S: * OK [PERMANENTFLAGS (${flags} \\*)] Flags that can be changed
    S: * OK [UNSEEN 2] First unseen
    S: * OK [UIDVALIDITY 7] UIDs valid
    S: * OK [UIDNEXT 100] Predicted next UID
    S: a OK [READ-WRITE] SELECT completed
    C: b EXAMINE INBOX
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * FLAGS (${flags})
    S: * OK [PERMANENTFLAGS ()] Flags that can be changed
    S: * OK [UNSEEN 2] First unseen
    S: * OK [UIDVALIDITY 7] UIDs valid
    S: * OK [UIDNEXT 100] Predicted next UID
    S: b OK [READ-ONLY] EXAMINE completed
  `)
  assert.equal(session.watched(), 1)
})

test('a SELECT that fails leaves nothing selected. RFC 9051 §6.3.2', async () => {
  const session = openSession({ uids: [1] })
  session.store.view = () => Promise.reject(new Fault('not-found', 'There is no such mailbox'))
  await session.run(`
    C: a SELECT Nowhere
    S: a NO [NONEXISTENT] There is no such mailbox
    C: b FETCH 1 FLAGS
    S: b BAD Select a mailbox first
  `)
  assert.equal(session.watched(), 0)
})

test('CLOSE expunges in silence, UNSELECT does not. RFC 9051 §6.4.1, RFC 3691 §2', async () => {
  const session = openSession({ uids: [1, 2] })
  const expunged: unknown[] = []
  session.store.expunge = async (_key, uids) => {
    expunged.push(uids)
    return [[1, 1]]
  }
  await session.run(`
    C: a CLOSE
    S: a OK CLOSE completed
  `)
  assert.deepEqual(expunged, ['all'])
  await openSession({ uids: [1], writable: false }).run(`
    C: a CLOSE
    S: a OK CLOSE completed
  `)
  await openSession({ uids: [1] }).run(`
    C: a UNSELECT
    S: a OK UNSELECT completed
    C: b CHECK
    S: b BAD Select a mailbox first
  `)
})

test('a client that deletes the mailbox it has selected goes on without one', async () => {
  const session = openSession({ uids: [4] })
  session.store.delete = () => Promise.resolve()
  session.store.changes = async () => ({ ...NOTHING_NEW, counts: counts() })
  await session.run(`
    C: a DELETE other
    S: a OK DELETE completed
    C: b FETCH 1 UID
    S: * 1 FETCH (UID 4)
    S: b OK FETCH completed
  `)
  session.store.changes = () => Promise.reject(new Fault('unavailable', 'Later'))
  await session.run(`
    C: c DELETE another
    S: c OK DELETE completed
  `)
  session.store.changes = () => Promise.reject(new Fault('not-found', 'gone'))
  await session.run(`
    C: d DELETE selected
    S: d OK DELETE completed
    C: e NOOP
    S: e OK NOOP completed
    C: f FETCH 1 UID
    S: f BAD Select a mailbox first
  `)
})
