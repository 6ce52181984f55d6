import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { AppendRequest } from '../mail-store.ts'
import { counts, NOTHING_NEW, openSession, pack } from '../testing.ts'

function open() {
  const session = openSession()
  const appended: [request: AppendRequest, content: string][] = []
  session.store.append = async (request, content) => {
    const chunks: Uint8Array[] = []
    if (content instanceof Uint8Array) chunks.push(content)
    else for await (const chunk of content) chunks.push(chunk)
    appended.push([request, Buffer.concat(chunks).toString()])
    return { uidValidity: 7, uid: 42 }
  }
  return Object.assign(session, { appended })
}

test('APPEND of a message with flags and date. RFC 9051 §6.3.12', async () => {
  const session = open()
  await session.run(`
    C: a APPEND inbox (\\Seen) "01-Jan-2024 00:00:00 +0000" {12}
    S: + Ready for the message
    C: Subject: x
    C: 
    S: a OK [APPENDUID 7 42] APPEND completed
  `)
  const [[request, content] = assert.fail()] = session.appended
  assert.deepEqual(
    [request.mailbox, request.flags, request.internalDate, request.appendId, content],
    ['INBOX', ['\\Seen'], Date.UTC(2024, 0, 1), 'new-id', 'Subject: x\r\n'],
  )
})

test('a message that is too large is refused before it comes, or passed over. RFC 7888 §4', async () => {
  const session = open()
  await session.run(`
    C: a APPEND INBOX {5001}
    S: a NO [TOOBIG] The message is too large
    C: b APPEND INBOX {0}
    S: b NO [CANNOT] The message is empty
  `)
  const output = await session.send(`c APPEND INBOX {5001+}\r\n${'x'.repeat(5001)}\r\nd NOOP\r\n`)
  assert.equal(output, 'c NO [TOOBIG] The message is too large\r\nd OK NOOP completed\r\n')
  assert.deepEqual(session.appended, [])
})

test('a stranger can append nothing', async () => {
  const session = openSession({ stranger: true })
  await session.run(`
    C: a APPEND INBOX {5}
    S: a BAD Log in first
    C: b APPEND INBOX {5+}
    C: Subj:
    C: c NOOP
    S: b BAD Log in first
    S: c OK NOOP completed
  `)
})

test('what a command of more than one message brings is not stored', async () => {
  const session = open()
  await session.run(`
    C: a APPEND INBOX {3+}
    C: abc {3+}
    C: def
    C: b NOOP
    S: a BAD Unexpected text after the message
    S: b OK NOOP completed
  `)
  assert.deepEqual(session.appended, [])
})

test('what is left of a message that cannot be laid aside is passed over', async () => {
  const settings = { messageBytesMax: 3_000_000 }
  const session = openSession({ settings })
  session.backend.setAside = async (pieces) => {
    for await (const _ of pieces) throw new Fault('busy', 'No room')
    return assert.fail()
  }
  const text = `a APPEND INBOX {2000000+}\r\n${'x'.repeat(2_000_000)}\r\nb NOOP\r\n`
  assert.equal(await session.send(text), 'a NO [INUSE] No room\r\nb OK NOOP completed\r\n')
})

test('a client that goes in the middle of a message leaves nothing behind', async () => {
  const session = open()
  await session.send('a APPEND INBOX {100+}\r\nhalf of it')
  session.wire.feed(undefined)
  await session.served
  assert.deepEqual(session.appended, [])
})

test('APPEND to a mailbox that is not there', async () => {
  const session = openSession()
  session.store.append = () => Promise.reject(new Fault('not-found', 'no'))
  await session.run(`
    C: a APPEND Nowhere {3+}
    C: abc
    S: a NO [TRYCREATE] There is no such mailbox
  `)
})

test('a message appended to the selected mailbox is told at once', async () => {
  const session = openSession({ uids: [1] })
  session.store.append = async () => ({ uidValidity: 7, uid: 2 })
  session.store.changes = async () => ({
    ...NOTHING_NEW,
    counts: counts(20),
    changed: pack([[2, 0]], 20), // biome-ignore format: pairs
  })
  await session.run(`
    C: a APPEND INBOX {3+}
    C: abc
    S: * 2 EXISTS
    S: * 0 RECENT
    S: a OK [APPENDUID 7 2] APPEND completed
  `)
})

test('a message that is stored is OK, even if the news cannot be had then', async () => {
  const session = openSession({ uids: [1] })
  session.store.append = async () => ({ uidValidity: 7, uid: 2 })
  session.store.changes = () => Promise.reject(new Fault('unavailable', 'Try later'))
  await session.run(`
    C: a APPEND INBOX {3+}
    C: abc
    S: a OK [APPENDUID 7 2] APPEND completed
  `)
})
