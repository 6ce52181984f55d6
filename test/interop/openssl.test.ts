import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { passwordOf, startWorld, type World } from '../world.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'

describe('openssl s_client', needs('openssl'), () => {
  let world: World
  let home: Home
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE }])
  })
  after(async () => {
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  /** Talks until the server hangs up; lines end with CRLF. */
  function talk(port: number, options: string[], lines: string[]) {
    return home.run(
      'openssl',
      [
        ...['s_client', '-connect', `localhost:${port}`, '-CAfile', certificateOf(world)],
        ...['-verify_return_error', '-verify_hostname', 'localhost'],
        ...['-quiet', '-crlf', '-ign_eof', ...options],
      ],
      `${lines.join('\n')}\n`,
    )
  }

  const IMAP = [
    `a LOGIN ${ALICE} "${passwordOf(ALICE)}"`,
    'b SELECT INBOX',
    'c CAPABILITY',
    'd LOGOUT',
  ]

  test('IMAP over STARTTLS and over TLS, several lines at once', async () => {
    for (const [port, options] of [
      [world.at('imap').port, ['-starttls', 'imap']],
      [world.at('imaps').port, []],
      [world.at('imaps').port, ['-tls1_2']],
    ] as const) {
      const { code, stdout, stderr } = await talk(port, [...options], IMAP)
      assert.equal(code, 0, stderr)
      for (const tag of ['a', 'b', 'c', 'd']) assert.match(stdout, new RegExp(`^${tag} OK `, 'm'))
      const [, capabilities = ''] = /^\* CAPABILITY (.*)\r$/m.exec(stdout) ?? []
      assert.match(capabilities, /\bIMAP4rev1\b/)
      assert.doesNotMatch(capabilities, /STARTTLS|LOGINDISABLED/)
    }
  })

  test('SMTP over STARTTLS', async () => {
    const lines = [
      'EHLO client.elsewhere.test',
      'MAIL FROM:<someone@elsewhere.test>',
      `RCPT TO:<${ALICE}>`,
      'RSET',
      'quit',
    ]
    const { code, stdout, stderr } = await talk(world.at('smtp').port, ['-starttls', 'smtp'], lines)
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^250 2\.1\.5 /m)
    assert.match(stdout, /^221 /m)
    // s_client shows the last line of the EHLO before TLS; STARTTLS must not be offered after it.
    assert.doesNotMatch(stdout, /STARTTLS/)
  })

  test('TLS older than 1.2 is refused', async () => {
    for (const options of [['-tls1'], ['-tls1_1'], ['-tls1_1', '-starttls', 'imap']]) {
      const port = world.at(options.length > 1 ? 'imap' : 'imaps').port
      const security = ['-cipher', 'DEFAULT@SECLEVEL=0']
      const { code, stdout } = await talk(port, [...options, ...security], IMAP)
      assert.notEqual(code, 0, options.join(' '))
      assert.doesNotMatch(stdout, /OK/)
    }
  })
})
