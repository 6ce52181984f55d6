import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatAddress } from '#lib/mail/address.ts'
import type { Transported } from '../outbound/transport.ts'
import { settle } from '../settle.ts'
import { ACCOUNTS, BODY, DAY_MS, mailTo, OURS, openWorld, results, type World } from '../testing.ts'
import { enqueue } from './enqueue.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const FULL = new Fault('over-quota', 'The mailbox is full')

/** Nothing of any mail is left but the ledger. */
async function assertEmpty({ collections }: World): Promise<void> {
  const { entries, queuedMails, bodies } = collections
  const left = await Promise.all([entries, queuedMails, bodies].map((one) => one.count({})))
  assert.deepEqual(left, [0, 0, 0])
}

test('what succeeds at once costs no queue write', async () => {
  await using world = await openWorld()
  const mail = mailTo(['x@remote.test', 'y@remote.test', 'alice'], { envelope: OURS })
  assert.deepEqual(await settle(mail, world.rules), { kind: 'done' })
  assert.deepEqual(
    world.sent.map(({ domain, mail }) => `${domain} ${mail.recipients.length}`),
    ['remote.test 2'],
  )
  assert.equal(world.sent[0]?.bytes, String(BODY))
  assert.deepEqual(await world.ends('m1'), [
    'alice@example.test delivered',
    'x@remote.test relayed',
    'y@remote.test relayed',
  ])
  await assertEmpty(world)
  const stored = await world.collections.mails.findOne({ _id: 'm1' })
  assert.deepEqual([stored?.messageId, stored?.tenant], ['<1@example.test>', 't1'])
})

test('a stranger’s mail does not leave', async () => {
  await using world = await openWorld()
  await settle(mailTo(['x@remote.test']), world.rules)
  assert.deepEqual(world.sent, [])
  assert.deepEqual(await world.ends('m1'), ['x@remote.test bounced'])
})

test('what is put off comes again by the schedule, whole, and is gone when it has arrived', async () => {
  await using world = await openWorld()
  const body = Buffer.alloc(2_500_000, 'large\r\n')
  world.answer = (_, mail) => results(mail, 'deferred', '451 4.7.1 Later', { reason: 'greylisted' })
  await settle(mailTo(['x@remote.test', 'y@remote.test'], { envelope: OURS, body }), world.rules)
  assert.deepEqual(await world.queue(), ['remote.test x@remote.test,y@remote.test'])
  world.clock.move(MINUTE_MS - 1)
  await world.workOff()
  assert.equal(world.sent.length, 1)
  world.clock.move(1)
  await world.workOff()
  assert.equal(world.sent.length, 2)
  // One is taken, one waits on.
  world.answer = (_, mail): Transported => ({
    ...{ kind: 'attempted', ms: 1 },
    results: mail.recipients.map((recipient) => ({
      recipient,
      outcome: recipient.address.local === 'x' ? 'relayed' : 'deferred',
      reply: '…',
    })),
  })
  world.clock.move(5 * MINUTE_MS)
  await world.workOff()
  assert.deepEqual(await world.queue(), ['remote.test y@remote.test'])
  world.answer = undefined
  world.clock.move(15 * MINUTE_MS)
  await world.workOff()
  assert.deepEqual(
    world.sent.at(-1)?.mail.recipients.map(({ address }) => address.local),
    ['y'],
  )
  assert.equal(world.sent.at(-1)?.mail.attempt, 4)
  assert.ok(world.sent.every(({ bytes }) => bytes === String(body)))
  assert.deepEqual(await world.ends('m1'), ['x@remote.test relayed', 'y@remote.test relayed'])
  await assertEmpty(world)
})

test('what fails for good is told at once; what expires, after its days, and a delay once', async () => {
  await using world = await openWorld()
  world.answer = (domain, mail) =>
    domain === 'no.test'
      ? results(mail, 'failed', '550 5.1.1 Nobody', { reason: 'bad-mailbox' })
      : results(mail, 'deferred', '451 Later', { reason: 'other' })
  await settle(mailTo(['x@no.test', 'y@later.test'], { envelope: OURS }), world.rules)
  assert.deepEqual(
    world.notices.map(({ kind }) => kind),
    ['failed'],
  )
  for (let hours = 0; hours < 5 * 24 - 1; hours++) {
    world.clock.move(HOUR_MS)
    await world.workOff()
  }
  assert.deepEqual(
    world.notices.map(({ kind }) => kind),
    ['failed', 'delayed'],
  )
  world.clock.move(2 * HOUR_MS)
  await world.workOff()
  assert.deepEqual(
    world.notices.map(({ kind }) => kind),
    ['failed', 'delayed', 'failed'],
  )
  assert.equal(world.notices[2]?.recipients[0]?.reply, '451 Later')
  assert.deepEqual(await world.ends('m1'), ['x@no.test bounced', 'y@later.test bounced'])
  await assertEmpty(world)
})

test('what never got a place at its destination bounces in the end', async () => {
  await using world = await openWorld()
  world.answer = () => ({ kind: 'busy', afterMs: 1000 })
  await settle(mailTo(['x@busy.test'], { envelope: OURS }), world.rules)
  world.clock.move(5 * DAY_MS - MINUTE_MS)
  await world.workOff()
  assert.deepEqual(await world.ends('m1'), [])
  world.clock.move(2 * MINUTE_MS)
  await world.workOff()
  assert.deepEqual(await world.ends('m1'), ['x@busy.test bounced'])
  assert.match(world.notices.at(-1)?.recipients[0]?.reply ?? '', /^450 4\.4\.5 /)
  await assertEmpty(world)
})

test('a delay is told of each with its own reason, and not where a forward leads', async () => {
  ACCOUNTS.far = { accounts: [], forwards: ['secret@later.test'] }
  await using world = await openWorld()
  world.answer = (_, mail): Transported => ({
    ...{ kind: 'attempted', ms: 1 },
    results: mail.recipients.map((recipient) => ({
      ...{
        recipient,
        outcome: 'deferred',
        reply: `451 <${formatAddress(recipient.address)}> later`,
      },
      reason: recipient.address.local === 'x' ? 'greylisted' : 'mailbox-full',
    })),
  })
  const recipients = ['x@later.test', 'y@later.test', 'far']
  await settle(mailTo(recipients, { envelope: OURS }), world.rules)
  for (let hours = 0; hours < 6; hours++) {
    world.clock.move(HOUR_MS)
    await world.workOff()
  }
  const told = world.notices.flatMap(({ kind, recipients }) =>
    recipients.map((one) => [kind, formatAddress(one.recipient.address), one.reason, one.final]),
  )
  assert.deepEqual(told.sort(), [
    ['delayed', 'far@example.test', 'mailbox-full', 'secret@later.test'],
    ['delayed', 'x@later.test', 'greylisted', undefined],
    ['delayed', 'y@later.test', 'mailbox-full', undefined],
  ])
  const replies = world.notices.flatMap(({ recipients }) => recipients.map(({ reply }) => reply))
  assert.deepEqual(replies.sort(), [
    '451 <secret@later.test> later',
    '451 <x@later.test> later',
    '451 <y@later.test> later',
  ])
})

test('a notice that cannot be delivered ends without another', async () => {
  await using world = await openWorld()
  world.answer = (_, mail) => results(mail, 'failed', '550 No')
  const mail = mailTo(['x@no.test'], { sender: null, envelope: { class: 'system' } })
  await settle(mail, world.rules)
  assert.deepEqual([world.notices, await world.ends('m1')], [[], ['x@no.test deleted']])
})

test('success is told to who asked for it, unless the next host does', async () => {
  await using world = await openWorld()
  world.answer = (domain, mail) =>
    results(mail, 'relayed', '250 Ok', { dsnHandedOver: domain === 'dsn.test' })
  const recipients = ['x@dsn.test', 'y@plain.test', 'alice']
  await settle(mailTo(recipients, { envelope: OURS, notify: ['success'] }), world.rules)
  assert.deepEqual(
    world.notices
      .map(({ kind, recipients }) => `${kind} ${recipients[0]?.recipient.address.local}`)
      .sort(),
    ['delivered alice', 'relayed y'],
  )
})

test('a forwarded mail is marked, and not forwarded again', async () => {
  ACCOUNTS.fred = { accounts: ['fred'], forwards: ['fred@home.test'] }
  ACCOUNTS.gone = { accounts: [], forwards: ['gone@home.test'] }
  await using world = await openWorld()
  await settle(mailTo(['fred']), world.rules)
  assert.equal(world.sent[0]?.bytes, `Delivered-To: fred@example.test\r\n${BODY}`)
  assert.deepEqual(await world.ends('m1'), [
    'fred delivered',
    'fred@example.test expanded',
    'fred@home.test relayed',
  ])
  const body = Buffer.from(
    `Delivered-To: fred@example.test\r\ndelivered-to: <GONE@example.test>\r\n\r\n`,
  )
  await settle(mailTo(['fred', 'gone'], { mailId: 'm2', body }), world.rules)
  assert.equal(world.sent.length, 1)
  assert.deepEqual(await world.ends('m2'), [
    'fred@example.test delivered',
    'gone@example.test bounced',
  ])
  assert.match(world.notices[0]?.recipients[0]?.reply ?? '', /5\.4\.6/)
})

test('a full mailbox is tried again; its owner may have gone, or have moved', async () => {
  await using world = await openWorld({ alice: FULL, bob: FULL, carol: FULL, dora: 'disabled' })
  await settle(mailTo(['alice', 'bob', 'carol', 'dora']), world.rules)
  assert.equal((await world.queue()).length, 1)
  delete world.fail.alice
  world.fail.bob = 'unknown'
  ACCOUNTS.carol = { accounts: [], forwards: ['carol@home.test'] }
  delete world.fail.dora
  world.clock.move(MINUTE_MS)
  await world.workOff()
  delete ACCOUNTS.carol
  assert.deepEqual(world.appended.toSorted(), ['alice', 'dora'])
  assert.deepEqual(await world.ends('m1'), [
    'alice@example.test delivered',
    'bob@example.test bounced',
    'carol@example.test expanded',
    'carol@home.test relayed',
    'dora@example.test delivered',
  ])
  await assertEmpty(world)
})

test('a mailbox that stays full is given up after its days; a mailbox-store that is away is waited for', async () => {
  await using world = await openWorld({ alice: FULL, bob: FULL })
  await settle(mailTo(['alice', 'bob']), world.rules)
  world.fail.bob = new Fault('busy', 'Not now')
  world.clock.move(5 * DAY_MS)
  await world.workOff()
  assert.deepEqual(await world.ends('m1'), ['alice@example.test bounced'])
  assert.deepEqual(await world.queue(), ['local bob@example.test'])
})

test('a held mail waits until it is released', async () => {
  await using world = await openWorld()
  await settle(
    mailTo(['x@remote.test', 'alice'], { envelope: { ...OURS, hold: 'Looks odd' } }),
    world.rules,
  )
  world.clock.move(DAY_MS)
  await world.workOff()
  assert.deepEqual([world.sent, world.appended], [[], []])
  assert.deepEqual(await world.queue(), ['local alice@example.test', 'remote.test x@remote.test'])
  assert.equal(await world.collections.entries.count({ state: 'held' }), 2)
})

test('a destination that nobody reached is left alone by all its entries', async () => {
  await using world = await openWorld()
  let tried = 0
  world.answer = (_, mail) => {
    tried += 1
    return results(mail, 'deferred', '4.4.1 No', { reason: 'connection-failed' })
  }
  for (let i = 0; i < 20; i++) {
    await settle(mailTo([`x${i}@dead.test`], { mailId: `m${i}`, envelope: OURS }), world.rules)
  }
  assert.equal(tried, 1)
  for (let seconds = 0; seconds < 600; seconds++) {
    world.clock.move(1000)
    await world.workOff()
  }
  assert.ok(tried <= 6, `${tried} attempts at a dead host in ten minutes`)
  assert.equal((await world.queue()).length, 20)
  world.answer = undefined
  world.clock.move(3 * HOUR_MS)
  await world.workOff()
  world.clock.move(3 * HOUR_MS)
  await world.workOff()
  await assertEmpty(world)
})

test('a place is not taken twice: two processes share the entries', async () => {
  await using world = await openWorld()
  world.answer = (_, mail) => results(mail, 'deferred', '451 Later')
  for (let i = 0; i < 50; i++) {
    await settle(mailTo([`x@d${i}.test`], { mailId: `m${i}`, envelope: OURS }), world.rules)
  }
  world.answer = undefined
  world.sent.length = 0
  world.clock.move(MINUTE_MS)
  const other = world.spawn()
  await Promise.all([world.workOff(), other.workOff()])
  assert.equal(world.sent.length, 50)
  await assertEmpty(world)
})

test('killed while others are tried, it goes again to nobody who has it', async () => {
  await using world = await openWorld()
  for (const when of ['first', 'again']) {
    const mailId = `m-${when}`
    const told = Promise.withResolvers<void>()
    world.answer = async (_, mail) => {
      const { results: all } = results(mail, 'relayed', '250 Ok')
      await mail.taken?.(all.slice(0, 1))
      told.resolve()
      return await new Promise<never>(() => {})
    }
    const mail = mailTo(['x@remote.test', 'y@remote.test'], { mailId, envelope: OURS })
    if (when === 'again') {
      const { clock, rules } = world
      const recipients = mail.envelope.recipients.map(({ address }) => ({
        address: formatAddress(address),
      }))
      const place = { destination: 'remote.test', pool: 'default', tenant: 't1' }
      await enqueue(mail, { ...place, recipients, next: clock.now() }, rules.first)
      await world.worker.step()
    } else void settle(mail, world.rules)
    await told.promise
    assert.deepEqual(await world.ends(mailId), ['x@remote.test relayed'], when)
    world.answer = undefined
  }
})
