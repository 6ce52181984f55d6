import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { startWorld, type World } from '../world.ts'
import { certificateOf, type Home, needs, openHome } from './program.ts'

const ALICE = 'alice@example.test'
const LEGACY = ['a..b@example.test', '.a@example.test', 'a.@example.test']

describe('swaks', needs('swaks'), () => {
  let world: World
  let home: Home
  let alice: ImapFlow & AsyncDisposable
  let sentMails = 0
  before(async () => {
    home = await openHome()
    world = await startWorld()
    await world.addAccounts([{ login: ALICE, aliases: LEGACY }])
    alice = await openImap(world, ALICE)
  })
  after(async () => {
    await alice?.[Symbol.asyncDispose]()
    await world?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  async function swaks(...options: string[]) {
    return await home.run('swaks', [
      ...['--server', 'localhost', '--port', String(world.at('smtp').port)],
      ...['--from', 'someone@elsewhere.test', '--helo', 'client.elsewhere.test', '--to', ALICE],
      ...options,
    ])
  }

  /** Sends with these options, and returns the transcript and the mail as it arrived. */
  async function send(...options: string[]): Promise<{ transcript: string; mail: string }> {
    const { code, stdout, stderr } = await swaks(...options)
    assert.equal(code, 0, stdout + stderr)
    sentMails += 1
    await untilInboxHas(alice, sentMails)
    const lock = await alice.getMailboxLock('INBOX')
    try {
      const read = await alice.fetchOne('*', { source: true })
      assert.ok(read)
      return { transcript: stdout, mail: String(read.source) }
    } finally {
      lock.release()
    }
  }

  test('it sends in clear text, as ESMTP and as SMTP', async () => {
    const esmtp = await send('--protocol', 'ESMTP')
    assert.match(esmtp.mail, /^Received: from client\.elsewhere\.test [\s\S]*? with ESMTP\b/m)
    const smtp = await send('--protocol', 'SMTP')
    assert.match(smtp.mail, /^Received: from client\.elsewhere\.test [\s\S]*? with SMTP\b/m)
  })

  test('it sends over STARTTLS, checking the certificate, and the trace says so', async () => {
    const trust = ['--tls-ca-path', certificateOf(world), '--tls-verify']
    const { transcript, mail } = await send('--tls', ...trust)
    assert.match(transcript, /TLS started with cipher TLSv1\.3/)
    assert.match(mail, /^Received: from client\.elsewhere\.test [\s\S]*? with ESMTPS\b/m)
    await send('--tls', '--tls-protocol', 'tlsv1_2')
    const old = await swaks('--tls', '--tls-protocol', 'tlsv1_1')
    assert.notEqual(old.code, 0)
  })

  test('it pipelines, with TLS and without', async () => {
    await send('--pipeline')
    await send('--pipeline', '--tls')
    const refused = await swaks('--pipeline', '--to', 'nobody@example.test')
    assert.match(refused.stdout, /^<\*\* 550 5\.1\.1 /m)
    const partly = await send('--pipeline', '--to', `nobody@example.test,${ALICE}`)
    assert.match(partly.transcript, /^<\*\* 550 5\.1\.1 /m)
  })

  test('behind a proxy the trace names the address that the PROXY header names', async () => {
    const version1 = await send(
      ...['--proxy-version', '1', '--proxy-family', 'TCP4'],
      ...['--proxy-source', '192.0.2.7', '--proxy-source-port', '1234'],
      ...['--proxy-dest', '192.0.2.1', '--proxy-dest-port', '25'],
    )
    assert.match(version1.mail, /^Received: from client\.elsewhere\.test \([^)]*\[192\.0\.2\.7\]/m)
    const version2 = await send(
      ...['--proxy-version', '2', '--proxy-family', 'AF_INET6'],
      ...['--proxy-source', '2001:db8::7', '--proxy-source-port', '1234'],
      ...['--proxy-dest', '2001:db8::1', '--proxy-dest-port', '25', '--tls'],
    )
    assert.match(
      version2.mail,
      /^Received: from client\.elsewhere\.test \([^)]*\[IPv6:2001:db8::7\]/m,
    )
  })

  test('a raw PROXY header is read too', async () => {
    const text = 'TCP6 2001:db8::8 2001:db8::1 4321 25'
    const { mail } = await send('--proxy-version', '1', '--proxy', text)
    assert.match(mail, /\[IPv6:2001:db8::8\]/)
    const garbage = await swaks('--proxy-version', '1', '--proxy', 'NONSENSE 1 2 3')
    assert.notEqual(garbage.code, 0)
  })

  test('legacy addresses are taken as sender and as recipient', async () => {
    for (const address of LEGACY) {
      const { mail } = await send('--to', address, '--from', address)
      assert.match(
        mail,
        new RegExp(`^Return-Path: <"?${RegExp.escape(address.split('@')[0] ?? '')}"?@`),
      )
    }
    const { mail } = await send('--from', '<>', '--to', '"a..b"@example.test')
    assert.match(mail, /^Return-Path: <>\r\n/)
  })

  test('attachments, dots and Japanese arrive as they were sent', async () => {
    const attachment = await home.write('請求書.txt', '内容\n')
    const { mail } = await send(
      ...['--header', 'Subject: 請求書', '--body', '.\n..\nお願いします\n.'],
      ...['--attach', `@${attachment}`],
    )
    assert.match(mail, /^Subject: 請求書\r$/m)
    assert.match(mail, /\r\n\.\r\n\.\.\r\nお願いします\r\n\.\r\n/)
    assert.ok(mail.includes(Buffer.from('内容\n').toString('base64')))
  })
})
