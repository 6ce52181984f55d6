/** Mail of users, from AUTH to the mailbox of whom they write to, with every service as it runs. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, test } from 'node:test'
import { connect } from 'node:tls'
import type { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { SmtpClient } from '../clients/smtp.ts'
import { passwordOf, startWorld, type World } from '../world.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const LEGACY = ['a..b@example.test', '.a@example.test', 'a.@example.test']

let world: World
let bob: ImapFlow & AsyncDisposable
let sentMails = 0
before(async () => {
  world = await startWorld()
  await world.addAccounts([
    { login: ALICE, aliases: ['sales@example.test', 'al..ice@example.test'] },
    { login: BOB, aliases: [...LEGACY, '受付@example.test'] },
  ])
  bob = await openImap(world, BOB)
})
after(async () => {
  await bob?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
})

/** A session of a user over TLS that has logged in. */
async function logIn(user = ALICE): Promise<SmtpClient> {
  const socket = connect({ ...world.at('submissions'), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const client = new SmtpClient(socket)
  await client.reply()
  await client.command('EHLO client.example')
  const plain = Buffer.from(`\0${user}\0${passwordOf(user)}`).toString('base64')
  const { code, text } = await client.command(`AUTH PLAIN ${plain}`)
  assert.equal(code, 235, text)
  return client
}

async function nextOfBob(): Promise<string> {
  sentMails += 1
  await untilInboxHas(bob, sentMails)
  return String((await readInbox(bob)).at(-1)?.source)
}

async function refusal(client: SmtpClient, line: string): Promise<string> {
  const { code, text } = await client.command(line)
  return `${code} ${text}`
}

test('a mail is completed, and says nothing of its secret recipients', async () => {
  using client = await logIn()
  const header = `From: ${ALICE}\r\nSubject: =?utf-8?B?5Lu25ZCN?=\r\n`
  const rest = '\r\n.dots\r\n..\r\n\x80\xff trailing \t\r\n\r\n'
  const message = Buffer.from(
    `${header}Bcc: x@elsewhere.test,\r\n y@elsewhere.test\r\n${rest}`,
    'latin1',
  )
  const { code, text } = await client.send(ALICE, [BOB], message)
  assert.equal(code, 250, text)
  const mail = await nextOfBob()
  assert.doesNotMatch(mail, /Bcc|elsewhere/i)
  assert.match(mail, /^Message-ID: <[0-9a-z]{26}@\S+>\r$/m)
  assert.match(mail, /^Date: \w{3}, .* \+0000\r$/m)
  assert.match(mail, /with ESMTPSA id \S+ for <bob@example\.test>;/)
  const [read] = (await readInbox(bob)).slice(-1)
  assert.ok(read?.source.toString('latin1').endsWith(`\r\n${header}${rest}`))
})

test('nobody sends as somebody else, in the envelope or in From', async () => {
  using client = await logIn()
  assert.match(await refusal(client, `MAIL FROM:<${BOB}>`), /^55\d 5\.7\.\d /)
  assert.match(await refusal(client, 'MAIL FROM:<ceo@elsewhere.test>'), /^55\d 5\.7\.\d /)
  for (const from of [BOB, `${ALICE}, ${BOB}\r\nSender: ${ALICE}`, `<${ALICE}> <${BOB}>`]) {
    const { code, text } = await client.send(
      ALICE,
      [BOB],
      Buffer.from(`From: ${from}\r\n\r\nx\r\n`),
    )
    assert.equal(code, 550, `${from}: ${text}`)
  }
  for (const own of ['sales@example.test', 'al..ice@example.test', '"al..ice"@example.test']) {
    const { code, text } = await client.send(own, [BOB], Buffer.from(`From: ${own}\r\n\r\nx\r\n`))
    assert.equal(code, 250, `${own}: ${text}`)
    await nextOfBob()
  }
})

test('recipients as Japanese carriers issued them are reached, raw and quoted', async () => {
  using client = await logIn()
  const quoted = LEGACY.map((address) => address.replace(/^(.*)@/, '"$1"@'))
  for (const recipient of [...LEGACY, ...quoted]) {
    const message = Buffer.from(`From: ${ALICE}\r\nTo: ${recipient}\r\n\r\nx\r\n`)
    const { code, text } = await client.send(ALICE, [recipient], message)
    assert.equal(code, 250, `${recipient}: ${text}`)
    assert.ok((await nextOfBob()).includes(`for <${recipient.replaceAll('"', '')}>`))
  }
})

test('SMTPUTF8, by nodemailer', async () => {
  const auth = { user: ALICE, pass: passwordOf(ALICE) }
  const { host, port } = world.at('submission')
  const tls = { rejectUnauthorized: false }
  const transport = createTransport({ host, port, requireTLS: true, tls, auth })
  await transport.sendMail({ from: ALICE, to: '受付@example.test', subject: '件名', text: '本文' })
  assert.match(await nextOfBob(), /with UTF8SMTPSA id /)
})

test('20 MB pass byte for byte; what is too large is refused before it travels', async () => {
  using client = await logIn()
  assert.match(await refusal(client, `MAIL FROM:<${ALICE}> SIZE=60000000`), /^552 5\.3\.4 /)
  const lines = Array.from({ length: 260_000 }, () => `${randomBytes(57).toString('base64')}\r\n`)
  const message = Buffer.from(`From: ${ALICE}\r\n\r\n${lines.join('')}`)
  const { code, text } = await client.send(ALICE, [BOB], message)
  assert.equal(code, 250, text)
  const mail = await nextOfBob()
  assert.ok(mail.endsWith(message.toString()))
})

test('who drops in the middle sends nothing; recipients that do not exist are told at once', async () => {
  {
    using client = await logIn()
    await client.command(`MAIL FROM:<${ALICE}>`)
    assert.match(await refusal(client, 'RCPT TO:<nobody@example.test>'), /^550 5\.1\.1 /)
    assert.match(await refusal(client, 'RCPT TO:<someone@elsewhere.test>'), /^250 2\.1\.5 /)
    await client.command(`RCPT TO:<${BOB}>`)
    await client.command('DATA')
    await client.write(`From: ${ALICE}\r\n\r\nhalf of it\r\n.`)
    client.socket.destroy()
  }
  using client = await logIn()
  const whole = Buffer.from(`From: ${ALICE}\r\nSubject: whole\r\n\r\nx\r\n`)
  await client.send(ALICE, [BOB], whole)
  assert.match(await nextOfBob(), /^Subject: whole\r$/m)
})

test('guessing is slowed for all processes, and told as something that passes', async () => {
  let told = ''
  for (let guess = 0; guess < 100 && !told.startsWith('454 4.7.0'); guess++) {
    const socket = connect({ ...world.at('submissions'), rejectUnauthorized: false })
    await once(socket, 'secureConnect')
    using client = new SmtpClient(socket)
    await client.reply()
    await client.command('EHLO x')
    const plain = Buffer.from(`\0carol@example.test\0guess ${guess}`).toString('base64')
    told = await refusal(client, `AUTH PLAIN ${plain}`)
    assert.match(told, /^(535 5\.7\.8|454 4\.7\.0) /)
  }
  assert.match(told, /^454 4\.7\.0 Too many attempts/)
})
