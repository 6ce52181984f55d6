/** One address that leads to others, here and elsewhere: each of them gets a mail once. */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImap, readInbox, untilInboxHolds } from '../clients/imap.ts'
import { checkLedger, type Outside, startOutside, trace } from '../clients/outside.ts'
import type { Peer, PeerMail } from '../clients/peer-mx.ts'
import { openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

const STRANGER = 'someone@elsewhere.test'

let outside: Outside
let world: World
/** Where people have their other mailboxes. */
let home: Peer
before(async () => {
  outside = await startOutside()
  home = await outside.open('home.test')
  await outside.open('elsewhere.test')
  world = await startWorld({ env: { ...outside.env, DELIVERY_RETRY_AGE: '20s' } })
  const names = ['alice', 'bob', 'carol', 'dave', 'ring', 'rong', 'far', 'catcher']
  await world.addAccounts(names.map((name) => ({ login: `${name}@example.test` })))
})
after(async () => {
  await world?.[Symbol.asyncDispose]()
  await outside?.[Symbol.asyncDispose]()
})

async function cli(...args: string[]): Promise<void> {
  const { code, stderr } = await world.cli(args)
  assert.equal(code, 0, stderr)
}

/** A stranger writes; the Message-ID is `<name@elsewhere.test>`. */
async function send(name: string, ...to: string[]): Promise<string> {
  const id = `<${name}@elsewhere.test>`
  using smtp = await openSmtp(world.at('smtp'))
  const head = `From: <${STRANGER}>\r\nMessage-ID: ${id}\r\nSubject: ${name}\r\n`
  const { code, text } = await smtp.send(STRANGER, to, Buffer.from(`${head}\r\nHello\r\n`))
  assert.equal(code, 250, text)
  return id
}

/** What of it lies in a mailbox once the ledger says that all is done. */
async function copiesIn(login: string, id: string): Promise<string[]> {
  await using client = await openImap(world, login)
  const all = await readInbox(client)
  return all.map(({ source }) => String(source)).filter((text) => text.includes(id))
}

async function untilDone(): Promise<void> {
  for (;;) {
    const { open, queued, mails } = await checkLedger(world)
    if (mails > 0 && open + queued === 0) return
  }
}

async function untilIn(login: string, id: string): Promise<void> {
  await using client = await openImap(world, login)
  await untilInboxHolds(client, ['message-id', id])
}

function sentTo(peer: Peer, id: string): PeerMail[] {
  return peer.mails.filter(({ bytes }) => bytes.includes(id))
}

function recipientsOf(mails: readonly PeerMail[]): string[] {
  return mails.flatMap(({ rcpt }) => rcpt.map((path) => path.split(' ')[0] ?? '')).sort()
}

test('forwarding with a copy: one here, one there, with the mark of who forwarded', async () => {
  await cli('account', 'set', 'alice@example.test', '--forward', 'alice@home.test')
  const id = await send('with-copy', 'alice@example.test')
  await untilIn('alice@example.test', id)
  await home.accepted(1)
  await untilDone()
  assert.equal((await copiesIn('alice@example.test', id)).length, 1)
  const [mail = assert.fail(), ...others] = sentTo(home, id)
  assert.equal(others.length, 0)
  assert.deepEqual(recipientsOf([mail]), ['<alice@home.test>'])
  assert.match(String(mail.bytes), /^Delivered-To: alice@example\.test\r$/m)
  const [traced] = await trace(world, id)
  const expanded = traced?.lines.find(({ event }) => event === 'expanded')
  assert.equal(expanded?.recipient, 'alice@example.test')
  assert.equal(expanded?.into.length, 2)
})

test('forwarding without a copy leaves none here', async () => {
  await cli('account', 'set', 'bob@example.test', '--forward', 'bob@home.test', '--no-copy')
  const before = home.mails.length
  const id = await send('without-copy', 'bob@example.test')
  await home.accepted(before + 1)
  await untilDone()
  assert.deepEqual(recipientsOf(sentTo(home, id)), ['<bob@home.test>'])
  assert.deepEqual(await copiesIn('bob@example.test', id), [])
})

test('a group reaches members here and elsewhere, each once, however often they are named', async () => {
  const members = ['carol@example.test', 'dave@example.test', 'x@home.test', 'y@home.test']
  await cli('group', 'add', 'team@example.test', ...members.flatMap((one) => ['--member', one]))
  await cli(
    'group',
    'add',
    'all@example.test',
    '--member',
    'team@example.test',
    '--member',
    'carol@example.test',
  )
  const before = home.mails.length
  const to = ['all@example.test', 'team@example.test', 'carol@example.test']
  const id = await send('group', ...to)
  await Promise.all([untilIn('carol@example.test', id), untilIn('dave@example.test', id)])
  await home.accepted(before + 1)
  await untilDone()
  assert.deepEqual(recipientsOf(sentTo(home, id)), ['<x@home.test>', '<y@home.test>'])
  for (const login of ['carol@example.test', 'dave@example.test']) {
    assert.equal((await copiesIn(login, id)).length, 1, login)
  }
})

test('a catch-all takes what nobody has; plus addresses and alias domains lead to whom they name', async () => {
  await cli('address', 'add', '@example.test', '--account', 'catcher@example.test')
  await cli('domain', 'add', 'alias.test', '--tenant', 'world', '--alias-of', 'example.test')
  const id = await send('caught', 'nobody-has-this@example.test')
  await untilIn('catcher@example.test', id)
  const plus = await send('plus', 'dave+news@example.test', 'dave@alias.test', 'carol+x@alias.test')
  await untilIn('dave@example.test', plus)
  await untilIn('carol@example.test', plus)
  await untilDone()
  assert.equal((await copiesIn('dave@example.test', plus)).length, 1)
  assert.equal((await copiesIn('carol@example.test', plus)).length, 1)
  assert.deepEqual(await copiesIn('catcher@example.test', plus), [])
})

test('two accounts that forward to each other have one copy each', async () => {
  await cli('account', 'set', 'ring@example.test', '--forward', 'rong@example.test')
  await cli('account', 'set', 'rong@example.test', '--forward', 'ring@example.test')
  const id = await send('ring', 'ring@example.test')
  await untilIn('ring@example.test', id)
  await untilIn('rong@example.test', id)
  await untilDone()
  assert.equal((await copiesIn('ring@example.test', id)).length, 1)
  assert.equal((await copiesIn('rong@example.test', id)).length, 1)
})

test('an outside host that sends everything back ends the loop, with or without a copy', async () => {
  const echo = await outside.open('echo.test')
  await cli('account', 'set', 'far@example.test', '--forward', 'far@echo.test')
  const id = await send('echo', 'far@example.test')
  await echo.accepted(1)
  await returnFrom(echo, id, 'far@example.test')
  await untilDone()
  assert.equal(sentTo(echo, id).length, 1)
  assert.equal((await copiesIn('far@example.test', id)).length, 2, 'his own, and what came back')

  await cli('account', 'set', 'far@example.test', '--forward', 'far@echo.test', '--no-copy')
  const again = await send('echo-again', 'far@example.test')
  await echo.accepted(2)
  await returnFrom(echo, again, 'far@example.test')
  await untilDone()
  assert.equal(sentTo(echo, again).length, 1)
  const looped = (await trace(world, again)).flatMap(({ lines }) => lines)
  assert.ok(
    looped.some(({ event, reason }) => event === 'bounced' && reason === 'loop'),
    again,
  )
})

/** The other host forwards what it got to where it came from, as it stands. */
async function returnFrom(peer: Peer, id: string, to: string): Promise<void> {
  const [mail = assert.fail()] = sentTo(peer, id)
  using smtp = await openSmtp(world.at('smtp'))
  const trace = Buffer.from(
    'Received: from mx.world.test by mx.echo.test; Sun, 22 Nov 2026 10:00:00 +0900\r\n',
  )
  const { code } = await smtp.send(STRANGER, [to], Buffer.concat([trace, mail.bytes]))
  assert.equal(code, 250)
}
