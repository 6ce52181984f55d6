import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Part } from '#lib/mime/structure.ts'
import type { FetchedMessage, FetchRequest } from '../mail-store.ts'
import { openSession, pack } from '../testing.ts'

const HEADER = 'Subject: hello\r\nFrom: a@b.test\r\n\r\n'
const TEXT = 'Hallo!\r\n'
const STRUCTURE: Part = {
  type: 'text',
  subtype: 'plain',
  parameters: [],
  encoding: '7bit',
  headerStart: 0,
  bodyStart: HEADER.length,
  end: HEADER.length + TEXT.length,
  lines: 1,
  parts: [],
}

function message(uid: number, parts: Partial<FetchedMessage> = {}): FetchedMessage {
  return {
    uid,
    internalDate: Date.UTC(2024, 0, 2),
    sizeBytes: HEADER.length + TEXT.length,
    headerEnd: HEADER.length,
    envelope: null,
    structure: STRUCTURE,
    header: null,
    content: Buffer.from(HEADER + TEXT),
    ...parts,
  }
}

/** A session whose store has the messages given; those that are missing are gone. */
function open(uids: readonly number[], messages: readonly FetchedMessage[], writable = false) {
  const session = openSession({ uids, writable, keywords: ['k'], flags: [0x20, 1] })
  const asked: FetchRequest[] = []
  session.store.fetch = async function* (request) {
    asked.push(request)
    for (const one of messages) {
      if (request.uids.some(([first, last]) => first <= one.uid && one.uid <= last)) yield one
    }
  }
  return Object.assign(session, { asked })
}

test('flags and UIDs are known to the session', async () => {
  await openSession({ uids: [4, 8], flags: [0x20, 1], keywords: ['k'] }).run(`
    C: a FETCH 1:2 (FLAGS UID)
    S: * 1 FETCH (FLAGS (k) UID 4)
    S: * 2 FETCH (FLAGS (\\Seen) UID 8)
    S: a OK FETCH completed
    C: b UID FETCH 5:* FLAGS
    S: * 2 FETCH (UID 8 FLAGS (\\Seen))
    S: b OK FETCH completed
    C: c UID FETCH 100:200 FLAGS
    S: c OK FETCH completed
  `)
})

test('what was computed when the message came', async () => {
  const session = open([4], [message(4)])
  await session.run(`
    C: a FETCH 1 (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODY BODYSTRUCTURE)
    S: * 1 FETCH (UID 4 FLAGS (k) INTERNALDATE " 2-Jan-2024 00:00:00 +0000" RFC822.SIZE 42 ENVELOPE NIL BODY ("text" "plain" NIL NIL NIL "7bit" 8 1) BODYSTRUCTURE ("text" "plain" NIL NIL NIL "7bit" 8 1 NIL NIL NIL NIL))
    S: a OK FETCH completed
  `)
  const { envelope, structure, header, contentBytesMax } = session.asked[0] ?? assert.fail()
  assert.deepEqual([envelope, structure, header, contentBytesMax], [true, true, false, 0])
})

test('every section of a message. RFC 9051 §6.4.5.1', async () => {
  const session = open([4], [message(4)])
  await session.run(`
    C: a FETCH 1 BODY.PEEK[]
    S: * 1 FETCH (BODY[] {42}
    S: Subject: hello
    S: From: a@b.test
    S: 
    S: Hallo!
    S: )
    S: a OK FETCH completed
    C: b FETCH 1 (BODY.PEEK[TEXT]<1.4> BODY.PEEK[1] BODY.PEEK[2] BODY.PEEK[TEXT]<100.1>)
    S: * 1 FETCH (BODY[TEXT]<1> {4}
    S: allo BODY[1] {8}
    S: Hallo!
    S:  BODY[2] NIL BODY[TEXT]<100> {0}
    S: )
    S: b OK FETCH completed
    C: c FETCH 1 (BODY.PEEK[HEADER.FIELDS (FROM)] RFC822.HEADER)
    S: * 1 FETCH (BODY[HEADER.FIELDS (FROM)] {18}
    S: From: a@b.test
    S: 
    S:  RFC822.HEADER {34}
    S: Subject: hello
    S: From: a@b.test
    S: 
    S: )
    S: c OK FETCH completed
  `)
  assert.deepEqual(
    session.asked.map(({ header, contentBytesMax }) => [header, contentBytesMax > 0]),
    [[false, true], [false, true], [true, false]], // biome-ignore format: pairs
  )
})

test('a large message is read in pieces', async () => {
  const session = open([4], [message(4, { content: null })])
  session.store.read = async function* (_key, uid, range) {
    assert.deepEqual([uid, range], [4, { start: 34, end: 42 }])
    yield Buffer.from('Hal')
    yield Buffer.from('lo!\r\n')
  }
  await session.run(`
    C: a FETCH 1 BODY.PEEK[TEXT]
    S: * 1 FETCH (BODY[TEXT] {8}
    S: Hallo!
    S: )
    S: a OK FETCH completed
  `)
})

test('reading the text sets \\Seen and tells so. RFC 9051 §6.4.5', async () => {
  const session = open([4, 8], [message(4), message(8)], true)
  session.store.storeFlags = async (_key, uids, change) => {
    assert.deepEqual([uids, change], [[[4, 4]], { mode: 'add', flags: ['\\Seen'] }])
    return { keywords: ['k'], messages: pack([[4, 0x21]], 11) } // biome-ignore format: pairs
  }
  await session.run(`
    C: a FETCH 1:2 RFC822.TEXT
    S: * 1 FETCH (RFC822.TEXT {8}
    S: Hallo!
    S:  FLAGS (\\Seen k))
    S: * 2 FETCH (RFC822.TEXT {8}
    S: Hallo!
    S: )
    S: a OK FETCH completed
  `)
})

test('in a mailbox open for reading only \\Seen is not set', async () => {
  await open([4], [message(4)]).run(`
    C: a FETCH 1 BODY[TEXT]
    S: * 1 FETCH (BODY[TEXT] {8}
    S: Hallo!
    S: )
    S: a OK FETCH completed
  `)
})

test('messages that another session has expunged are no reason to fail. RFC 5530 §3', async () => {
  const session = open([4, 8], [message(8, { content: null })])
  await session.run(`
    C: a FETCH 1:2 RFC822.SIZE
    S: * 2 FETCH (RFC822.SIZE 42)
    S: a OK [EXPUNGEISSUED] Some of the messages are gone
    C: b UID FETCH 4:8 RFC822.SIZE
    S: * 2 FETCH (UID 8 RFC822.SIZE 42)
    S: b OK FETCH completed
  `)
  // biome-ignore lint/correctness/useYield: it fails before the first piece
  session.store.read = async function* () {
    throw new Fault('not-found', 'gone between')
  }
  await session.run(`
    C: c UID FETCH 8 (RFC822.SIZE BODY.PEEK[])
    S: c OK FETCH completed
  `)
})

test('a store that fails before anything was written is a plain NO', async () => {
  const session = open([4], [message(4, { content: null })])
  // biome-ignore lint/correctness/useYield: it fails before the first piece
  session.store.read = async function* () {
    throw new Fault('unavailable', 'Try later')
  }
  await session.run(`
    C: a FETCH 1 (FLAGS BODY.PEEK[])
    S: a NO [UNAVAILABLE] Try later
  `)
})

test('half a literal ends the connection: nothing else would be understood', async () => {
  for (const chunks of [['Hal'], ['Hallo!\r\nand more']]) {
    const session = open([4], [message(4, { content: null })])
    session.store.read = async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk)
    }
    const output = await session.send('a FETCH 1 BODY.PEEK[TEXT]\r\n')
    await session.served
    assert.equal(session.wire.ended, true)
    assert.doesNotMatch(output, /a (OK|NO)/)
  }
})

test('a long list of messages is asked for in batches', async () => {
  const uids = Array.from({ length: 450 }, (_, i) => i + 1)
  const session = open(
    uids,
    uids.map((uid) => message(uid)),
  )
  const output = await session.send('a FETCH 1:* RFC822.SIZE\r\n')
  assert.equal(output.split('\r\n').length, 452)
  assert.deepEqual(
    session.asked.map((request) => request.uids),
    [[[1, 200]], [[201, 400]], [[401, 450]]],
  )
})
