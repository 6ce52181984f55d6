/** A full mailbox, as those who write to it and its owner meet it. RFC 3463 §3.3, RFC 9208 §4.3 */

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { ImapFlow } from 'imapflow'
import { openImap, untilInboxHas } from '../clients/imap.ts'
import { openSmtp, type Reply } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

let world: World
before(async () => {
  world = await startWorld()
  await world.addAccounts([
    { login: 'alice@example.test' },
    { login: 'bob@example.test', aliases: ['rob@alias.test'] },
    { login: 'carol@other.test' },
  ])
})
after(() => world[Symbol.asyncDispose]())

const MESSAGE = Buffer.from('Subject: one more\r\n\r\nHello\r\n')

async function set(...args: string[]): Promise<void> {
  const { code, stderr } = await world.cli(args)
  assert.equal(code, 0, stderr)
}

/** What RCPT is answered, in a session of its own. */
async function rcpt(address: string): Promise<Reply> {
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.command('MAIL FROM:<someone@elsewhere.test>')
  return await smtp.command(`RCPT TO:<${address}>`)
}

/** Until RCPT is answered like that: what is told over NATS arrives when it does. */
async function untilRcpt(address: string, code: number): Promise<Reply> {
  for (let tries = 0; ; tries++) {
    const reply = await rcpt(address)
    if (reply.code === code) return reply
    assert.ok(tries < 400, `still ${reply.code} ${reply.text}`)
    await pause(25)
  }
}

async function send(address: string): Promise<void> {
  using smtp = await openSmtp(world.at('smtp'))
  assert.equal((await smtp.send('someone@elsewhere.test', [address], MESSAGE)).code, 250)
}

async function empty(client: ImapFlow): Promise<void> {
  const lock = await client.getMailboxLock('INBOX')
  await client.messageDelete('1:*')
  lock.release()
}

/** The error that imapflow makes of a refusal. */
function overQuota(error: unknown): boolean {
  return (
    error instanceof Error &&
    'serverResponseCode' in error &&
    error.serverResponseCode === 'OVERQUOTA'
  )
}

async function messageLimit(client: ImapFlow): Promise<number | undefined> {
  const quota = await client.getQuota('INBOX')
  return quota ? quota.message?.limit : undefined
}

test('a full account is refused at RCPT, and by IMAP, until it is emptied', async () => {
  const alice = 'alice@example.test'
  await using reader = await openImap(world, alice)
  await send(alice)
  await send(alice)
  await untilInboxHas(reader, 2)
  await set('account', 'set', alice, '--quota-messages', '2')
  // Nobody knows yet that it is full: this one is accepted, and tried again later.
  await send(alice)
  const told = await untilRcpt(alice, 452)
  assert.match(told.text, /^4\.2\.2 /)
  assert.equal((await rcpt('bob@example.test')).code, 250)
  await using client = await openImap(world, alice)
  await assert.rejects(client.append('INBOX', MESSAGE), overQuota)
  await assert.rejects(client.append('INBOX', Buffer.alloc(3_000_000, 'x\r\n')), overQuota)

  const quota = await client.getQuota('INBOX')
  assert.partialDeepStrictEqual(quota, { message: { usage: 2, limit: 2 } })
  // A session that was there before knows of it too.
  while ((await messageLimit(reader)) !== 2) await pause(25)
  await assert.rejects(reader.append('INBOX', MESSAGE), overQuota)
  const shown = await world.cli(['account', 'show', alice])
  assert.match(shown.stdout, /^USED +\d+ in 2 messages$/m)

  await empty(client)
  await untilRcpt(alice, 250)
  await send(alice)
  await untilInboxHas(client, 1)
})

test('the bytes of a tenant are what its accounts hold together', async () => {
  await using bob = await openImap(world, 'bob@example.test')
  await using carol = await openImap(world, 'carol@other.test')
  const used = await world.cli(['tenant', 'show', 'world', '--json'])
  const { bytes } = JSON.parse(used.stdout).used
  const room = 200_000
  await set('tenant', 'set', 'world', '--quota', String(bytes + room))
  await using again = await openImap(world, 'carol@other.test')
  await again.append('INBOX', Buffer.alloc(room - 100, 'x\r\n'))
  await assert.rejects(again.append('INBOX', Buffer.alloc(101, 'x\r\n')), overQuota)
  await untilRcpt('bob@example.test', 452)
  await untilRcpt('rob@alias.test', 452)
  await untilRcpt('carol@other.test', 452)

  await empty(carol)
  await untilRcpt('rob@alias.test', 250)
  await send('rob@alias.test')
  await untilInboxHas(bob, 1)
  await set('tenant', 'set', 'world', '--quota', 'off')
})

test('a domain holds no more messages than it may, and a raised limit counts at once', async () => {
  await using carol = await openImap(world, 'carol@other.test')
  await set('domain', 'set', 'other.test', '--quota-messages', '1')
  await send('carol@other.test')
  await untilInboxHas(carol, 1)
  await untilRcpt('carol@other.test', 452)
  assert.equal((await rcpt('bob@example.test')).code, 250)
  await set('domain', 'set', 'other.test', '--quota-messages', '2')
  await untilRcpt('carol@other.test', 250)
  const shown = await world.cli(['domain', 'show', 'other.test'])
  assert.match(shown.stdout, /^USED +\S+ in 1 messages$/m)
})
