/** Other people's programs send as users: each logs in its way. */

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { passwordOf, startWorld, type World } from '../world.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const MAIL = `From: Alice <${ALICE}>\nTo: ${BOB}\nSubject: by a program\n\nHello, Bob.\n`

let world: World
let home: Home
let bob: ImapFlow & AsyncDisposable
let sentMails = 0
before(async () => {
  home = await openHome()
  world = await startWorld({ env: { SUBMISSION_CRAM_MD5: 'yes' } })
  await world.addAccounts([{ login: ALICE }, { login: BOB }])
  const kept = await world.cli(['sending', 'set', '--account', ALICE, '--cram-md5', 'yes'])
  assert.equal(kept.code, 0, kept.stderr)
  const again = await world.cli(['account', 'set', ALICE, '--password-stdin'], passwordOf(ALICE))
  assert.equal(again.code, 0, again.stderr)
  bob = await openImap(world, BOB)
})
after(async () => {
  await bob?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
  await home[Symbol.asyncDispose]()
})

/** Runs what sends one mail, and returns what arrived. */
async function arrived(program: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await home.run(program, args, input)
  assert.equal(code, 0, stdout + stderr)
  return next()
}

async function next(): Promise<string> {
  sentMails += 1
  await untilInboxHas(bob, sentMails)
  return String((await readInbox(bob)).at(-1)?.source)
}

function assertSubmitted(mail: string): void {
  assert.match(mail, /^Received: from \S+ \(\[127\.0\.0\.1\]\)\r\n\tby \S+ with ESMTPSA id /m)
  assert.match(mail, /^From: .*alice@example\.test/m)
  assert.match(mail, /^Message-I[Dd]: <.+>\r$/m)
  assert.match(mail, /^Date: .+\r$/m)
}

describe('swaks', needs('swaks'), () => {
  const to = ['--from', ALICE, '--to', BOB, '--auth-user', ALICE]
  const secret = ['--auth-password', passwordOf(ALICE)]
  const at = (listener: 'submission' | 'submissions') => [
    ...['--server', 'localhost', '--port', String(world.at(listener).port)],
    ...(listener === 'submission' ? ['--tls'] : ['--tls-on-connect']),
    ...['--tls-ca-path', certificateOf(world), '--tls-verify'],
  ]

  test('it logs in by PLAIN, LOGIN and CRAM-MD5, on both ports', async () => {
    for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
      for (const listener of ['submission', 'submissions'] as const) {
        const args = [...at(listener), ...to, ...secret, '--auth', mechanism]
        assertSubmitted(await arrived('swaks', args))
      }
    }
  })

  test('it pipelines', async () => {
    const args = [...at('submission'), ...to, ...secret, '--auth', 'PLAIN', '--pipeline']
    assertSubmitted(await arrived('swaks', args))
  })

  test('a wrong password, and no TLS', async () => {
    const wrong = await home.run('swaks', [
      ...[...at('submission'), ...to, '--auth', 'PLAIN', '--auth-password', 'guess'],
    ])
    assert.match(wrong.stdout, /^<~\* 535 5\.7\.8 /m)
    const clear = await home.run('swaks', [
      ...['--server', 'localhost', '--port', String(world.at('submission').port)],
      ...[...to, ...secret, '--auth', 'PLAIN'],
    ])
    assert.notEqual(clear.code, 0)
    assert.doesNotMatch(clear.stdout, /AUTH PLAIN/)
  })
})

describe('curl', needs('curl'), () => {
  test('it logs in by PLAIN, LOGIN and CRAM-MD5', async () => {
    const file = await home.write('mail.eml', MAIL.replaceAll('\n', '\r\n'))
    for (const mechanism of ['PLAIN', 'LOGIN', 'CRAM-MD5']) {
      const mail = await arrived('curl', [
        ...['--silent', '--show-error', '--cacert', certificateOf(world)],
        ...['--login-options', `AUTH=${mechanism}`, '--user', `${ALICE}:${passwordOf(ALICE)}`],
        ...['--mail-from', ALICE, '--mail-rcpt', BOB, '--upload-file', file],
        `smtps://localhost:${world.at('submissions').port}`,
      ])
      assertSubmitted(mail)
    }
  })
})

describe('python', needs('python3'), () => {
  test('its smtplib sends, with DSN parameters, and is told who is refused', async () => {
    const script = await home.write('send.py', PYTHON)
    const port = String(world.at('submission').port)
    const args = [script, port, certificateOf(world), ALICE, passwordOf(ALICE), BOB]
    const mail = await arrived('python3', args)
    assertSubmitted(mail)
    assert.match(mail, /^\.leading dot\r$/m)
    assert.doesNotMatch(mail, /^Bcc:/im)
  })
})

const PYTHON = `
import smtplib, ssl, sys
port, ca, user, password, to = sys.argv[1:]
context = ssl.create_default_context(cafile=ca)
with smtplib.SMTP('localhost', int(port)) as smtp:
    smtp.starttls(context=context)
    smtp.login(user, password)
    text = 'From: %s\\r\\nTo: %s\\r\\nBcc: hidden@elsewhere.test\\r\\n\\r\\n.leading dot\\r\\n' % (user, to)
    try:
        smtp.sendmail(user, ['nobody@example.test'], text)
        sys.exit('an unknown recipient was taken')
    except smtplib.SMTPRecipientsRefused as refused:
        assert refused.recipients['nobody@example.test'][0] == 550
    options = ['NOTIFY=SUCCESS,FAILURE', 'ORCPT=rfc822;' + to]
    smtp.sendmail(user, [to], text, mail_options=['RET=HDRS', 'ENVID=x1'], rcpt_options=options)
`

describe('msmtp', needs('msmtp'), () => {
  test('it logs in by SCRAM-SHA-256, PLAIN and LOGIN', async () => {
    for (const mechanism of ['scram-sha-256', 'plain', 'login']) {
      const mail = await arrived(
        'msmtp',
        [
          ...['--host=localhost', `--port=${world.at('submissions').port}`, '--tls=on'],
          ...['--tls-starttls=off', `--tls-trust-file=${certificateOf(world)}`],
          ...[`--auth=${mechanism}`, `--user=${ALICE}`],
          ...[`--passwordeval=echo '${passwordOf(ALICE)}'`, `--from=${ALICE}`, BOB],
        ],
        MAIL,
      )
      assertSubmitted(mail)
    }
  })

  test('a wrong password fails by SCRAM-SHA-256 too', async () => {
    const { code, stderr } = await home.run(
      'msmtp',
      [
        ...['--host=localhost', `--port=${world.at('submission').port}`, '--tls=on'],
        ...[`--tls-trust-file=${certificateOf(world)}`, '--auth=scram-sha-256'],
        ...[`--user=${ALICE}`, '--passwordeval=echo guess', `--from=${ALICE}`, BOB],
      ],
      MAIL,
    )
    assert.notEqual(code, 0)
    assert.match(stderr, /535 5\.7\.8/)
  })
})

describe('gsasl', needs('gsasl'), () => {
  test('it logs in by SCRAM-SHA-256 and believes what the server proves', async () => {
    const { code, stdout, stderr } = await home.run('gsasl', [
      ...['--smtp', `--connect=localhost:${world.at('submission').port}`],
      ...[`--x509-ca-file=${certificateOf(world)}`, '--mechanism=SCRAM-SHA-256'],
      ...[`--authentication-id=${ALICE}`, `--authorization-id=${ALICE}`],
      ...[`--password=${passwordOf(ALICE)}`, '--no-cb'],
    ])
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout + stderr, /235 2\.7\.0|authentication succeeded/i)
  })
})

describe('mutt', needs('mutt'), () => {
  test('it sends a mail from the command line', async () => {
    const password = encodeURIComponent(passwordOf(ALICE))
    await home.write(
      '.muttrc',
      `
set smtp_url="smtps://${encodeURIComponent(ALICE)}:${password}@localhost:${world.at('submissions').port}/"
set certificate_file="${certificateOf(world)}"
set ssl_verify_host=yes
set from="${ALICE}"
set record=""
set copy=no
`,
    )
    const args = ['-s', '件名', '-b', 'hidden@elsewhere.test', BOB]
    const mail = await arrived('mutt', args, 'Hello, Bob.\n')
    assertSubmitted(mail)
    assert.doesNotMatch(mail, /hidden@/)
  })
})

test('nodemailer sends on both ports', async () => {
  const auth = { user: ALICE, pass: passwordOf(ALICE) }
  for (const listener of ['submission', 'submissions'] as const) {
    const { host, port } = world.at(listener)
    const secure = listener === 'submissions'
    const tls = { rejectUnauthorized: false }
    const transport = createTransport({ host, port, secure, requireTLS: true, tls, auth })
    const from = `山田 <${ALICE}>`
    await transport.sendMail({ from, to: BOB, bcc: 'hidden@elsewhere.test', text: 'こんにちは' })
    transport.close()
    const mail = await next()
    assertSubmitted(mail.replace(/^From: .*\r$/m, `From: ${ALICE}\r`))
    assert.doesNotMatch(mail, /hidden@/)
  }
})
