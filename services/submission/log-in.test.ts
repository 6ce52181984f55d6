import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { ALICE, base64, type Client, openSubmission, PLAIN, proveScram } from './testing.ts'

const BARE = `n=${ALICE.login},r=fyko+d2lbbFgONRv9qkxdawL`
const LOGIN = base64(ALICE.login)

async function greet(client: Client): Promise<void> {
  await client.play('S: 220\nC: EHLO x\nS: 250')
}

/** What the server says to an AUTH command, decoded. */
async function challenge(client: Client): Promise<string> {
  const told = await client.reply()
  assert.match(told, /^334/)
  return Buffer.from(told.slice(4), 'base64').toString()
}

test('SCRAM-SHA-256: each side proves that it knows the password. RFC 5802 §3, RFC 7677', async () => {
  for (const gs2 of ['n,,', 'y,,', `n,a=${ALICE.login},`]) {
    await using server = await openSubmission()
    using client = await server.connectTls()
    await greet(client)
    client.send(`AUTH SCRAM-SHA-256 ${base64(gs2 + BARE)}\r\n`)
    const serverFirst = await challenge(client)
    assert.match(serverFirst, /^r=fyko\+d2lbbFgONRv9qkxdawL.{24},s=[^,]+,i=4096$/)
    const { final, signature } = proveScram('secret', BARE, serverFirst, gs2)
    client.send(`${base64(final)}\r\n`)
    assert.equal(await challenge(client), `v=${signature}`)
    await client.play(`
      C:
      S: 235 2.7.0
      C: MAIL FROM:<alice@example.test>
      S: 250
    `)
  }
})

test('SCRAM-SHA-256 goes wrong in many ways, and each has its answer', async () => {
  await using server = await openSubmission({ limits: { failedLogInsMax: 100, errorsMax: 100 } })
  using client = await server.connectTls()
  await greet(client)
  const first = async (message: string) => {
    client.send(`AUTH SCRAM-SHA-256\r\n`)
    assert.equal(await challenge(client), '')
    client.send(`${base64(message)}\r\n`)
  }
  for (const message of ['', 'n,,', 'p=tls-unique,,n=a,r=b', 'n,,n=a,r=b\0']) {
    await first(message)
    await client.play('S: 501 5.5.2')
  }
  await first(`n,a=root,${BARE}`)
  await client.play('S: 535 5.7.8')

  const answers: [answer: (serverFirst: string) => string, told: string][] = [
    [() => '*', 'S: 501 5.7.0'],
    [() => '!', 'S: 501 5.5.2'],
    [() => base64('c=biws,r=x'), 'S: 501 5.5.2'],
    [(said) => base64(proveScram('guess', BARE, said).final), 'S: 535 5.7.8'],
    [(said) => base64(proveScram('secret', BARE, said, 'y,,').final), 'S: 535 5.7.8'],
    [(said) => base64(proveScram('secret', BARE, `r=x${said.slice(2)}`).final), 'S: 535 5.7.8'],
  ]
  for (const [answer, told] of answers) {
    await first(`n,,${BARE}`)
    client.send(`${answer(await challenge(client))}\r\n`)
    await client.play(told)
  }
  // A client that does not believe us may say so at the end.
  await first(`n,,${BARE}`)
  const { final } = proveScram('secret', BARE, await challenge(client))
  client.send(`${base64(final)}\r\n`)
  await challenge(client)
  await client.play('C: *\nS: 501 5.7.0\nC: MAIL FROM:<alice@example.test>\nS: 530 5.7.0')
})

test('PLAIN and LOGIN, with what came along and without. RFC 4616, RFC 4954 §4', async () => {
  const password = base64('secret')
  const dialogues = [
    `C: AUTH PLAIN ${PLAIN}`,
    `C: auth plain\nS: 334\nC: ${PLAIN}`,
    `C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: ${LOGIN}\nS: 334 UGFzc3dvcmQ6\nC: ${password}`,
    `C: AUTH LOGIN ${LOGIN}\nS: 334 UGFzc3dvcmQ6\nC: ${password}`,
  ]
  for (const dialogue of dialogues) {
    await using server = await openSubmission()
    using client = await server.connectTls()
    await greet(client)
    await client.play(`${dialogue}\nS: 235 2.7.0\nC: NOOP\nS: 250`)
  }
})

test('what is no log-in is told so', async () => {
  await using server = await openSubmission({ limits: { failedLogInsMax: 100, errorsMax: 100 } })
  using client = await server.connectTls()
  await greet(client)
  await client.play(`
    C: AUTH
    S: 504 5.5.4
    C: AUTH GSSAPI
    S: 504 5.5.4
    C: AUTH CRAM-MD5
    S: 504 5.5.4
    C: AUTH SCRAM-SHA-256-PLUS
    S: 504 5.5.4
    C: AUTH constructor
    S: 504 5.5.4
    C: AUTH PLAIN a b
    S: 501 5.5.2
    C: AUTH PLAIN =
    S: 501 5.5.2
    C: AUTH PLAIN ${base64('alice\0bob\0secret')}
    S: 535 5.7.8
    C: AUTH PLAIN ${base64('\0bob\0secret')}
    S: 535 5.7.8 Wrong login or password
    C: AUTH PLAIN
    S: 334
    C: *
    S: 501 5.7.0
    C: AUTH LOGIN
    S: 334
    C:
    S: 501 5.5.2
    C: AUTH LOGIN ${LOGIN}
    S: 334
    C:
    S: 535 5.7.8
    C: AUTH PLAIN ${PLAIN}
    S: 235
  `)
  assert.deepEqual(
    server.told.filter((line) => JSON.stringify(line).includes('secret')),
    [],
    'passwords are not logged',
  )
})

test('CRAM-MD5, where it is offered. RFC 2195', async () => {
  await using server = await openSubmission({ cramMd5: true })
  for (const [password, told] of [
    ['secret', '235 2.7.0'],
    ['guess', '535 5.7.8'],
  ]) {
    using client = await server.connectTls()
    await greet(client)
    client.send('AUTH CRAM-MD5\r\n')
    const text = await challenge(client)
    assert.match(text, /^<[0-9a-f]{32}\.\d+@smtp\.example\.test>$/)
    const digest = createHmac('md5', `${password}`).update(text).digest('hex')
    await client.play(`C: ${base64(`${ALICE.login} ${digest}`)}\nS: ${told}`)
  }
  using client = await server.connectTls()
  await greet(client)
  await client.play(`C: AUTH CRAM-MD5 ${base64('x')}\nS: 501 5.5.2`)
})

test('without the directory, and when guessing is slowed, clients come again', async () => {
  const cases: [error: Error, told: string][] = [
    [new Fault('unavailable', 'away'), '454 4.7.0 Log-ins cannot be checked now'],
    [new Fault('busy', 'guessing'), '454 4.7.0 Too many attempts'],
    [new Error('UNIMPLEMENTED'), '454 4.7.0'],
  ]
  for (const [error, told] of cases) {
    const fails = () => Promise.reject(error)
    await using server = await openSubmission({
      credentials: { authenticate: fails, startScram: fails },
    })
    using client = await server.connectTls()
    await greet(client)
    await client.play(`
      C: AUTH PLAIN ${PLAIN}
      S: ${told}
      C: AUTH SCRAM-SHA-256 ${base64(`n,,${BARE}`)}
      S: ${told}
    `)
  }
})

test('the directory is told where a client is, behind a proxy too', async () => {
  const addresses: string[] = []
  await using server = await openSubmission({
    proxyFrom: '127.0.0.1',
    credentials: {
      authenticate: async (_login, _password, address) => {
        addresses.push(address)
        return ALICE
      },
    },
  })
  using client = await server.connect()
  client.send('PROXY TCP4 192.0.2.7 192.0.2.1 1000 587\r\n')
  await client.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220')
  await client.startTls()
  await client.play(`C: EHLO x\nS: 250\nC: AUTH PLAIN ${PLAIN}\nS: 235`)
  assert.deepEqual(addresses, ['192.0.2.7'])
})

test('after some wrong passwords the connection ends; so it does when nobody logs in', async () => {
  await using server = await openSubmission({ limits: { failedLogInsMax: 2 } })
  using client = await server.connectTls()
  await greet(client)
  const wrong = base64('\0alice\0guess')
  await client.play(`
    C: AUTH PLAIN ${wrong}
    S: 535 5.7.8
    C: AUTH PLAIN ${wrong}
    S: 535 5.7.8
    S: 421 4.7.0 Too many failed log-ins
    S: closed
  `)
  await using hasty = await openSubmission({ limits: { logInMs: 50 } })
  using idle = await hasty.connect()
  await idle.play('S: 220\nS: 421 4.7.0 Log in sooner\nS: closed')
  using silent = await hasty.connect()
  await silent.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220')
  assert.equal(await silent.reply(), 'closed')
})
