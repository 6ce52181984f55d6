import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { openSession } from '../testing.ts'

const CAPABLE =
  'IMAP4rev1 LITERAL+ SASL-IR ID IDLE NAMESPACE CHILDREN UNSELECT UIDPLUS MOVE ' +
  'QUOTA QUOTA=RES-STORAGE QUOTA=RES-MESSAGE'

test('commands that need a state are refused without it. RFC 9051 §3', async () => {
  const stranger = openSession({ stranger: true })
  await stranger.run(`
    C: a SELECT INBOX
    S: a BAD Log in first
    C: b FETCH 1 FLAGS
    S: b BAD Log in first
    C: c NOOP
    S: c OK NOOP completed
    C: d STARTTLS
    S: d BAD Already encrypted
  `)
  const user = openSession()
  await user.run(`
    C: a FETCH 1 FLAGS
    S: a BAD Select a mailbox first
    C: b LOGIN a b
    S: b BAD Already logged in
    C: c NAMESPACE
    S: * NAMESPACE (("" "/")) NIL NIL
    S: c OK NAMESPACE completed
    C: d ID ("name" "test")
    S: * ID ("name" "hikyaku")
    S: d OK ID completed
  `)
})

test('what is no command is BAD, and the next one is understood', async () => {
  const session = openSession()
  await session.run(`
    C: a FOO
    S: a BAD Unknown command
    C: nonsense
    S: * BAD Missing tag or command
    C: b LOGIN {70000}
    S: b NO [TOOBIG] Command too large
    C: c CREATE "&"
    S: c BAD Mailbox name is not in modified UTF-7
    C: d NOOP
    S: d OK NOOP completed
  `)
})

test('who never says a command is sent away', async () => {
  const session = openSession({ stranger: true })
  const output = await session.send(`${'GET / HTTP/1.1\r\n'.repeat(20)}`)
  assert.match(output, /\r\n\* BYE That is no IMAP\r\n$/)
  await session.served
})

test('a synchronizing literal is asked for', async () => {
  const session = openSession({ stranger: true })
  await session.run(`
    C: a LOGIN {5}
    S: + Ready for the literal
    C: alice {6}
    S: + Ready for the literal
    C: secret
    S: a OK [CAPABILITY ${CAPABLE}] LOGIN completed
  `)
})

test('in clear text nobody can log in, unless a setting allows it. RFC 9051 §6.2.3', async () => {
  const session = openSession({ stranger: true, secure: false })
  await session.run(`
    C: a CAPABILITY
    S: * CAPABILITY ${CAPABLE} STARTTLS LOGINDISABLED
    S: a OK CAPABILITY completed
    C: b LOGIN alice secret
    S: b NO [PRIVACYREQUIRED] Use STARTTLS first
    C: c AUTHENTICATE PLAIN AGEAYg==
    S: c NO [PRIVACYREQUIRED] Use STARTTLS first
  `)
  const settings = { cleartextLogin: true }
  const allowed = openSession({ stranger: true, secure: false, settings })
  await allowed.run(`
    C: a CAPABILITY
    S: * CAPABILITY ${CAPABLE} STARTTLS AUTH=PLAIN
    S: a OK CAPABILITY completed
    C: b LOGIN alice secret
    S: b OK [CAPABILITY ${CAPABLE}] LOGIN completed
  `)
})

test('what is sent behind STARTTLS in clear text never runs. RFC 9051 §6.2.1', async () => {
  const session = openSession({ stranger: true, secure: false })
  assert.equal(
    await session.send('a STARTTLS\r\nb LOGIN alice secret\r\nc NOOP\r\n'),
    'a OK Begin TLS negotiation now\r\n',
  )
  assert.equal(session.wire.secure, true)
  await session.run(`
    C: d NOOP
    S: d OK NOOP completed
    C: e CAPABILITY
    S: * CAPABILITY ${CAPABLE} AUTH=PLAIN
    S: e OK CAPABILITY completed
  `)
})

test('AUTHENTICATE PLAIN with and without the initial response. RFC 4959 §3', async () => {
  const asked: string[][] = []
  const log = (session: ReturnType<typeof openSession>) => {
    const { authenticate } = session.backend
    session.backend.authenticate = async (...credentials) => {
      asked.push(credentials)
      return authenticate(...credentials)
    }
    return session
  }
  await log(openSession({ stranger: true })).run(`
    C: a AUTHENTICATE PLAIN AHRpbQBwdw==
    S: a OK [CAPABILITY ${CAPABLE}] AUTHENTICATE completed
  `)
  await log(openSession({ stranger: true })).run(`
    C: a AUTHENTICATE PLAIN
    S: + 
    C: AHRpbQBwdw==
    S: a OK [CAPABILITY ${CAPABLE}] AUTHENTICATE completed
  `)
  await log(openSession({ stranger: true })).run(`
    C: a AUTHENTICATE PLAIN
    S: + 
    C: *
    S: a BAD Cancelled
    C: b AUTHENTICATE PLAIN
    S: + 
    C: !
    S: b BAD [CLIENTBUG] Not base64
    C: c AUTHENTICATE GSSAPI
    S: c NO [CANNOT] There is no such mechanism
  `)
  assert.deepEqual(asked, [
    ['tim', 'pw', '192.0.2.1'],
    ['tim', 'pw', '192.0.2.1'],
  ])
})

test('wrong passwords are counted, then the connection ends', async () => {
  const session = openSession({ stranger: true })
  session.backend.authenticate = async () => {
    throw new Fault('unauthenticated', 'internal words')
  }
  const refused = 'NO [AUTHENTICATIONFAILED] Wrong login or password'
  await session.run(`
    C: a LOGIN a b
    S: a ${refused}
    C: b LOGIN a b
    S: b ${refused}
    C: c LOGIN a b
    S: c ${refused}
    S: * BYE Too many failed log-ins
  `)
  await session.served
})

test('a directory that is away, or tired of guesses, is no wrong password', async () => {
  const session = openSession({ stranger: true })
  session.backend.authenticate = () => Promise.reject(new Fault('unavailable', 'Try later'))
  await session.run(`
    C: a LOGIN a b
    S: a NO [UNAVAILABLE] Try later
  `)
  session.backend.authenticate = () => Promise.reject(new Fault('busy', 'Slow down'))
  await session.run(`
    C: a LOGIN a b
    S: a NO [LIMIT] Too many attempts, try again later
  `)
})

test('an account has only so many sessions', async () => {
  const session = openSession({ stranger: true })
  session.backend.enter = () => false
  await session.run(`
    C: a LOGIN a b
    S: a NO [LIMIT] Too many connections of this account
    C: b SELECT INBOX
    S: b BAD Log in first
  `)
})

test('LOGOUT says BYE before OK. RFC 9051 §6.1.3', async () => {
  const session = openSession({ uids: [1] })
  await session.run(`
    C: a LOGOUT
    S: * BYE Logging out
    S: a OK LOGOUT completed
  `)
  await session.served
  assert.equal(session.watched(), 0)
})

test('a bug is told without its words, and the session goes on', async () => {
  const session = openSession()
  session.store.list = async () => {
    throw new TypeError('secret path')
  }
  await session.run(`
    C: a LIST "" *
    S: a NO [SERVERBUG] Internal error
    C: b NOOP
    S: b OK NOOP completed
  `)
  assert.ok(session.told.some(([event]) => event === 'command-failed'))
})

test('stopping waits for the command that runs, then says BYE', async () => {
  const session = openSession()
  const listed = Promise.withResolvers<{ mailboxes: []; subscribedNames: [] }>()
  const asked = Promise.withResolvers<void>()
  session.store.list = () => {
    asked.resolve()
    return listed.promise
  }
  const output = session.send('a LSUB "" *\r\n')
  await asked.promise
  session.connection.stop('Going down')
  listed.resolve({ mailboxes: [], subscribedNames: [] })
  assert.equal(await output, 'a OK LSUB completed\r\n* BYE Going down\r\n')
  await session.served
})

test('stopping a session that waits says BYE at once', async () => {
  const session = openSession()
  await session.send('a NOOP\r\n')
  session.connection.stop('Going down')
  await session.served
  assert.match(session.wire.output, /\* BYE Going down\r\n$/)
})

test('a silent client is sent away; one that takes nothing is cut off', async () => {
  const session = openSession()
  await session.send('a NOOP\r\n')
  session.connection.timeOut()
  await session.served
  assert.match(session.wire.output, /\* BYE Idle for too long\r\n$/)
})

test('who does not log in in time is sent away', async () => {
  const over = Promise.withResolvers<void>()
  const session = openSession({
    stranger: true,
    settings: { loginMs: 10 },
    sleep: () => over.promise,
  })
  await session.send('a NOOP\r\n')
  over.resolve()
  await session.served
  assert.match(session.wire.output, /\* BYE Log in sooner\r\n$/)
})

test('leaving waits for the end of a command that has begun, and of all that was sent', async () => {
  const session = openSession()
  session.store.list = async () => ({ mailboxes: [], subscribedNames: [] })
  assert.match(await session.send('a LSUB {0}\r\n'), /^\+ /)
  session.connection.leave('Going down')
  assert.equal(await session.send(' *\r\nb NOO'), 'a OK LSUB completed\r\n')
  assert.equal(
    await session.send('P\r\nc NOOP\r\n'),
    'b OK NOOP completed\r\nc OK NOOP completed\r\n* BYE Going down\r\n',
  )
  await session.served
})

test('leaving waits for the end of a message', async () => {
  const session = openSession()
  session.store.append = async () => ({ uidValidity: 7, uid: 4 })
  await session.send('a APPEND INBOX {3}\r\nx')
  session.connection.leave('Going down')
  assert.equal(
    await session.send('yz\r\n'),
    'a OK [APPENDUID 7 4] APPEND completed\r\n* BYE Going down\r\n',
  )
  await session.served
})

test('when the time is over, a message that is not complete is not stored, and BYE is said', async () => {
  const session = openSession()
  await session.send('a APPEND INBOX {3}\r\nx')
  session.connection.leave('Going down')
  session.wire.output = ''
  session.connection.cut('Going down')
  await session.served
  assert.equal(session.wire.output, '* BYE Going down\r\n')
})

test('who is to leave before the greeting is greeted with BYE. RFC 9051 §7.1.5', async () => {
  const session = openSession({ stranger: true, leaving: 'Going down' })
  await session.served
  assert.equal(session.wire.output, '* BYE Going down\r\n')
})
