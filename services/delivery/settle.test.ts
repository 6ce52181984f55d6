import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { MailUnreadable } from './mail.ts'
import { settle } from './settle.ts'
import { ACCOUNTS, mailTo, OURS, openWorld } from './testing.ts'

const AWAY = new Fault('unavailable', 'The store is away')
const FULL = new Fault('over-quota', 'The mailbox is full')

test('done is when every recipient has it; two addresses of one account are one delivery', async () => {
  await using world = await openWorld()
  const mail = mailTo(['alice', 'alias-alice', 'bob'])
  assert.deepEqual(await settle(mail, world.rules), { kind: 'done' })
  assert.deepEqual(world.appended.toSorted(), ['alice', 'bob'])
  assert.deepEqual(await world.ends('m1'), [
    'alias-alice@example.test delivered',
    'alice@example.test delivered',
    'bob@example.test delivered',
  ])
  assert.equal(await world.collections.lines.count({}), 0, 'it is one write')
})

test('what came before is not done again', async () => {
  await using world = await openWorld()
  assert.deepEqual(await settle(mailTo(['alice']), world.rules), { kind: 'done' })
  world.rules.mailboxes.settled.forget('m1')
  assert.deepEqual(await settle(mailTo(['alice']), world.rules), { kind: 'done' })
  assert.deepEqual(world.appended, ['alice'])
})

test('one that fails holds up nobody else, and comes alone the next time', async () => {
  await using world = await openWorld({ bob: AWAY })
  const mail = mailTo(['alice', 'bob', 'carol'])
  assert.deepEqual(await settle(mail, world.rules), { kind: 'retry', afterMs: 1000 })
  assert.deepEqual(world.appended.toSorted(), ['alice', 'carol'])
  // Too early: the account is left alone, and the mail told when to come.
  world.clock.move(400)
  delete world.fail.bob
  assert.deepEqual(await settle(mail, world.rules), { kind: 'retry', afterMs: 600 })
  world.clock.move(600)
  assert.deepEqual(await settle(mail, world.rules), { kind: 'done' })
  assert.deepEqual(world.appended.toSorted(), ['alice', 'bob', 'carol'])
})

test('who is to be asked again, and by whom, goes by the error', async () => {
  for (const error of [AWAY, new Fault('busy', 'Busy'), new TypeError('our bug')]) {
    await using world = await openWorld({ alice: error })
    const answer = await settle(mailTo(['alice']), world.rules)
    assert.deepEqual(answer, { kind: 'retry', afterMs: 1000 }, String(error))
    // A wrong secret is no reason to bounce everybody's mail.
    world.fail.alice = new Fault('unauthenticated', 'Who are you?')
    world.clock.move(60_000)
    assert.equal((await settle(mailTo(['alice']), world.rules)).kind, 'retry')
    assert.equal(await world.collections.mails.count({}), 0)
  }
  await using world = await openWorld()
  assert.deepEqual(await settle(mailTo(['lost']), world.rules), { kind: 'retry', afterMs: 1000 })
  assert.deepEqual(await settle(mailTo(['lost'], { attempt: 4 }), world.rules), {
    kind: 'retry',
    afterMs: 10_000,
  })
})

test('full mailboxes and suspended accounts wait in the queue, not in the spool', async () => {
  for (const problem of [FULL, 'disabled'] as const) {
    await using world = await openWorld({ alice: problem })
    assert.deepEqual(await settle(mailTo(['alice', 'bob']), world.rules), { kind: 'done' })
    assert.deepEqual(await world.queue(), ['local alice@example.test'])
    assert.deepEqual(await world.ends('m1'), ['bob@example.test delivered'])
    // The spool gives it again: it is in the queue already.
    assert.deepEqual(await settle(mailTo(['alice', 'bob']), world.rules), { kind: 'done' })
    assert.deepEqual(await world.queue(), ['local alice@example.test'])
  }
})

test('what can never be delivered is told to its sender', async () => {
  const cases: [problem: Error | 'unknown' | 'elsewhere', reply: RegExp][] = [
    ['unknown', /^550 5\.1\.1 /],
    ['elsewhere', /^550 5\.7\.1 /],
    [new Fault('not-found', 'No such account'), /^550 5\.2\.1 No such account/],
    [new Fault('too-large', 'Too large'), /^552 5\.3\.4 /],
  ]
  for (const [problem, reply] of cases) {
    await using world = await openWorld({ alice: problem })
    assert.deepEqual(await settle(mailTo(['alice', 'bob']), world.rules), { kind: 'done' })
    assert.deepEqual(world.appended, ['bob'])
    assert.deepEqual(await world.ends('m1'), [
      'alice@example.test bounced',
      'bob@example.test delivered',
    ])
    const [notice, ...others] = world.notices
    assert.equal(others.length, 0)
    assert.equal(notice?.kind, 'failed')
    assert.match(notice?.recipients[0]?.reply ?? '', reply)
  }
  // An address that leads to nobody must not swallow mail.
  await using world = await openWorld()
  await settle(mailTo(['empty']), world.rules)
  assert.equal(world.notices.length, 1)
})

test('nobody is told of what came from nobody', async () => {
  await using world = await openWorld({ alice: 'unknown' })
  assert.deepEqual(await settle(mailTo(['alice'], { sender: null }), world.rules), { kind: 'done' })
  assert.deepEqual(world.notices, [])
  assert.deepEqual(await world.ends('m1'), ['alice@example.test deleted'])
})

test('without the database mailboxes get their mail, and the spool keeps it', async () => {
  await using world = await openWorld()
  world.database.failing = true
  assert.equal((await settle(mailTo(['alice', 'bob']), world.rules)).kind, 'retry')
  assert.deepEqual(world.appended.toSorted(), ['alice', 'bob'])
  world.database.failing = false
  assert.deepEqual(await settle(mailTo(['alice', 'bob']), world.rules), { kind: 'done' })
  assert.equal(world.appended.length, 2)
  assert.equal((await world.ends('m1')).length, 2)
})

test('a group becomes its members: each ends by itself', async () => {
  await using world = await openWorld({ bob: FULL })
  ACCOUNTS.team = { accounts: ['alice', 'bob'], forwards: [] }
  assert.deepEqual(await settle(mailTo(['team', 'alice']), world.rules), { kind: 'done' })
  assert.deepEqual(world.appended, ['alice'])
  assert.deepEqual(await world.ends('m1'), [
    'alice delivered',
    'alice@example.test delivered',
    'team@example.test expanded',
  ])
  assert.deepEqual(await world.queue(), ['local bob'])
})

test('bytes that the spool cannot hand out are the matter of the spool', async () => {
  await using world = await openWorld()
  const missing = new Error('bytes missing')
  world.fail.alice = new MailUnreadable(missing)
  await assert.rejects(settle(mailTo(['alice']), world.rules), missing)
})

test('mail for mailboxes that cannot be reached leaves room for mail for elsewhere', async () => {
  await using world = await openWorld()
  const { rules } = world.spawn({ localPlaces: 2 })
  const asked: string[] = []
  const append = ({ account }: { account: string }) => {
    asked.push(account)
    return new Promise<never>(() => {})
  }
  const hanging = { ...rules, mailboxes: { ...rules.mailboxes, append } }
  const local = (mailId: string, name: string, attempt = 1) =>
    settle(mailTo([name], { mailId, attempt, envelope: OURS }), hanging)
  void local('m1', 'alice')
  void local('m2', 'bob')
  const crowded = [local('m3', 'carol'), local('m4', 'dora', 5)]
  const elsewhere = mailTo(['x@remote.test'], { mailId: 'm5', envelope: OURS })
  assert.deepEqual(await settle(elsewhere, hanging), { kind: 'done' })
  assert.equal(world.sent.length, 1)
  world.clock.move(500)
  // In longer and longer whiles.
  assert.deepEqual(await Promise.all(crowded), [
    { kind: 'retry', afterMs: 1000 },
    { kind: 'retry', afterMs: 30_000 },
  ])
  assert.deepEqual(asked.toSorted(), ['alice', 'bob'])
})
