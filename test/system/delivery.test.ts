import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTransport } from 'nodemailer'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { passwordOf, runCommand, startWorld, type World } from '../world.ts'

let world: World
before(async () => {
  world = await startWorld()
  await world.addAccounts([
    { login: 'alice@example.test', aliases: ['sales@example.test', 'a..b@example.test'] },
    { login: 'bob@example.test' },
    { login: '.carol.@example.test' },
  ])
})
after(() => world[Symbol.asyncDispose]())

test('a mail sent by swaks is read by curl', async () => {
  const { host, port } = world.at('smtp')
  const sent = await runCommand('swaks', [
    ...['--server', `${host}:${port}`, '--from', 'someone@elsewhere.test'],
    ...['--to', 'bob@example.test', '--header', 'Subject: by swaks', '--body', 'Hello, Bob.'],
  ])
  assert.equal(sent.code, 0, sent.stdout)
  await using client = await openImap(world, 'bob@example.test')
  await untilInboxHas(client, 1)

  const imap = world.at('imap')
  const read = await runCommand('curl', [
    ...['--silent', '--show-error', '--insecure', '--ssl-reqd'],
    ...['-u', `bob@example.test:${passwordOf('bob@example.test')}`],
    `imap://${imap.host}:${imap.port}/INBOX;UID=1`,
  ])
  assert.equal(read.code, 0, read.stderr)
  assert.match(read.stdout, /^Subject: by swaks\r$/m)
  assert.match(read.stdout, /Hello, Bob\./)
})

test('one mail to an account, its alias and another account is one copy for each account', async () => {
  const { host, port } = world.at('smtp')
  await using bob = await openImap(world, 'bob@example.test')
  await using alice = await openImap(world, 'alice@example.test')
  const before = (await readInbox(bob)).length
  const transport = createTransport({ host, port, tls: { rejectUnauthorized: false } })
  await transport.sendMail({
    from: 'Someone <someone@elsewhere.test>',
    to: ['alice@example.test', 'sales@example.test', 'bob@example.test'],
    subject: '請求書',
    text: 'よろしくお願いします。',
  })
  await untilInboxHas(bob, before + 1)
  await untilInboxHas(alice, 1)
  const copies = await readInbox(alice)
  assert.equal(copies.length, 1)
  assert.deepEqual(subjectOf(copies[0]?.source), subjectOf((await readInbox(bob)).at(-1)?.source))
})

test('addresses that RFC 5321 forbids and Japanese carriers issued are reached, raw and quoted', async () => {
  await using carol = await openImap(world, '.carol.@example.test')
  await using alice = await openImap(world, 'alice@example.test')
  const before = (await readInbox(alice)).length
  using smtp = await openSmtp(world.at('smtp'))
  const message = Buffer.from('Subject: legacy\r\n\r\nHello\r\n')
  for (const path of ['a..b@example.test', '"a..b"@example.test']) {
    assert.equal((await smtp.send('d..e.@carrier.test', [path], message)).code, 250, path)
  }
  assert.equal((await smtp.send('', ['.carol.@example.test'], message)).code, 250)
  await untilInboxHas(alice, before + 2)
  await untilInboxHas(carol, 1)
  const [read] = await readInbox(carol)
  assert.match(String(read?.source), /^Return-Path: <>\r\n/)
})

test('a client that idles hears of a new mail within a second', async () => {
  await using client = await openImap(world, 'bob@example.test')
  const lock = await client.getMailboxLock('INBOX')
  const idling = client.idle()
  using smtp = await openSmtp(world.at('smtp'))
  const told = new Promise<number>((resolve) => {
    client.once('exists', () => resolve(performance.now()))
  })
  const message = Buffer.from('Subject: wake up\r\n\r\n\r\n')
  await smtp.send('someone@elsewhere.test', ['bob@example.test'], message)
  const acceptedAt = performance.now()
  const waitedMs = (await told) - acceptedAt
  assert.ok(waitedMs < 1000, `told after ${waitedMs} ms`)
  await client.noop()
  await idling
  lock.release()
})

test('the 250 names the mail id, and the Received header carries it', async () => {
  await using client = await openImap(world, 'bob@example.test')
  const before = (await readInbox(client)).length
  using smtp = await openSmtp(world.at('smtp'))
  const message = Buffer.from('Subject: traced\r\n\r\n\r\n')
  const { text } = await smtp.send('someone@elsewhere.test', ['bob@example.test'], message)
  const mailId = /[0-9a-z]{26}/.exec(text)?.[0]
  assert.ok(mailId, text)
  await untilInboxHas(client, before + 1)
  const read = (await readInbox(client)).at(-1)
  assert.match(String(read?.source), new RegExp(`^Received: [^]*?id ${mailId}`, 'm'))
})

function subjectOf(source: Buffer | undefined): string | undefined {
  return /^Subject: .*$/m.exec(String(source))?.[0]
}
