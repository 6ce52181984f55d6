import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { createTransport } from 'nodemailer'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { startWorld, type World } from '../world.ts'
import { download, statusOf } from './reading.ts'

const ALICE = 'alice@example.test'
const FROM = '山田 <yamada@elsewhere.test>'

let world: World
let alice: ImapFlow & AsyncDisposable
before(async () => {
  world = await startWorld()
  await world.addAccounts([{ login: ALICE, aliases: ['受付@example.test', 'a..b@example.test'] }])
  alice = await openImap(world, ALICE)
})
after(async () => {
  await alice?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
})

function connect(options: { pool?: true; requireTLS?: boolean; ignoreTLS?: boolean } = {}) {
  const { host, port } = world.at('smtp')
  const tls = { rejectUnauthorized: false }
  return createTransport({ host, port, requireTLS: true, tls, ...options })
}

async function inboxLength(): Promise<number> {
  return (await statusOf(alice, 'INBOX')).messages ?? 0
}

test('a 5 MB attachment with a Japanese name arrives whole', async () => {
  const content = randomBytes(5_000_000)
  const filename = '令和8年度 御見積書（最終版）.pdf'
  const before = await inboxLength()
  await connect().sendMail({
    ...{ from: FROM, to: ALICE, subject: '御見積書', text: '添付します。' },
    attachments: [{ filename, content }],
  })
  await untilInboxHas(alice, before + 1)
  const lock = await alice.getMailboxLock('INBOX')
  const message = await alice.fetchOne('*', { bodyStructure: true, envelope: true })
  assert.ok(message)
  assert.equal(message.envelope?.subject, '御見積書')
  assert.equal(message.envelope?.from?.[0]?.name, '山田')
  const attachment = message.bodyStructure?.childNodes?.[1]
  assert.equal(attachment?.dispositionParameters?.filename, filename)
  const downloaded = await download(alice, '*', '2')
  lock.release()
  assert.equal(downloaded.meta.filename, filename)
  assert.ok(downloaded.content.equals(content), 'the attachment differs')
})

test('twenty mails over pooled connections are twenty mails, in clear text or not', async () => {
  const before = await inboxLength()
  for (const options of [{}, { requireTLS: false, ignoreTLS: true }]) {
    const pool = connect({ pool: true, ...options })
    const subjects = Array.from(
      { length: 10 },
      (_, index) => `pooled ${index} ${options.ignoreTLS}`,
    )
    await Promise.all(subjects.map((subject) => pool.sendMail({ from: FROM, to: ALICE, subject })))
    pool.close()
  }
  await untilInboxHas(alice, before + 20)
  const lock = await alice.getMailboxLock('INBOX')
  const mails = await alice.fetchAll(`${before + 1}:*`, { envelope: true })
  lock.release()
  assert.equal(new Set(mails.map(({ envelope }) => envelope?.subject)).size, 20)
})

test('addresses in Japanese go with SMTPUTF8, others without', async () => {
  const before = await inboxLength()
  const sent = await connect().sendMail({
    ...{ from: '差出人@elsewhere.test', to: '受付@example.test', subject: '国際化', text: 'はい' },
  })
  assert.deepEqual(sent.accepted, ['受付@example.test'])
  await untilInboxHas(alice, before + 1)
  const lock = await alice.getMailboxLock('INBOX')
  const read = await alice.fetchOne('*', { source: true })
  lock.release()
  assert.ok(read)
  assert.match(String(read.source), /^Return-Path: <差出人@elsewhere\.test>\r\n/)
  assert.match(String(read.source), /with UTF8SMTPS\b/)
})

test('a size beyond what we announce, and unknown recipients, are refused at once', async () => {
  const before = await inboxLength()
  const limit = 50 * 1024 * 1024
  const size = limit + 1
  await assert.rejects(
    connect().sendMail({ envelope: { from: ALICE, to: ALICE, size }, raw: 'Subject: x\r\n\r\n' }),
    { message: `Message size larger than allowed ${limit}` },
  )
  await assert.rejects(connect().sendMail({ from: FROM, to: 'nobody@example.test' }), {
    responseCode: 550,
    command: 'RCPT TO',
  })
  const partly = await connect().sendMail({ from: FROM, to: ['nobody@example.test', ALICE] })
  assert.deepEqual(partly.accepted, [ALICE])
  assert.deepEqual(partly.rejected, ['nobody@example.test'])
  await untilInboxHas(alice, before + 1)
})

test('8-bit bodies, quoted-printable and base64 arrive as the same text', async () => {
  const text = 'お世話になっております。\r\n.\r\nFrom here\r\n'.repeat(50)
  const before = await inboxLength()
  const encodings = ['8bit', 'quoted-printable', 'base64'] as const
  for (const [index, textEncoding] of encodings.entries()) {
    const body =
      textEncoding === '8bit'
        ? { raw: `Subject: raw\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${text}` }
        : { text, textEncoding, subject: textEncoding }
    const envelope = { from: 'yamada@elsewhere.test', to: ALICE, use8BitMime: true }
    await connect().sendMail({ envelope, from: FROM, to: ALICE, ...body })
    await untilInboxHas(alice, before + index + 1)
  }
  const lock = await alice.getMailboxLock('INBOX')
  for (let sequence = before + 1; sequence <= before + 3; sequence += 1) {
    const { content } = await download(alice, String(sequence), '1')
    assert.equal(String(content).replaceAll(/\r?\n/g, '\r\n').trimEnd(), text.trimEnd())
  }
  lock.release()
})
