import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { reply } from '#lib/smtp/reply.ts'
import type { Question, Verdict } from './admission.ts'
import { rememberAnswers } from './recent-answers.ts'

const ADMITTED: Verdict = {
  kind: 'admitted',
  admitted: {
    ...{ class: 'personal', tenant: 't', hideClient: false },
    ...{ sizeBytesMax: 1000, recipientsMax: 10 },
  },
}
const REFUSED: Verdict = { kind: 'refused', reply: reply(450, '4.7.1', 'Too much') }
const BEGINS: Question = {
  ...{
    account: 'a',
    domain: 'example.test',
    clientAddress: '192.0.2.1',
    sender: parseAddress('alice@example.test'),
  },
  ...{ recipients: [], sizeBytes: 0 },
}
const ENDS: Question = { ...BEGINS, mail: { id: 'm', authors: [] } }

function open() {
  let now = 0
  const world = {
    asked: 0,
    verdict: ADMITTED,
    away: false,
    pass(ms: number) {
      now += ms
    },
  }
  const admit = rememberAnswers(
    async () => {
      world.asked += 1
      if (world.away) throw new Fault('unavailable', 'Away')
      return world.verdict
    },
    { monotonic: () => now },
  )
  return { world, admit }
}

test('who may begin a mail is asked again after a few seconds', async () => {
  const { world, admit } = open()
  assert.equal((await admit(BEGINS)).kind, 'admitted')
  world.pass(4999)
  assert.equal((await admit({ ...BEGINS, sizeBytes: 7 })).kind, 'admitted')
  assert.equal(world.asked, 1)
  world.pass(1)
  await admit(BEGINS)
  assert.equal(world.asked, 2)
})

test('another account, sender or client is another question', async () => {
  const { world, admit } = open()
  const sender = parseAddress('bob@example.test')
  const others: Partial<Question>[] = [
    { account: 'b' },
    { clientAddress: '192.0.2.2' },
    { sender },
    { sender: null },
  ]
  for (const other of [{}, ...others]) await admit({ ...BEGINS, ...other })
  assert.equal(world.asked, 5)
})

test('the mail itself is always asked about, and its refusal is remembered', async () => {
  const { world, admit } = open()
  await admit(BEGINS)
  await admit(ENDS)
  await admit(ENDS)
  assert.equal(world.asked, 3)
  world.verdict = REFUSED
  assert.equal((await admit(ENDS)).kind, 'refused')
  assert.equal((await admit(BEGINS)).kind, 'refused')
  assert.equal((await admit(BEGINS)).kind, 'refused')
  assert.equal(world.asked, 6)
})

test('when nobody answers about the mail, nothing is known about the next', async () => {
  const { world, admit } = open()
  await admit(BEGINS)
  world.away = true
  await assert.rejects(admit(ENDS), Fault)
  await assert.rejects(admit(BEGINS), Fault)
})
