import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { Outage } from '#lib/base/outage.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { reply } from '#lib/smtp/reply.ts'
import type { Admitted, Question, Verdict } from './admission.ts'
import { KnownSenders } from './known-senders.ts'

const HOUR = 3_600_000
const NONE = { messagesPerHour: 0, messagesPerDay: 0, recipientsPerHour: 0, recipientsPerDay: 0 }
const ADMITTED: Admitted = {
  ...{ class: 'personal', tenant: 't', hideClient: true, hold: 'looked at first' },
  ...{ sizeBytesMax: 1000, recipientsMax: 3 },
  rates: { own: NONE, together: NONE },
}
const ALICE = 'alice@example.test'
const SALES = 'sales@shop.test'

function begins(sender: string | null = ALICE, more: Partial<Question> = {}): Question {
  return {
    ...{ account: 'a1', domain: 'example.test', clientAddress: '192.0.2.1' },
    ...{ sender: sender === null ? null : parseAddress(sender), recipients: [], sizeBytes: 0 },
    ...more,
  }
}

function ends(authors: readonly string[] = [ALICE], recipients = 1, sender: string | null = ALICE) {
  const to = Array.from({ length: recipients }, (_, i) => parseAddress(`r${i}@x.test`))
  return begins(sender, { recipients: to, mail: { id: 'm', authors: authors.map(parseAddress) } })
}

function open(admitted: Admitted = ADMITTED) {
  const world = {
    now: 0,
    verdict: { kind: 'admitted', admitted } as Verdict,
    away: undefined as FaultCode | undefined,
    asked: 0,
    wentOn: 0,
    during: () => {},
  }
  const clock = { now: () => 1_000_000_000_000 + world.now, monotonic: () => world.now }
  const outage = new Outage(clock, 5000)
  const senders = new KnownSenders(
    async () => {
      world.asked += 1
      world.during()
      if (world.away) throw new Fault(world.away, 'No answer')
      return world.verdict
    },
    { clock, outage, wentOn: () => void world.wentOn++ },
  )
  const ask = (question: Question) => {
    world.now += 10_000
    return senders.admit(question)
  }
  return { world, senders, ask }
}

const away = { code: 'unavailable' }

test('a known account goes on as what was found to be its own, by the last answer, for a day', async () => {
  const { world, ask } = open()
  await ask(begins())
  await ask(ends([ALICE, SALES]))
  world.away = 'unavailable'
  assert.deepEqual(await ask(ends([SALES], 3, SALES)), { kind: 'admitted', admitted: ADMITTED })
  assert.equal((await ask(begins(null))).kind, 'admitted', 'a receipt has no sender')
  assert.equal(world.wentOn, 1)
  await assert.rejects(ask(begins('bob@example.test')), away)
  await assert.rejects(ask(ends([ALICE, 'bob@example.test'])), away)
  await assert.rejects(ask(ends([])), away)
  await assert.rejects(ask(ends([ALICE], 4)), away)
  await assert.rejects(ask({ ...ends(), sizeBytes: 1001 }), away)
  await assert.rejects(ask({ ...begins(), account: 'a2' }), away)
  world.now = 24 * HOUR - 1
  assert.equal((await ask(begins())).kind, 'admitted')
  world.now = 24 * HOUR + 20_000
  await assert.rejects(ask(begins()), away)
})

test('each address has its own day', async () => {
  const { world, ask } = open()
  await ask(begins(SALES))
  world.now = 23 * HOUR
  await ask(begins(ALICE))
  world.away = 'unavailable'
  world.now = 25 * HOUR
  assert.equal((await ask(begins(ALICE))).kind, 'admitted')
  await assert.rejects(ask(begins(SALES)), away)
})

test('as long as there is an answer, it counts', async () => {
  const { world, ask } = open()
  await ask(begins())
  world.away = 'busy'
  await assert.rejects(ask(begins()), { code: 'busy' })
  world.away = undefined
  world.verdict = { kind: 'refused', reply: reply(450, '4.7.1', 'Too much') }
  assert.equal((await ask(begins())).kind, 'refused')
  world.away = 'unavailable'
  assert.equal((await ask(begins())).kind, 'admitted', 'what passes says nothing of the account')
  world.away = undefined
  world.verdict = { kind: 'refused', reply: reply(550, '5.7.1', 'This account may not send') }
  await ask(begins())
  world.away = 'unavailable'
  await assert.rejects(ask(begins()), away)
})

test('what is announced to have changed is asked for again', async () => {
  for (const name of ['a1', ALICE, 'example.test', SALES, 'shop.test']) {
    const { world, senders, ask } = open()
    await ask(ends([ALICE, SALES]))
    world.away = 'unavailable'
    senders.forget(['a2', 'bob@example.test', 'other.test'])
    assert.equal((await ask(begins())).kind, 'admitted')
    senders.forget([name])
    await assert.rejects(ask(begins()), away, name)
  }
  const { world, senders, ask } = open()
  world.during = () => senders.forget(['a1'])
  await ask(begins())
  world.away = 'unavailable'
  await assert.rejects(ask(begins()), away, 'it changed while it was asked for')
})

test('the limits hold for what this process let through, before the outage and in it', async () => {
  const own = { ...NONE, messagesPerHour: 3 }
  const together = { ...NONE, recipientsPerDay: 5 }
  const { world, ask } = open({ ...ADMITTED, rates: { own, together } })
  await ask(ends())
  world.away = 'unavailable'
  for (let i = 0; i < 2; i++) assert.equal((await ask(ends())).kind, 'admitted')
  for (const question of [ends(), begins()]) {
    const verdict = await ask(question)
    assert.equal(verdict.kind, 'refused')
    assert.match(
      verdict.kind === 'refused' ? `${verdict.reply.code} ${verdict.reply.text}` : '',
      /^450 You may send 3 messages in any hour; try again in \d+ minutes$/,
    )
  }
  world.now += 2 * HOUR
  const verdict = await ask(ends([ALICE], 3))
  assert.match(
    verdict.kind === 'refused' ? verdict.reply.text : '',
    /^All accounts of your organization together may send to 5 recipients in any day; try again/,
  )
  assert.equal((await ask(ends([ALICE], 2))).kind, 'admitted')
})

test('one asks whether it is back; the others do not wait', async () => {
  const { world, senders, ask } = open()
  await ask(begins())
  world.away = 'unavailable'
  await ask(begins())
  const { asked } = world
  assert.equal((await senders.admit(begins())).kind, 'admitted')
  assert.equal(world.asked, asked)
  await assert.rejects(senders.admit(begins(SALES)), away)
  assert.equal(world.asked, asked + 1, 'who is not known asks')
})

test('who cannot be counted, or becomes another sender, is asked about each time', async () => {
  const { rates: _, ...untold } = ADMITTED
  for (const admitted of [untold, { ...ADMITTED, sender: parseAddress(SALES) }]) {
    const { world, ask } = open(admitted)
    await ask(begins())
    world.away = 'unavailable'
    await assert.rejects(ask(begins()), away)
  }
})

test('of an account few addresses are kept, those used last', async () => {
  const { world, ask } = open()
  await ask(begins(SALES))
  for (let i = 0; i < 64; i++) {
    if (i === 40) await ask(begins(ALICE))
    await ask(begins(`alice+${i}@example.test`))
  }
  world.away = 'unavailable'
  assert.equal((await ask(begins(ALICE))).kind, 'admitted')
  await assert.rejects(ask(begins(SALES)), away)
})
