/** What waits, what comes back to its sender and how it reads, and what operators do about the queue. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, readInbox, untilInboxHolds } from '../clients/imap.ts'
import { type Notice, readNotice } from '../clients/notice.ts'
import { checkLedger, type Outside, readJson, startOutside, trace } from '../clients/outside.ts'
import { overfill } from '../clients/overfill.ts'
import { openSmtp } from '../clients/smtp.ts'
import { submit } from '../clients/submission.ts'
import { startWorld, type World } from '../world.ts'

const ALICE = 'alice@example.test'
const FULL = 'full@example.test'

let outside: Outside
let world: World
let inbox: ImapFlow & AsyncDisposable
before(async () => {
  outside = await startOutside()
  world = await startWorld({ env: outside.env })
  await world.addAccounts([{ login: ALICE }, { login: FULL }])
  inbox = await openImap(world, ALICE)
})
after(async () => {
  await inbox?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
  await outside?.[Symbol.asyncDispose]()
})

async function cli(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await world.cli(args)
  assert.equal(code, 0, stderr)
  return stdout
}

/** Alice submits a mail; its Message-ID is `<name@example.test>`. */
async function send(name: string, to: string, more: { mail?: string; rcpt?: string } = {}) {
  const body = 'The body, which headers alone would not have.\r\n'
  await submit(world, { from: ALICE, to: [to], id: `${name}@example.test`, body, ...more })
  return `<${name}@example.test>`
}

async function noticesOf(id: string, count = 1): Promise<Notice[]> {
  const found = await untilInboxHolds(inbox, ['in-reply-to', id], count)
  return found.map(readNotice)
}

async function untilDone(): Promise<void> {
  for (;;) {
    const { open, queued } = await checkLedger(world)
    if (open + queued === 0) return
  }
}

interface Entry {
  readonly id: string
  readonly state: string
  readonly destination: string
  readonly recipients: readonly string[]
  readonly attempts: number
  readonly reason: string
  readonly hold: string
}

async function list(...filter: string[]): Promise<Entry[]> {
  return readJson(await cli('queue', 'list', '--json', ...filter))
}

/** Until something waits there, after an attempt. */
async function untilQueued(destination: string, count = 1): Promise<Entry[]> {
  for (;;) {
    const entries = await list('--destination', destination)
    const tried = entries.filter(({ attempts, state }) => attempts > 0 && state !== 'running')
    if (tried.length >= count) return tried
  }
}

async function act(action: string, ...args: string[]): Promise<Record<string, unknown>> {
  const [done = {}] = readJson<Record<string, unknown>>(
    await cli('queue', action, ...args, '--json'),
  )
  return done
}

test('mail for a full mailbox waits in the queue, and is delivered when there is room', async () => {
  const id = await overfill(world, FULL, 'waits')
  const [entry = assert.fail()] = await untilQueued('local')
  assert.equal(entry.reason, 'mailbox-full')
  await cli('account', 'set', FULL, '--quota', 'off')
  await using client = await openImap(world, FULL)
  await untilInboxHolds(client, ['message-id', id])
  await untilDone()
  assert.equal((await untilInboxHolds(client, ['message-id', id])).length, 1)
  assert.deepEqual(await list(), [])
})

test('a bounce is read by Python: what, for whom, why, in two languages, with the mail', async () => {
  await outside.open('refuses.test', { on: { rcpt: '550 5.1.1 No such user' } })
  const id = await send('read', 'nobody@refuses.test', { mail: 'ENVID=QQ314159' })
  const [notice = assert.fail()] = await noticesOf(id)
  const { type, report, types, text, status, defects, subject, returned } = notice
  assert.deepEqual([type, report, defects], ['multipart/report', 'delivery-status', []])
  assert.deepEqual(types.slice(0, 2), ['text/plain', 'message/delivery-status'])
  assert.match(subject, /メールを届けられませんでした/)
  assert.match(text, /存在しない/)
  assert.match(text, /no such address/)
  assert.match(text, /550 5\.1\.1 No such user/)
  const [mail, recipient] = status
  assert.equal(mail?.['Original-Envelope-Id'], 'QQ314159')
  assert.equal(mail?.['Reporting-MTA'], 'dns; mx.world.test')
  assert.equal(recipient?.Action, 'failed')
  assert.equal(recipient?.Status, '5.1.1')
  assert.match(recipient?.['Final-Recipient'] ?? '', /^rfc822; ?nobody@refuses\.test$/)
  assert.ok(returned.includes(`Message-ID: ${id}`))
})

test('RET decides how much of the mail comes back', async () => {
  await outside.open('returns.test', { on: { rcpt: '550 5.1.1 No such user' } })
  const headers = await send('hdrs', 'a@returns.test', { mail: 'RET=HDRS' })
  const whole = await send('full', 'a@returns.test', { mail: 'RET=FULL' })
  const [first = assert.fail()] = await noticesOf(headers)
  assert.equal(first.types[2], 'text/rfc822-headers')
  assert.ok(!first.returned.includes('The body'))
  const [second = assert.fail()] = await noticesOf(whole)
  assert.equal(second.types[2], 'message/rfc822')
  assert.ok(second.returned.includes('The body'))
})

test('NOTIFY=NEVER gets no bounce, NOTIFY=SUCCESS gets word of success', async () => {
  await outside.open('silent.test', { on: { rcpt: '550 5.1.1 No such user' } })
  await outside.open('no-dsn.test', { extensions: ['PIPELINING', '8BITMIME'] })
  const dsn = await outside.open('dsn.test')
  const never = await send('never', 'a@silent.test', { rcpt: 'NOTIFY=NEVER' })
  const relayed = await send('relayed', 'a@no-dsn.test', { rcpt: 'NOTIFY=SUCCESS' })
  const here = await send('here', FULL, { rcpt: 'NOTIFY=SUCCESS' })
  await send('handed', 'a@dsn.test', { rcpt: 'NOTIFY=SUCCESS ORCPT=rfc822;b+2Bx@dsn.test' })
  assert.equal((await noticesOf(relayed))[0]?.status[1]?.Action, 'relayed')
  assert.equal((await noticesOf(here))[0]?.status[1]?.Action, 'delivered')
  await dsn.accepted(1)
  // Who speaks DSN tells the sender himself.
  assert.match(dsn.mails[0]?.rcpt[0] ?? '', /NOTIFY=SUCCESS.* ORCPT=rfc822;b\+2Bx@dsn\.test/)
  await untilDone()
  const all = await readInbox(inbox)
  const about = (id: string) => all.filter(({ source }) => source.includes(`In-Reply-To: ${id}`))
  assert.deepEqual(about(never), [])
  assert.deepEqual(about('<handed@example.test>'), [])
  const [traced] = await trace(world, never)
  assert.equal(traced?.lines.at(-1)?.event, 'bounced')
})

test('a bounce that cannot be delivered ends there', async () => {
  const dead = await outside.open('dead.test', { on: { rcpt: '550 5.1.1 No such user' } })
  await cli('account', 'set', FULL, '--forward', 'nobody@dead.test', '--no-copy')
  using smtp = await openSmtp(world.at('smtp'))
  const message = Buffer.from('Message-ID: <dead@dead.test>\r\n\r\nHello\r\n')
  assert.equal((await smtp.send('nobody@dead.test', [FULL], message)).code, 250)
  await untilDone()
  const mails = readJson<{ sender: string; lines: { event: string }[] }>(
    await cli('trace', '--json', '--recipient', 'nobody@dead.test'),
  )
  const bounce = mails.find(({ sender }) => sender === '')
  assert.equal(bounce?.lines.at(-1)?.event, 'deleted')
  assert.equal(dead.mails.length, 0)
  await cli('account', 'set', FULL, '--no-forward')
})

test('operators hold, release, retry, bounce and delete what waits, by filters', async () => {
  const peer = await outside.open('waits.test', { on: { rcpt: () => '450 4.3.2 Not now' } })
  const ids: string[] = []
  for (const name of ['one', 'two', 'three']) ids.push(await send(name, `${name}@waits.test`))
  await untilQueued('waits.test', 3)
  const filter = ['--destination', 'waits.test']
  const dry = await act('hold', ...filter, '--dry-run')
  assert.partialDeepStrictEqual(dry, { dryRun: true, recipients: 3 })
  assert.deepEqual((await list('--state', 'held')).length, 0)
  await actOnAll('hold', 3, ...filter, '--because', 'looks odd')
  const held = await list('--state', 'held')
  assert.deepEqual(
    held.map(({ hold }) => hold),
    ['looks odd', 'looks odd', 'looks odd'],
  )
  assert.partialDeepStrictEqual(await checkLedger(world), { held: 3, queued: 0 })
  assert.equal((await list('--sender', '@example.test', '--recipient', 'two@waits.test')).length, 1)

  await act('bounce', '--recipient', 'two@waits.test', '--because', 'not from here')
  const [notice] = await noticesOf(ids[1] ?? '')
  assert.match(notice?.text ?? '', /not from here/)
  await act('delete', '--recipient', 'three@waits.test')
  peer.on('rcpt', 'accept')
  await act('release', '--recipient', 'one@waits.test')
  await peer.accepted(1)
  await untilDone()
  assert.match(peer.mails[0]?.rcpt[0] ?? '', /^<one@waits\.test>/)
  assert.equal(peer.mails.length, 1)
  const events = await Promise.all(
    ids.map(async (id) => (await trace(world, id))[0]?.lines.at(-1)?.event),
  )
  assert.deepEqual(events, ['relayed', 'bounced', 'deleted'])
})

/** Those that an attempt has under way are skipped: again, until all were met. */
async function actOnAll(action: string, count: number, ...args: string[]): Promise<void> {
  let done = 0
  while (done < count) done += Number((await act(action, ...args)).entries)
  assert.equal(done, count)
}

test('what is paused waits, and goes on when it is resumed', async () => {
  const peer = await outside.open('paused.test')
  await cli('queue', 'pause', '--destination', 'paused.test', '--because', 'they asked us to')
  assert.match(await cli('queue', 'pauses'), /paused\.test .*they asked us to/)
  await send('paused', 'a@paused.test')
  while ((await list('--destination', 'paused.test')).length === 0);
  assert.equal((await list('--destination', 'paused.test'))[0]?.attempts, 0)
  assert.equal(peer.connections.total, 0)
  await cli('queue', 'resume', '--destination', 'paused.test')
  await peer.accepted(1)
  await untilDone()
  assert.equal(peer.mails.length, 1)
})
