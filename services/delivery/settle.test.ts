import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Resolution, Target } from '#lib/mail/resolution.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { BackOff } from './back-off.ts'
import { deliveryEvents } from './events.ts'
import { Gate } from './gate.ts'
import { MailUnreadable, type SettleRules, type SpooledMail, settle } from './settle.ts'
import { Settled } from './settled.ts'
import { Waiting } from './waiting.ts'

const DAY = 24 * 60 * 60 * 1000
const AWAY = new Fault('unavailable', 'The store is away')
const FULL = new Fault('over-quota', 'The mailbox is full')

function mailTo(recipients: readonly string[], attempt = 1): SpooledMail {
  return {
    attempt,
    envelope: {
      ...{ mailId: 'm1', class: 'personal', sender: null, receivedAt: 0, sizeBytes: 1 },
      recipients: recipients.map((local) => ({ address: parseAddress(`${local}@example.test`) })),
      ...{ body: '7bit', smtpUtf8: false, client: { address: '::1', helo: 'x', tls: false } },
    },
    read: () => assert.fail('unexpected read'),
    stream: () => assert.fail('unexpected stream'),
  }
}

/** Accounts have the name of their address; `fail` says what their store says, or their directory. */
function openRules(fail: Readonly<Record<string, Error | Resolution['kind']>> = {}) {
  const appended: string[] = []
  const world = { now: 0, fail: { ...fail } as Record<string, Error | Resolution['kind']> }
  const telemetry = recordTelemetry()
  const rules: SettleRules = {
    async resolve({ local }) {
      const kind = world.fail[local]
      if (kind === 'unknown' || kind === 'elsewhere' || kind === 'disabled') return { kind }
      if (local === 'lost') throw AWAY
      if (local === 'empty') return { kind: 'accounts', targets: [], forwards: [] }
      const accounts = local === 'both' ? ['alice', 'bob'] : [local.replace('alias-', '')]
      const target = (account: string): Target => ({
        ...{ account, tenant: 't', domain: 'example.test', quotas: [] },
      })
      return { kind: 'accounts', targets: accounts.map(target), forwards: [] }
    },
    async append({ account }, _mail, prefix) {
      const error = world.fail[account]
      if (error instanceof Error) throw error
      appended.push(account)
      assert.equal(Buffer.from(prefix).toString(), 'Return-Path: <>\r\n')
      return { uid: 1, repeated: false }
    },
    now: () => world.now,
    retryAgeMs: 5 * DAY,
    gate: new Gate({ sleep: () => new Promise(() => {}) }, new AbortController().signal),
    backOff: new BackOff({ monotonic: () => world.now }),
    settled: new Settled(),
    waiting: new Waiting(1),
    events: deliveryEvents(telemetry),
  }
  return { rules, world, appended, told: telemetry.told }
}

test('done is when every recipient has it; two addresses of one account are one delivery', async () => {
  const { rules, appended } = openRules()
  const mail = mailTo(['alice', 'alias-alice', 'bob', 'both'])
  assert.deepEqual(await settle(mail, rules), { kind: 'done' })
  assert.deepEqual(appended.toSorted(), ['alice', 'bob'])
})

test('one that fails holds up nobody else, and comes alone the next time', async () => {
  const { rules, world, appended } = openRules({ bob: AWAY })
  const mail = mailTo(['alice', 'bob', 'carol'])
  assert.deepEqual(await settle(mail, rules), { kind: 'retry', afterMs: 1000 })
  assert.deepEqual(appended.toSorted(), ['alice', 'carol'])
  // Too early: the account is left alone, and the mail told when to come.
  world.now = 400
  delete world.fail.bob
  assert.deepEqual(await settle(mail, rules), { kind: 'retry', afterMs: 600 })
  world.now = 1000
  assert.deepEqual(await settle(mail, rules), { kind: 'done' })
  assert.deepEqual(appended.toSorted(), ['alice', 'bob', 'carol'])
})

test('what waits for whom: by error', async () => {
  const cases: [error: Error | Resolution['kind'], afterMs: number][] = [
    [AWAY, 1000],
    [new Fault('busy', 'Busy'), 1000],
    [new Fault('conflict', 'Again'), 1000],
    [new TypeError('our bug'), 1000],
    [FULL, 60_000],
    ['disabled', 60_000],
  ]
  for (const [error, afterMs] of cases) {
    const { rules } = openRules({ alice: error })
    const outcome = await settle(mailTo(['alice']), rules)
    assert.deepEqual(outcome, { kind: 'retry', afterMs }, String(error))
  }
  const { rules } = openRules()
  assert.deepEqual(await settle(mailTo(['lost']), rules), { kind: 'retry', afterMs: 1000 })
  assert.deepEqual(await settle(mailTo(['lost'], 4), rules), { kind: 'retry', afterMs: 10_000 })
})

test('what can never be delivered is a dead letter that says why', async () => {
  const cases: [error: Error | Resolution['kind'], reason: string][] = [
    ['unknown', 'alice@example.test: does not exist any more'],
    ['elsewhere', 'alice@example.test: is not hosted here'],
    [new Fault('not-found', 'No such account'), 'alice@example.test: No such account'],
    [new Fault('too-large', 'Too large'), 'alice@example.test: Too large'],
  ]
  for (const [error, reason] of cases) {
    const { rules, appended } = openRules({ alice: error })
    const outcome = await settle(mailTo(['alice', 'bob']), rules)
    assert.deepEqual(outcome, { kind: 'poison', reason })
    assert.deepEqual(appended, ['bob'])
  }
  // An address that leads to nobody must not swallow mail.
  assert.equal((await settle(mailTo(['empty']), openRules().rules)).kind, 'poison')
})

test('a dead letter waits for those who may yet get it', async () => {
  const { rules, world } = openRules({ alice: 'unknown', bob: AWAY })
  const mail = mailTo(['alice', 'bob'])
  assert.equal((await settle(mail, rules)).kind, 'retry')
  world.now = 1000
  delete world.fail.bob
  assert.equal((await settle(mail, rules)).kind, 'poison')
})

test('a full mailbox is given up after its days, a store that is away never', async () => {
  const { rules, world } = openRules({ alice: FULL, bob: 'disabled', carol: AWAY })
  world.now = 5 * DAY - 1
  assert.deepEqual(await settle(mailTo(['alice'], 99), rules), { kind: 'retry', afterMs: 900_000 })
  world.now = 5 * DAY
  assert.equal((await settle(mailTo(['alice'], 99), rules)).kind, 'poison')
  assert.equal((await settle(mailTo(['bob'], 99), rules)).kind, 'poison')
  world.now = 50 * DAY
  assert.equal((await settle(mailTo(['carol'], 99), rules)).kind, 'retry')
})

test('when too many wait for full mailboxes, the next does not', async () => {
  const { rules, world } = openRules({ alice: FULL })
  const second = mailTo(['alice'])
  const mails = [mailTo(['alice']), { ...second, envelope: { ...second.envelope, mailId: 'm2' } }]
  const kinds = async () =>
    (await Promise.all(mails.map((mail) => settle(mail, rules)))).map(({ kind }) => kind)
  assert.deepEqual(await kinds(), ['retry', 'poison'])
  assert.deepEqual(await kinds(), ['retry', 'poison'])
  delete world.fail.alice
  assert.deepEqual(await kinds(), ['done', 'done'])
})

test('bytes that the spool cannot hand out are the matter of the spool', async () => {
  const { rules } = openRules()
  const missing = new Error('bytes missing')
  const append = () => Promise.reject(new MailUnreadable(missing))
  await assert.rejects(settle(mailTo(['alice']), { ...rules, append }), missing)
})
