import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

const FIXTURES = join(import.meta.dirname, '../fixtures/mail')

let world: World
before(async () => {
  world = await startWorld()
  await world.addAccounts([{ login: 'alice@example.test' }])
})
after(() => world[Symbol.asyncDispose]())

/** What a mail may look like when it comes by SMTP: every line ends with CRLF, anything else goes. */
function wireForm(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').replaceAll(/\r\n|\r|\n/g, '\r\n')
  return Buffer.from(text.endsWith('\r\n') ? text : `${text}\r\n`, 'latin1')
}

test('the bytes that are read are the bytes that were sent, with our trace in front', async () => {
  const mails = readdirSync(FIXTURES).map((name) => wireForm(readFileSync(join(FIXTURES, name))))
  const large = randomBytes(3_000_000).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  mails.push(wireForm(Buffer.from(`Subject: large\r\n\r\n${large}`)))
  mails.push(wireForm(Buffer.from('Subject: dots\r\n\r\n.\r\n..\r\n.a\r\n...\r\n')))
  assert.ok(mails.length > 10)

  await using client = await openImap(world, 'alice@example.test')
  using smtp = await openSmtp(world.at('smtp'))
  for (const [index, mail] of mails.entries()) {
    const { code, text } = await smtp.send('someone@elsewhere.test', ['alice@example.test'], mail)
    assert.equal(code, 250, `mail ${index}: ${text}`)
    await untilInboxHas(client, index + 1)
  }
  const read = await readInbox(client)
  for (const [index, mail] of mails.entries()) {
    const source = read[index]?.source ?? Buffer.alloc(0)
    const trace = source.subarray(0, source.length - mail.length).toString('latin1')
    assert.ok(source.subarray(source.length - mail.length).equals(mail), `mail ${index} differs`)
    assert.match(
      trace,
      /^Return-Path: <someone@elsewhere\.test>\r\n(?:Received: .*\r\n(?:[ \t].*\r\n)*)$/,
    )
  }
})
