import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Changes } from '../mail-store.ts'
import { counts, NOTHING_NEW, openSession, pack, viewOf } from '../testing.ts'

const CHANGES: Changes = {
  ...NOTHING_NEW,
  counts: counts(20),
  changed: pack([[2, 1], [9, 0]], 20), // biome-ignore format: pairs
  vanished: [[1, 1]],
}
const NOTHING: Changes = { ...NOTHING_NEW, counts: counts(20) }

/** A mailbox of three, in which something has happened. */
function open(...answers: Changes[]) {
  const session = openSession({ uids: [1, 2, 3] })
  session.store.changes = async () => answers.shift() ?? NOTHING
  return session
}

test('NOOP tells everything that has happened. RFC 9051 §6.1.2', async () => {
  await open(CHANGES).run(`
    C: a NOOP
    S: * 1 EXPUNGE
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * 1 FETCH (UID 2 FLAGS (\\Seen))
    S: a OK NOOP completed
    C: b NOOP
    S: b OK NOOP completed
  `)
})

test('no EXPUNGE while FETCH, STORE or SEARCH run, but after them. RFC 9051 §7.5.1', async () => {
  const session = open(CHANGES)
  await session.send('x UID FETCH 3 FLAGS\r\n')
  session.announce()
  await session.run(`
    C: a FETCH 1:3 UID
    S: * 4 EXISTS
    S: * 0 RECENT
    S: * 2 FETCH (UID 2 FLAGS (\\Seen))
    S: * 1 FETCH (UID 1)
    S: * 2 FETCH (UID 2)
    S: * 3 FETCH (UID 3)
    S: a OK FETCH completed
    C: b SEARCH 1
    S: * SEARCH 1
    S: b OK SEARCH completed
    C: c UID SEARCH ALL
    S: * SEARCH 1 2 3 9
    S: * 1 EXPUNGE
    S: c OK SEARCH completed
    C: d FETCH * UID
    S: * 3 FETCH (UID 9)
    S: d OK FETCH completed
  `)
})

test('nothing is asked of the store when nothing was announced', async () => {
  const session = openSession({ uids: [1] })
  await session.run(`
    C: a FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS ())
    S: a OK FETCH completed
  `)
})

test('every command looks, too, when nobody has looked for long: announcements may be lost', async () => {
  let now = 0
  const settings = { pollMs: 1000 }
  const session = openSession({ uids: [1, 2, 3], settings, monotonic: () => now })
  await session.send('x UID FETCH 3 FLAGS\r\n')
  now = 999
  session.store.changes = () => assert.fail('too early')
  await session.run(`
    C: a FETCH 1 UID
    S: * 1 FETCH (UID 1)
    S: a OK FETCH completed
  `)
  now = 1000
  session.store.changes = async () => CHANGES
  await session.run(`
    C: b FETCH 1 UID
    S: * 4 EXISTS
    S: * 0 RECENT
    S: * 2 FETCH (UID 2 FLAGS (\\Seen))
    S: * 1 FETCH (UID 1)
    S: b OK FETCH completed
  `)
})

test('a store that is away does not fail what does not need it', async () => {
  const session = openSession({ uids: [1] })
  session.store.changes = () => Promise.reject(new Fault('unavailable', 'Try later'))
  await session.send('x UNSELECT\r\n')
  const other = openSession({ uids: [1] })
  other.store.changes = session.store.changes
  await other.send('x FETCH 1 FLAGS\r\n')
  other.announce()
  await other.run(`
    C: a FETCH 1 FLAGS
    S: * 1 FETCH (FLAGS ())
    S: a OK FETCH completed
    C: b NOOP
    S: b NO [UNAVAILABLE] Try later
  `)
})

test('new keywords are told before the first message that has one', async () => {
  const changed = pack([[1, 0x20]], 20) // biome-ignore format: pairs
  await open({ ...NOTHING, keywords: ['$New'], changed }).run(`
    C: a NOOP
    S: * FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $New)
    S: * 1 FETCH (UID 1 FLAGS ($New))
    S: a OK NOOP completed
  `)
})

test('starting over tells the difference, whatever happened between', async () => {
  const session = open({ ...NOTHING, startOver: true })
  session.store.view = async () => viewOf({ uids: [2, 3, 50], flags: [0, 1, 0] })
  await session.run(`
    C: a NOOP
    S: * 1 EXPUNGE
    S: * 3 EXISTS
    S: * 0 RECENT
    S: * 2 FETCH (UID 3 FLAGS (\\Seen))
    S: a OK NOOP completed
  `)
})

test('a session whose mailbox was deleted ends', async () => {
  const session = openSession({ uids: [1] })
  session.store.changes = () => Promise.reject(new Fault('not-found', 'gone'))
  await session.run(`
    C: a NOOP
    S: a OK NOOP completed
    S: * BYE The mailbox was deleted
  `)
  await session.served

  const other = openSession({ uids: [1] })
  await other.send('x FETCH 1 FLAGS\r\n')
  other.store.changes = session.store.changes
  other.announce()
  await other.run(`
    C: a FETCH 1 FLAGS
    S: a NO [NONEXISTENT] The mailbox was deleted
    S: * BYE The mailbox was deleted
  `)
})

test('IDLE tells at once what is announced, and ends with DONE. RFC 2177 §3', async () => {
  const session = open()
  assert.equal(await session.send('a IDLE\r\n'), '+ idling\r\n')
  session.wire.output = ''
  session.store.changes = async () => CHANGES
  session.announce()
  await session.until(/FETCH/)
  assert.equal(
    session.wire.output,
    '* 1 EXPUNGE\r\n* 3 EXISTS\r\n* 0 RECENT\r\n* 1 FETCH (UID 2 FLAGS (\\Seen))\r\n',
  )
  await session.run(`
    C: DONE
    S: a OK IDLE completed
    C: b IDLE
    S: + idling
    C: NOOP
    S: b BAD Expected DONE
  `)
})

test('IDLE looks by itself from time to time: announcements may be lost', async () => {
  const wake = Promise.withResolvers<void>()
  let sleeps = 0
  const sleep = () => {
    sleeps += 1
    return sleeps === 1 ? wake.promise : new Promise<void>(() => undefined)
  }
  const session = openSession({ uids: [1], settings: { pollMs: 1000 }, sleep })
  session.store.changes = async () => ({ ...NOTHING, changed: pack([[5, 0]]) }) // biome-ignore format: pairs
  assert.equal(await session.send('a IDLE\r\n'), '+ idling\r\n')
  wake.resolve()
  await session.until(/\* 2 EXISTS/)
})

test('IDLE outlives a store that is away, and ends with BYE when the server does', async () => {
  const session = openSession({ uids: [1] })
  let asked = Promise.withResolvers<void>()
  session.store.changes = () => {
    asked.resolve()
    return Promise.reject(new Fault('unavailable', 'Try later'))
  }
  await session.send('a IDLE\r\n')
  session.announce()
  await asked.promise
  asked = Promise.withResolvers<void>()
  session.store.changes = async () => ({ ...NOTHING, changed: pack([[5, 0]]) }) // biome-ignore format: pairs
  session.announce()
  await session.until(/\* 2 EXISTS/)
  session.connection.stop('Going down')
  await session.served
  // No tagged response: nobody has said DONE.
  assert.doesNotMatch(session.wire.output, /a OK/)
  assert.match(session.wire.output, /\* BYE Going down\r\n$/)
})

test('IDLE without a mailbox only waits', async () => {
  await openSession().run(`
    C: a IDLE
    S: + idling
    C: done
    S: a OK IDLE completed
  `)
})
