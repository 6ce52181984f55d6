/** Mail leaves the platform for hosts of all kinds, and its sender hears of what could not be delivered. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ImapFlow } from 'imapflow'
import { openImap, untilInboxHolds } from '../clients/imap.ts'
import { checkLedger, type Outside, startOutside, type Traced, trace } from '../clients/outside.ts'
import type { Stage } from '../clients/peer-mx.ts'
import { bytesOf, type Draft, openSubmission, submitBy } from '../clients/submission.ts'
import { startWorld, type World } from '../world.ts'

const ALICE = 'alice@example.test'
/** How many of them is more than a destination may have connections. */
const STUCK = 30
const STUCK_MS = 2500

let outside: Outside
let world: World
let inbox: ImapFlow & AsyncDisposable
before(async () => {
  outside = await startOutside()
  world = await startWorld({
    env: { ...outside.env, DELIVERY_RETRY_AGE: '12s', DELIVERY_DELAY_NOTICE: '2s' },
  })
  await world.addAccounts([{ login: ALICE }])
  inbox = await openImap(world, ALICE)
})
after(async () => {
  await inbox?.[Symbol.asyncDispose]()
  await world?.[Symbol.asyncDispose]()
  await outside?.[Symbol.asyncDispose]()
})

/** Alice sends a mail; its id is found again by `trace` and in what answers it. */
function send(name: string, ...to: string[]): Promise<Draft> {
  return sendDraft({ from: ALICE, to, id: `${name}@example.test` })
}

async function sendDraft(draft: Draft): Promise<Draft> {
  using client = await openSubmission(world, ALICE)
  await submitBy(client, draft)
  return draft
}

async function traceOne({ id }: Draft): Promise<Traced> {
  const [mail, ...others] = await trace(world, `<${id}>`)
  assert.ok(mail !== undefined && others.length === 0, id)
  return mail
}

/** What became of a mail, once it has ended. */
async function ended(draft: Draft): Promise<Traced> {
  for (;;) {
    const mail = await traceOne(draft)
    const ends = mail.lines.filter(({ event }) => event === 'relayed' || event === 'bounced')
    if (ends.length === draft.to.length) return mail
  }
}

/** The events of a mail with what they are for, in their order. */
function eventsOf({ lines }: Traced): string[] {
  return lines.map(({ event, reason }) => (reason === '' ? event : `${event} ${reason}`))
}

/** The notices that a mail got, checked for what every notice has. */
async function noticesOf({ id }: Draft, count: number): Promise<string[]> {
  const notices = await untilInboxHolds(inbox, ['in-reply-to', `<${id}>`], count)
  assert.equal(notices.length, count)
  for (const bytes of notices) {
    const notice = String(bytes)
    assert.match(notice, /^Return-Path: <>\r\n/)
    assert.match(notice, /^Content-Type: multipart\/report; report-type=delivery-status;/m)
    assert.match(notice, /^Auto-Submitted: auto-replied\r$/m)
  }
  return notices.map(String)
}

async function noticeOf(draft: Draft): Promise<string> {
  const [notice = assert.fail()] = await noticesOf(draft, 1)
  return notice
}

test('one mail to several hosts arrives at each, once, and as it was sent', async () => {
  const peers = await Promise.all(
    ['one.test', 'two.test', 'three.test'].map((domain) => outside.open(domain)),
  )
  const draft = await send('several', 'a@one.test', 'b@one.test', 'c@two.test', 'd@three.test')
  await Promise.all(peers.map((peer) => peer.accepted(1)))
  assert.deepEqual(
    peers.map(({ mails }) => mails.map(({ rcpt }) => rcpt.map((path) => path.split(' ')[0]))),
    [[['<a@one.test>', '<b@one.test>']], [['<c@two.test>']], [['<d@three.test>']]],
  )
  const sent = bytesOf(draft)
  for (const { mails } of peers) {
    const [{ bytes, mail } = assert.fail()] = mails
    assert.match(mail, /^<alice@example\.test>/)
    assert.ok(bytes.subarray(-sent.length).equals(sent), String(bytes))
    assert.match(bytes.toString('latin1', 0, bytes.length - sent.length), /^Received: from \S+ \(/)
  }
  assert.deepEqual(eventsOf(await ended(draft)), ['relayed', 'relayed', 'relayed', 'relayed'])
})

test('a tar pit delays nobody else, and gets its mail; a slow server too', async () => {
  // 22 bytes, then as fast as anybody.
  const pit = await outside.open('pit.test', {
    on: { greeting: { dripMs: STUCK_MS / 22, reply: '220 mx.pit.test ESMTP' } },
  })
  const slow = await outside.open('slow.test', { on: { dot: { afterMs: 500 } } })
  const quick = await outside.open('quick.test')
  using client = await openSubmission(world, ALICE)
  for (let n = 0; n < STUCK; n++) {
    const id = `stuck-${n}@example.test`
    await submitBy(client, { from: ALICE, to: [`u${n}@pit.test`], id })
  }
  await send('past the pit', 'a@quick.test', 'a@slow.test')
  await quick.accepted(1)
  assert.equal(pit.mails.length, 0)
  await slow.accepted(1)
  await pit.accepted(STUCK)
  assert.equal(new Set(pit.mails.flatMap(({ rcpt }) => rcpt)).size, STUCK)
  assert.equal(pit.mails.length, STUCK)
})

test('who is told to come later comes later, and is not bounced', async () => {
  const peer = await outside.open('later.test', {
    on: { rcpt: ['450 4.2.0 Greylisted, try again', '451 4.7.1 Not yet'] },
  })
  const draft = await send('later', 'a@later.test')
  await peer.accepted(1)
  const mail = await ended(draft)
  assert.deepEqual(
    mail.lines.map(({ event, attempt }) => `${event} ${attempt}`),
    ['deferred 1', 'deferred 2', 'relayed 3'],
  )
  assert.equal(mail.lines[0]?.reply, '450 4.2.0 Greylisted, try again')
  assert.equal(peer.mails.length, 1)
})

const REFUSALS: readonly [stage: Stage, reply: string, status: string, reason: string][] = [
  ['mail', '550 5.1.8 We know no such sender', '5.1.8', 'sender-refused'],
  ['rcpt', '550 5.1.1 No such user', '5.1.1', 'bad-mailbox'],
  ['data', '554 5.6.0 Not like this', '5.6.0', 'content-refused'],
  ['dot', '554 5.7.1 Spam message rejected', '5.7.1', 'spam-refused'],
]

test('a refusal of the mail at any stage comes back to the sender, with its words and its class', async () => {
  const drafts: Draft[] = []
  for (const [stage, reply] of REFUSALS) {
    await outside.open(`${stage}.test`, { on: { [stage]: reply } })
    drafts.push(await send(`refused-at-${stage}`, `a@${stage}.test`))
  }
  for (const [at, [stage, reply, status, reason]] of REFUSALS.entries()) {
    const draft = drafts[at] ?? assert.fail()
    const notice = await noticeOf(draft)
    assert.match(notice, new RegExp(`^Final-Recipient: rfc822;\\s*a@${stage}\\.test\r$`, 'm'))
    assert.match(notice, /^Action: failed\r$/m)
    assert.match(notice, new RegExp(`^Status: ${status.replaceAll('.', '\\.')}\r$`, 'm'))
    assert.ok(notice.includes(`\r\nDiagnostic-Code: smtp; ${reply}\r\n`), notice)
    assert.deepEqual(eventsOf(await ended(draft)), [`bounced ${reason}`], stage)
  }
})

test('a connection that breaks within the message makes no second copy', async () => {
  const peer = await outside.open('cut.test', { on: { content: [{ dropAfterBytes: 100_000 }] } })
  const body = `${'x'.repeat(76)}\r\n`.repeat(20_000)
  const draft = await sendDraft({ from: ALICE, to: ['a@cut.test'], id: 'cut@example.test', body })
  await peer.accepted(1)
  assert.deepEqual(eventsOf(await ended(draft)), ['deferred connection-lost', 'relayed'])
  assert.deepEqual(
    peer.mails.map(({ bytes }) => bytes.subarray(-body.length).toString() === body),
    [true],
  )
})

test('a connection that breaks after the final dot may make a second one, and the trace says so', async () => {
  const peer = await outside.open('window.test', { on: { dot: ['drop'] } })
  const draft = await send('window', 'a@window.test')
  await peer.accepted(1)
  const mail = await ended(draft)
  assert.deepEqual(eventsOf(mail), ['deferred connection-lost', 'relayed'])
  assert.match(
    mail.lines[0]?.reply ?? '',
    /may have (?:taken|arrived)|final dot|end of the message/i,
  )
  assert.equal(peer.mails.length, 2)
})

test('TLS is used where it works; where it is broken, the mail goes without', async () => {
  const good = await outside.open('tls.test', { tls: 'good' })
  const broken = await outside.open('broken-tls.test', { tls: 'broken' })
  const draft = await send('tls', 'a@tls.test', 'a@broken-tls.test')
  await Promise.all([good.accepted(1), broken.accepted(1)])
  assert.equal(good.mails[0]?.tls, true)
  assert.equal(broken.mails[0]?.tls, false)
  const { lines } = await ended(draft)
  const line = lines.find(({ event, host }) => event === 'relayed' && host === 'mx.tls.test')
  assert.match(line?.tls ?? '', /^TLSv1\.3 /)
})

test('a domain without MX is reached by its address', async () => {
  const peer = await outside.open('a-only.test')
  outside.dns.set({ 'a-only.test': { a: [peer.host] } })
  const { lines } = await ended(await send('a-only', 'a@a-only.test'))
  assert.deepEqual(
    lines.map(({ event, host }) => `${event} ${host}`),
    ['relayed a-only.test'],
  )
})

test('a null MX and a domain that does not exist are bounced at once', async () => {
  outside.dns.set({ 'null.test': { mx: [[0, '']] } })
  const cases = [
    ['null.test', '5.1.10', 'null-mx'],
    ['nowhere.test', '5.1.2', 'bad-domain'],
  ] as const
  for (const [domain, status, reason] of cases) {
    const draft = await send(`to-${domain}`, `a@${domain}`)
    assert.match(await noticeOf(draft), new RegExp(`^Status: ${status}\r$`, 'm'))
    assert.deepEqual(eventsOf(await ended(draft)), [`bounced ${reason}`])
  }
})

/** These speak of the host, which may be well again tomorrow, and of no mail. */
const HOSTS_IN_TROUBLE = [
  ['servfail.test', 'dns-failed', /^Status: [45]\.4\.[37]\r$/m],
  [
    'greets-badly.test',
    'policy-refused',
    /^Diagnostic-Code: smtp; 554 5\.3\.2 No service here\r$/m,
  ],
] as const

test('without an answer of the DNS, or without service, the sender is told of the delay once, and of the end', async () => {
  outside.dns.set({ 'servfail.test': { fails: 'servfail' } })
  await outside.open('greets-badly.test', { on: { greeting: '554 5.3.2 No service here' } })
  const drafts: Draft[] = []
  for (const [domain] of HOSTS_IN_TROUBLE) drafts.push(await send(`to-${domain}`, `a@${domain}`))
  for (const [at, [domain, reason, told]] of HOSTS_IN_TROUBLE.entries()) {
    const draft = drafts[at] ?? assert.fail()
    const events = eventsOf(await ended(draft))
    assert.ok(events.filter((event) => event === `deferred ${reason}`).length > 2, String(events))
    assert.equal(events.filter((event) => event.startsWith('delayed')).length, 1, String(events))
    assert.equal(events.at(-1), `bounced ${reason}`, domain)
    const [delayed = '', failed = ''] = await noticesOf(draft, 2)
    assert.match(delayed, /^Action: delayed\r$/m)
    assert.match(delayed, /^Will-Retry-Until: /m)
    assert.match(failed, /^Action: failed\r$/m)
    assert.match(failed, told)
  }
})

test('what was accepted is delivered or bounced: the ledger adds up', async () => {
  const count = await checkLedger(world)
  const { queued, held, open, deleted } = count
  assert.deepEqual({ queued, held, open, deleted }, { queued: 0, held: 0, open: 0, deleted: 0 })
  const listed = await world.cli(['queue', 'list', '--json'])
  assert.equal(listed.stdout, '')
})
