import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { setAccount } from '../accounts.ts'
import { addAccount } from '../add-account.ts'
import { mayUse } from '../addressing/identity.ts'
import { setDomain } from '../domains.ts'
import { setTenant } from '../tenants.ts'
import { change, DEFAULTS, DOMAIN, openExample, type TestDirectory, tenant } from '../testing.ts'
import { type Asked, admit, type Verdict } from './admit.ts'
import { Senders } from './senders.ts'
import type { SendingRules } from './sending-rules.ts'
import { SentCounts } from './sent-counts.ts'
import { setSending } from './set-sending.ts'

const MINUTE_MS = 60_000

function openAdmission({ collections, clock, events }: TestDirectory) {
  const admission = {
    collections,
    clock,
    events,
    mayUse,
    senders: new Senders(collections, DEFAULTS, clock),
    counts: new SentCounts(collections.sent, clock),
  }
  return (asked: Asked) => admit(asked, admission)
}

/** Alice with an alias, bob of the same tenant, and what alice would send. */
async function open() {
  const directory = await openExample()
  const { registry, hasher } = directory
  const aliases = { addresses: ['info@example.test'] }
  const alice = await addAccount(change('alice@example.test', aliases), registry, hasher)
  const bob = await addAccount(change('bob@example.jp'), registry, hasher)
  const admitHere = openAdmission(directory)
  let mails = 0
  const ask = (more: Partial<Asked> = {}) =>
    admitHere({
      account: alice._id,
      protocol: 'submission',
      sender: 'alice@example.test',
      headerFrom: ['alice@example.test'],
      recipients: ['someone@elsewhere.test'],
      sizeBytes: 1000,
      final: true,
      mailId: `mail ${++mails}`,
      ...more,
    })
  const set = async (scope: string, name: string, rules: SendingRules) => {
    await setSending({ scope, name, rules, unset: [] }, registry, DEFAULTS)
    directory.clock.move(5001)
  }
  return { ...directory, directory, ask, set, alice, bob }
}

function say(verdict: Verdict): string {
  if (verdict.kind !== 'reject') return verdict.kind
  const { code, status, text } = verdict.refusal
  return `${code} ${status} ${text}`
}

const recipients = (count: number) =>
  Array.from({ length: count }, (_, i) => `r${i}@elsewhere.test`)

test('who sends as itself is let through, and nobody else', async () => {
  await using given = await open()
  const { ask } = given
  const no = '550 5.7.1 bob@example.jp is not yours to send from'
  const [own, other] = ['Alice@EXAMPLE.test', 'bob@example.jp']
  const cases: [asked: Partial<Asked>, said: string][] = [
    [{ sender: own, headerFrom: ['info@example.test'] }, 'accept'],
    [{ sender: other }, no],
    [{ headerFrom: [other] }, no],
    [{ headerFrom: [own, other] }, no],
    [{ final: false, sender: other, headerFrom: [] }, no],
    [{ final: false, sender: '', headerFrom: [] }, 'accept'],
    [{ sender: '', headerFrom: [own] }, 'accept'],
    [{ sender: '', headerFrom: [other] }, no],
    [{ headerFrom: [] }, '550 5.7.1 The From field has no address'],
    [{ sender: 'nonsense' }, '550 5.7.1 That address is not yours to send from'],
    [{ account: 'nobody' }, '550 5.7.1 This account may not send mail'],
  ]
  for (const [asked, said] of cases)
    assert.equal(say(await ask(asked)), said, JSON.stringify(asked))
})

test('an account, domain or tenant that is suspended sends nothing, within 5 seconds', async () => {
  await using given = await open()
  const { registry, hasher, ask, clock } = given
  const domain = { ...DOMAIN, name: 'example.test', tenant: '' }
  const switches = [
    (suspended: boolean) => setTenant({ ...tenant('example'), suspended }, registry),
    (suspended: boolean) => setDomain({ ...domain, suspended }, registry),
    (suspended: boolean) =>
      setAccount(change('alice@example.test', { suspended }), registry, hasher),
  ]
  for (const suspend of switches) {
    await suspend(true)
    clock.move(5001)
    assert.match(say(await ask()), /^550 5\.7\.1 This account/)
    await suspend(false)
    clock.move(5001)
    assert.equal(say(await ask()), 'accept')
  }
})

test('size and recipients of one message have limits, which the refusal names', async () => {
  await using given = await open()
  const { ask, set } = given
  await set('tenant', 'example', { sizeBytes: 5000, recipientsPerMessage: 3 })
  assert.equal(say(await ask({ sizeBytes: 5000, recipients: recipients(3) })), 'accept')
  assert.equal(
    say(await ask({ sizeBytes: 5001 })),
    '552 5.3.4 The message has 5001 bytes, your limit is 5000',
  )
  const tooMany = 'A message of yours may have 3 recipients; send to the others with another'
  assert.equal(say(await ask({ recipients: recipients(4) })), `550 5.5.3 ${tooMany}`)
  const asked = { recipients: recipients(4), final: false }
  assert.equal(say(await ask(asked)), `452 4.5.3 ${tooMany}`)
})

test('an account that has sent enough is told when to come again and whom to ask (R181)', async () => {
  await using given = await open()
  const { ask, set, clock, alice } = given
  await set('account', 'alice@example.test', { messagesPerHour: 3, recipientsPerHour: 10 })
  for (let i = 0; i < 3; i++) assert.equal(say(await ask()), 'accept')
  const slowed = (wait: string) =>
    `450 4.7.1 You may send 3 messages in any hour; try again in ${wait}, or ask: your administrator can allow more`
  assert.equal(say(await ask()), slowed('65 minutes'))
  assert.equal(say(await ask({ final: false, recipients: [] })), slowed('65 minutes'))
  clock.move(64 * MINUTE_MS)
  assert.equal(say(await ask()), slowed('1 minute'))
  clock.move(MINUTE_MS)
  assert.equal(say(await ask({ recipients: recipients(9) })), 'accept')
  const ten = /^450 4\.7\.1 You may send to 10 recipients in any hour; try again in 65 minutes/
  assert.match(say(await ask({ recipients: recipients(2) })), ten)
  assert.equal(say(await ask({ recipients: recipients(1) })), 'accept')
  const never = /^550 5\.7\.1 You may send to 10 recipients in any hour; send to fewer/
  assert.match(say(await ask({ recipients: recipients(11) })), never)
  const { sent } = given.collections
  const counted = await sent.findOne({ _id: `account ${alice._id}` })
  assert.equal(
    counted?.hour.reduce((sum, { recipients }) => sum + recipients, 0),
    10,
  )
})

test('a day has its own limit', async () => {
  await using given = await open()
  const { ask, set, clock } = given
  await set('platform', '', { messagesPerHour: 0, messagesPerDay: 2 })
  for (let i = 0; i < 2; i++) assert.equal(say(await ask()), 'accept')
  assert.match(say(await ask()), /2 messages in any day; try again in 25 hours/)
  clock.move(25 * 60 * MINUTE_MS)
  assert.equal(say(await ask()), 'accept')
})

test('a tenant as a whole has limits, and what it refuses is not counted for the account', async () => {
  await using given = await open()
  const { ask, set, collections, alice, bob } = given
  await set('tenant', 'example', { tenantMessagesPerHour: 2 })
  const own = { sender: 'bob@example.jp', headerFrom: ['bob@example.jp'], account: bob._id }
  assert.equal(say(await ask()), 'accept')
  assert.equal(say(await ask(own)), 'accept')
  const enough = /^450 4\.7\.1 All accounts of your organization together may send 2 messages/
  assert.match(say(await ask()), enough)
  assert.match(say(await ask(own)), enough)
  const counted = await collections.sent.findOne({ _id: `account ${alice._id}` })
  assert.equal(counted?.hour[0]?.messages, 1)
})

test('the same mail again is let through again, and counted once', async () => {
  await using given = await open()
  const { ask, set } = given
  await set('account', 'alice@example.test', { messagesPerHour: 2 })
  for (let i = 0; i < 5; i++) assert.equal(say(await ask({ mailId: 'one' })), 'accept')
  for (let i = 0; i < 2; i++) assert.equal(say(await ask({ mailId: 'two' })), 'accept')
  assert.match(say(await ask({ mailId: 'three' })), /^450/)
})

test('only a final mail that is taken counts', async () => {
  await using given = await open()
  const { ask, set } = given
  await set('account', 'alice@example.test', { messagesPerHour: 1 })
  for (let i = 0; i < 3; i++) assert.equal(say(await ask({ final: false })), 'accept')
  assert.match(say(await ask({ headerFrom: [] })), /^550/)
  assert.equal(say(await ask()), 'accept')
  assert.match(say(await ask()), /^450/)
})

test('whose mail is to be looked at first is held, and counted', async () => {
  await using given = await open()
  const { ask, set, telemetry } = given
  await set('domain', 'example.test', { hold: true, messagesPerHour: 1 })
  assert.equal(say(await ask()), 'hold')
  assert.match(say(await ask()), /^450/)
  const outcomes = telemetry.told
    .filter(({ name }) => name === 'directory_admissions_total')
    .map(({ fields }) => `${fields.protocol} ${fields.outcome}`)
  assert.deepEqual(outcomes, ['submission held', 'submission rate'])
})

test('many at once in two processes get no more than the limit, and none less', async () => {
  await using given = await open()
  const { directory, set, alice } = given
  await set('account', 'alice@example.test', { messagesPerHour: 12, recipientsPerHour: 0 })
  const processes = [openAdmission(directory), openAdmission(directory)]
  const asked = (mailId: string): Asked => ({
    account: alice._id,
    protocol: 'submission',
    sender: 'alice@example.test',
    headerFrom: ['alice@example.test'],
    recipients: ['someone@elsewhere.test'],
    sizeBytes: 1,
    final: true,
    mailId,
  })
  const verdicts = await Promise.all(
    Array.from({ length: 30 }, (_, i) => processes[i % 2]?.(asked(`mail ${i}`))),
  )
  const accepted = verdicts.filter((verdict) => verdict?.kind === 'accept')
  assert.equal(accepted.length, 12)
})

test('a database that is away is no refusal', async () => {
  await using given = await open()
  const { directory, clock, ask } = given
  assert.equal(say(await ask()), 'accept')
  const away = () => Promise.reject(new Fault('unavailable', 'The database does not answer'))
  const find = async function* () {
    yield await away()
  }
  const sent = { ...directory.collections.sent, find: find as never, findOne: away }
  const { collections, events, alice } = given
  const admission = {
    collections,
    clock,
    events,
    mayUse,
    senders: new Senders(collections, DEFAULTS, clock),
    counts: new SentCounts(sent, clock),
  }
  const asked = { account: alice._id, sender: '', headerFrom: ['alice@example.test'] }
  const rest = { protocol: 'api', recipients: [], sizeBytes: 1, mailId: 'x' }
  for (const final of [false, true]) {
    await assert.rejects(
      admit({ ...asked, ...rest, final }, admission),
      (error) => error instanceof Fault && error.code === 'unavailable',
    )
  }
})
