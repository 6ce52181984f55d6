/** A process dies at each of its calls to the database, before it or right after it; another finds what it left. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { type CheckParts, checkLedger } from '../ledger/check.ts'
import type { SpooledMail } from '../mail.ts'
import type { Transported } from '../outbound/transport.ts'
import { settle } from '../settle.ts'
import { ACCOUNTS, type Fate, mailTo, OURS, openWorld, results, type World } from '../testing.ts'

const { MONGODB_URL } = process.env
const SERVER = MONGODB_URL === undefined || MONGODB_URL === '' ? undefined : MONGODB_URL
/** A server is slow, and the same is tried on it: every so manieth call. */
const STRIDE = SERVER === undefined ? 1 : 5
const MINUTE_MS = 60_000

ACCOUNTS.team = { accounts: ['carol', 'dora'], forwards: ['erin@home.test'] }

const RECIPIENTS = ['alice', 'full', 'team', 'x@remote.test', 'y@remote.test', 'z@no.test']
const ENDS = [
  'alice@example.test delivered',
  'carol delivered',
  'dora delivered',
  'erin@home.test relayed',
  'full@example.test delivered',
  'team@example.test expanded',
  'x@remote.test relayed',
  'y@remote.test relayed',
  'z@no.test bounced',
]

async function open(): Promise<World & { readonly mail: SpooledMail }> {
  const url = new URL(SERVER ?? 'sqlite::memory:')
  if (SERVER !== undefined) url.pathname = `/kills_${randomBytes(6).toString('hex')}`
  const world = await openWorld({ full: new Fault('over-quota', 'Full') }, url.href)
  const seen = new Set<string>()
  world.answer = (domain, mail): Transported => {
    const again = seen.has(mail.mailId + domain)
    seen.add(mail.mailId + domain)
    const outcomeOf = (local: string) => {
      if (domain === 'no.test') return 'failed'
      return local === 'y' && !again ? 'deferred' : 'relayed'
    }
    const results = mail.recipients.map((recipient) => {
      const outcome = outcomeOf(recipient.address.local)
      return { recipient, outcome, reply: `${outcome}, by test` } as const
    })
    return { kind: 'attempted', results, ms: 1 }
  }
  return Object.assign(world, { mail: mailTo(RECIPIENTS, { envelope: OURS }) })
}

/** Until nothing is left, with an hour for every step. */
async function untilEmpty(world: World, workOff: () => Promise<void>): Promise<void> {
  world.fail = {}
  for (let hours = 0; hours < 24; hours++) {
    world.clock.move(60 * MINUTE_MS)
    await workOff()
    if ((await world.queue()).length === 0) return
  }
  assert.fail(`left: ${await world.queue()}`)
}

/** How often each was taken by its host. */
function takenBy({ sent, answer }: World): Map<string, number> {
  assert.ok(answer)
  const taken = new Map<string, number>()
  for (const { mail, took } of sent) {
    for (const name of took)
      taken.set(`${mail.mailId} ${name}`, (taken.get(`${mail.mailId} ${name}`) ?? 0) + 1)
  }
  return taken
}

async function assertOnce(
  world: World,
  inDotWindow: ReadonlySet<string>,
  at: string,
): Promise<void> {
  assert.deepEqual(await world.ends('m1'), ENDS, at)
  assert.deepEqual(world.appended.toSorted(), ['alice', 'carol', 'dora', 'full'], at)
  for (const [who, times] of takenBy(world)) {
    assert.ok(times === 1 || inDotWindow.has(who), `${at}: ${who} was taken ${times} times`)
  }
  const failed = world.notices.filter(({ kind }) => kind === 'failed')
  assert.ok(failed.length >= 1, `${at}: nobody was told`)
  const told = failed.map(({ recipients }) =>
    recipients.map(({ recipient }) => recipient.address.local),
  )
  assert.ok(
    told.every((names) => names.join() === 'z'),
    `${at}: ${told}`,
  )
  const { queuedMails, bodies } = world.collections
  assert.equal(await queuedMails.count({}), 0, at)
  const { mails, lines, entries } = world.collections
  const collections: CheckParts['collections'] = { mails, lines, entries, queuedMails }
  const findings: string[] = []
  for await (const report of checkLedger(
    { from: 0, until: 0 },
    { collections, now: world.clock.now },
  )) {
    if ('finding' in report) findings.push(report.finding)
  }
  assert.deepEqual(findings, [], at)
  await bodies.count({})
}

/** Those that their hosts took, and of whom the ledger does not know yet. */
async function unwritten(world: World): Promise<Set<string>> {
  const ended = new Set(await world.ends('m1'))
  return new Set(
    [...takenBy(world).keys()].filter((who) => !ended.has(`${who.split(' ')[1]} relayed`)),
  )
}

async function dieAt(fate: Fate, call: number, dies: Fate['dies'], work: Promise<unknown>) {
  fate.diesAt = fate.calls + call
  fate.dies = dies
  return Promise.race([work.then(() => 'lived'), fate.dead.promise.then(() => 'died')])
}

const options = { timeout: 300_000 }

for (const dies of ['before', 'after'] as const) {
  test(`killed ${dies} any call while it settles a mail`, options, async () => {
    for (let call = 1; ; call += STRIDE) {
      await using world = await open()
      const victim = world.spawn()
      victim.database.diesAt = call
      victim.database.dies = dies
      const work = settle(world.mail, victim.rules).then(() => 'lived')
      const outcome = await Promise.race([work, victim.database.dead.promise])
      const window = await unwritten(world)
      assert.equal((await settle(world.mail, world.rules)).kind, 'done')
      await untilEmpty(world, world.workOff)
      await assertOnce(world, window, `call ${call}`)
      if (outcome === 'lived') return assert.ok(call > 10)
    }
  })

  test(`killed ${dies} any call while it works on entries`, options, async () => {
    for (let call = 1; ; call += STRIDE) {
      await using world = await open()
      // All of it from the queue.
      const { answer } = world
      world.answer = () => ({ kind: 'busy', afterMs: 1000 })
      assert.equal((await settle(world.mail, world.rules)).kind, 'done')
      world.answer = answer
      world.fail = {}
      world.clock.move(MINUTE_MS)
      const victim = world.spawn()
      const outcome = await dieAt(victim.database, call, dies, victim.workOff())
      const window = await unwritten(world)
      world.clock.move(MINUTE_MS)
      await untilEmpty(world, world.workOff)
      await assertOnce(world, window, `call ${call}`)
      if (outcome === 'lived') return assert.ok(call > 10)
    }
  })
}

test('who slept past his lease sends nothing, and changes nothing', options, async () => {
  await using world = await open()
  const { answer } = world
  world.answer = () => ({ kind: 'busy', afterMs: 1000 })
  await settle(mailTo(['x@remote.test'], { envelope: OURS }), world.rules)
  world.clock.move(MINUTE_MS)
  const asleep = Promise.withResolvers<void>()
  const sleeps = Promise.withResolvers<void>()
  world.answer = async (domain, mail, signal) => {
    sleeps.resolve()
    await asleep.promise
    return answer?.(domain, mail, signal) ?? assert.fail()
  }
  const sleeper = world.spawn()
  const working = sleeper.workOff()
  await sleeps.promise
  // Its renewals do not get through.
  sleeper.database.failing = true
  world.answer = answer
  for (let i = 0; i < 10; i++) {
    world.clock.move(MINUTE_MS)
    await world.workOff()
  }
  assert.equal(world.sent.length, 1)
  assert.deepEqual(await world.queue(), [])
  sleeper.database.failing = false
  asleep.resolve()
  await working
  assert.equal(world.sent.length, 1, 'it was sent twice')
  assert.deepEqual(await world.ends('m1'), ['x@remote.test relayed'])
})

type Held = Awaited<ReturnType<typeof open>>
type Answer = NonNullable<Held['answer']>

/** A process of its own makes the first attempt, and hears nothing of the other host until `going` is resolved. */
async function heldUp(world: Held, answer = world.answer) {
  const going = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  world.answer = async (domain, mail, signal) => {
    begun.resolve()
    await going.promise
    return answer?.(domain, mail, signal) ?? assert.fail()
  }
  const mail = mailTo(['x@remote.test'], { envelope: OURS })
  const holder = world.spawn()
  const settling = settle(mail, holder.rules)
  await begun.promise
  return { mail, holder, settling, going }
}

test('a mail that comes again while its first attempt goes on waits for it', options, async () => {
  await using world = await open()
  const { mail, settling, going } = await heldUp(world)
  assert.equal((await settle(mail, world.rules)).kind, 'done')
  assert.deepEqual(await world.queue(), ['remote.test x@remote.test'])
  await world.workOff()
  assert.equal(world.sent.length, 0)
  going.resolve()
  assert.equal((await settling).kind, 'done')
  world.clock.move(10 * MINUTE_MS)
  await world.workOff()
  assert.equal(world.sent.length, 1)
  assert.deepEqual(await world.queue(), [])
})

test('a first attempt that was taken over sends nothing', options, async () => {
  await using world = await open()
  const { answer } = world
  const { mail, settling, going, holder } = await heldUp(world)
  holder.database.failing = true
  await settle(mail, world.rules)
  world.answer = answer
  world.clock.move(MINUTE_MS)
  await world.workOff()
  assert.equal(world.sent.length, 1)
  holder.database.failing = false
  going.resolve()
  assert.equal((await settling).kind, 'done')
  world.clock.move(10 * MINUTE_MS)
  await world.workOff()
  assert.equal(world.sent.length, 1)
  assert.deepEqual(await world.ends('m1'), ['x@remote.test relayed'])
})

test('a first attempt that was refused, and then taken over, tells nobody', options, async () => {
  await using world = await open()
  const { answer } = world
  const refuse: Answer = (_, mail) => results(mail, 'failed', '550 5.7.1 Not you')
  const { mail, settling, going, holder } = await heldUp(world, refuse)
  // It hears of nothing any more, and somebody else gets the mail.
  holder.database.failing = true
  await settle(mail, world.rules)
  world.answer = answer
  world.clock.move(MINUTE_MS)
  await world.workOff()
  assert.equal(world.sent.length, 1)
  holder.database.failing = false
  going.resolve()
  assert.equal((await settling).kind, 'done')
  await untilEmpty(world, world.workOff)
  assert.deepEqual(world.notices, [])
  assert.deepEqual(await world.ends('m1'), ['x@remote.test relayed'])
})

test(
  'the work of the dead is begun again when they rely on nothing any more',
  options,
  async () => {
    await using world = await open()
    const begun = Promise.withResolvers<void>()
    world.answer = () => {
      begun.resolve()
      return new Promise(() => {})
    }
    const mail = mailTo(['x@remote.test'], { envelope: OURS })
    const dead = world.spawn({ leaseMs: 20_000 })
    void settle(mail, dead.rules)
    await begun.promise
    dead.database.failing = true
    const heir = world.spawn({ leaseMs: 20_000 })
    await settle(mail, heir.rules)
    world.answer = undefined
    world.clock.move(14_999)
    await heir.workOff()
    assert.equal(world.sent.length, 0, 'the clocks of the two may differ')
    world.clock.move(1)
    await heir.workOff()
    assert.equal(world.sent.length, 1)
  },
)
