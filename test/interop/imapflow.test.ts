import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ImapFlow, MessageStructureObject } from 'imapflow'
import { openImap } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'
import { JAPANESE, largeMail, plainMail, WITH_PARTS } from './mails.ts'
import { download, statusOf } from './reading.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const CAROL = 'carol@example.test'
const LARGE = largeMail(6_000_000)

let world: World
let alice: ImapFlow & AsyncDisposable
before(async () => {
  world = await startWorld()
  await world.addAccounts([{ login: ALICE }, { login: BOB }, { login: CAROL }])
  alice = await openImap(world, ALICE)
  for (const mail of [JAPANESE, WITH_PARTS, LARGE]) await alice.append('INBOX', mail)
})
after(async () => {
  await alice?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
})

test('opening a mailbox tells what is in it', async () => {
  const mailbox = await alice.mailboxOpen('INBOX')
  const { path, exists, uidNext, readOnly, permanentFlags } = mailbox
  assert.deepEqual({ path, exists, uidNext }, { path: 'INBOX', exists: 3, uidNext: 4 })
  assert.notEqual(readOnly, true)
  assert.ok(permanentFlags?.has('\\*') && permanentFlags.has('\\Seen'))
  assert.ok(mailbox.uidValidity > 0n)
  const examined = await alice.mailboxOpen('INBOX', { readOnly: true })
  assert.equal(examined.readOnly, true)
  await assert.rejects(alice.mailboxOpen('Nowhere'))
})

test('envelopes, structures and parts are as the mail has them', async () => {
  await alice.mailboxOpen('INBOX')
  const message = await alice.fetchOne('2', {
    ...{ uid: true, envelope: true, bodyStructure: true, size: true, internalDate: true },
    ...{ headers: ['subject', 'x-priority'], bodyParts: ['1', '2', '1.mime'] },
  })
  assert.ok(message)
  const { envelope, bodyStructure, bodyParts, size, headers } = message
  assert.equal(size, WITH_PARTS.length)
  assert.equal(envelope?.subject, '日本語')
  assert.deepEqual(envelope?.from, [{ name: 'Suzuki, Ichiro', address: 'suzuki@elsewhere.test' }])
  assert.equal(envelope?.inReplyTo, '<japanese@elsewhere.test>')
  assert.equal(envelope?.messageId, '<parts@elsewhere.test>')
  assert.deepEqual(envelope?.date, new Date('2026-11-21T02:00:00Z'))
  assert.equal(String(bodyParts?.get('1')), 'Plain text')
  assert.equal(String(bodyParts?.get('2')), 'JVBERi0xLjQK')
  assert.match(
    String(bodyParts?.get('1.mime')),
    /^Content-Type: text\/plain; charset=iso-2022-jp\r\n/,
  )
  assert.match(String(headers), /^X-Priority: 1\r$/m)
  assert.deepEqual(typesOf(bodyStructure), ['multipart/mixed', 'text/plain', 'application/pdf'])
  assert.equal(bodyStructure?.childNodes?.[1]?.dispositionParameters?.filename, '請求書.pdf')
})

test('a part is downloaded decoded, a large mail in chunks', async () => {
  await alice.mailboxOpen('INBOX')
  const { content, meta } = await download(alice, '2', '2')
  assert.equal(meta.contentType, 'application/pdf')
  assert.equal(String(content), '%PDF-1.4\n')
  assert.ok((await download(alice, '3')).content.equals(LARGE))
})

test('searches find by text, flags, dates, sizes and headers', async () => {
  await alice.mailboxOpen('INBOX')
  await alice.messageFlagsAdd('2', ['\\Flagged', '$Todo'])
  const search = async (query: Parameters<ImapFlow['search']>[0]) =>
    (await alice.search(query)) || []
  assert.deepEqual(await search({ subject: '請求書' }), [1])
  assert.deepEqual(await search({ body: 'お世話' }), [1])
  assert.deepEqual(await search({ flagged: true }), [2])
  assert.deepEqual(await search({ keyword: '$Todo' }), [2])
  assert.deepEqual(await search({ larger: 1_000_000 }), [3])
  assert.deepEqual(await search({ header: { 'x-priority': '1' } }), [2])
  assert.deepEqual(await search({ header: { 'message-id': true } }), [1, 2, 3])
  assert.deepEqual(await search({ or: [{ from: 'suzuki' }, { from: '山田' }] }), [1, 2])
  assert.deepEqual(await search({ sentOn: new Date('2026-11-21') }), [1, 2])
  assert.deepEqual(await search({ not: { seq: '1:2' } }), [3])
  assert.deepEqual(
    await search({ since: new Date('2000-01-01'), before: new Date('2001-01-01') }),
    [],
  )
})

test('flags are added, taken away and set', async () => {
  await alice.mailboxOpen('INBOX')
  const flags = async () => {
    const message = await alice.fetchOne('1', { flags: true })
    return message ? [...(message.flags ?? [])].sort() : []
  }
  await alice.messageFlagsSet('1', ['\\Seen', 'Privat'])
  assert.deepEqual(await flags(), ['Privat', '\\Seen'])
  await alice.messageFlagsAdd('1', ['\\Answered'])
  await alice.messageFlagsRemove('1', ['Privat'])
  assert.deepEqual(await flags(), ['\\Answered', '\\Seen'])
})

test('mailboxes are made, renamed with their children, and deleted', async () => {
  await using bob = await openImap(world, BOB)
  await bob.mailboxCreate(['取引先', '東京'])
  await bob.append('取引先/東京', plainMail('kept'))
  await bob.mailboxRename('取引先', '顧客')
  const paths = (await bob.list()).map(({ path }) => path).sort()
  assert.deepEqual(paths, ['INBOX', '顧客', '顧客/東京'])
  const status = await statusOf(bob, '顧客/東京')
  assert.deepEqual([status.messages, status.unseen, status.uidNext], [1, 1, 2])
  assert.equal((await bob.mailboxDelete('顧客/東京')).path, '顧客/東京')
  await bob.mailboxSubscribe('顧客')
  const [subscribed] = (await bob.list()).filter(({ path }) => path === '顧客')
  assert.equal(subscribed?.subscribed, true)
})

test('a copy and a move tell the new UIDs', async () => {
  await using bob = await openImap(world, BOB)
  await bob.mailboxCreate('Archive')
  const appended = []
  for (const subject of ['one', 'two', 'three']) {
    appended.push(await bob.append('INBOX', plainMail(subject), ['\\Flagged']))
  }
  const uids = appended.map((result) => (typeof result === 'object' ? (result.uid ?? 0) : 0))
  await bob.mailboxOpen('INBOX')
  const copied = await bob.messageCopy(uids.slice(0, 1).join(), 'Archive', { uid: true })
  assert.ok(copied)
  assert.deepEqual([...(copied.uidMap ?? [])], [[uids[0], 1]])
  const moved = await bob.messageMove(uids.slice(1).join(), 'Archive', { uid: true })
  assert.ok(moved)
  assert.deepEqual(
    [...(moved.uidMap ?? [])],
    [
      [uids[1], 2],
      [uids[2], 3],
    ],
  )
  assert.equal((await statusOf(bob, 'INBOX')).messages, 1)
  await bob.mailboxOpen('Archive')
  const archived = await bob.fetchAll('1:*', { envelope: true, flags: true })
  assert.deepEqual(
    archived.map(({ envelope }) => envelope?.subject),
    ['one', 'two', 'three'],
  )
  assert.ok(archived.every(({ flags }) => flags?.has('\\Flagged')))
})

test('a client that idles hears of new mail, flags and expunges', async () => {
  await using idling = await openImap(world, CAROL)
  await using other = await openImap(world, CAROL)
  await idling.mailboxOpen('INBOX')
  await other.mailboxOpen('INBOX')
  const next = <Told>(event: 'exists' | 'flags' | 'expunge') =>
    new Promise<Told>((resolve) => idling.once(event, resolve as never))

  const idle = idling.idle()
  const exists = next<{ count: number }>('exists')
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.send('someone@elsewhere.test', [CAROL], plainMail('wake up'))
  assert.equal((await exists).count, 1)
  const flags = next<{ seq: number; flags: Set<string> }>('flags')
  await other.noop()
  await other.messageFlagsAdd('1', ['\\Flagged'])
  assert.ok((await flags).flags.has('\\Flagged'))
  const expunged = next<{ seq: number }>('expunge')
  await other.messageDelete('1')
  assert.equal((await expunged).seq, 1)
  await idling.noop()
  await idle
})

test('a FETCH of messages some of which another client expunged gives the others', async () => {
  await using one = await openImap(world, CAROL)
  await using other = await openImap(world, CAROL)
  for (const subject of ['first', 'second']) await one.append('INBOX', plainMail(subject))
  await one.mailboxOpen('INBOX')
  await other.mailboxOpen('INBOX')
  await other.messageDelete('1')
  const left = await one.fetchAll('1:*', { source: true })
  assert.deepEqual(
    left.map(({ source }) => String(source)),
    [String(plainMail('second'))],
  )
})

test('what we offer is found, and an account without a limit has no quota', async () => {
  assert.deepEqual(await alice.getQuota('INBOX'), { path: 'INBOX' })
  for (const name of ['IDLE', 'MOVE', 'QUOTA']) assert.ok(alice.capabilities.has(name), name)
})

function typesOf(structure: MessageStructureObject | undefined): string[] {
  if (structure === undefined) return []
  return [structure.type, ...(structure.childNodes ?? []).flatMap(typesOf)]
}
