import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import { addAccount } from '../add-account.ts'
import { addDomain, deleteDomain } from '../domains.ts'
import { change, DEFAULTS, DOMAIN, openExample } from '../testing.ts'
import type { SendingRules } from './sending-rules.ts'
import { setSending, showSending } from './set-sending.ts'

const fault = (code: FaultCode) => (error: unknown) => error instanceof Fault && error.code === code

async function open() {
  const directory = await openExample()
  const { registry, hasher, collections } = directory
  const { _id } = await addAccount(change('alice@example.test'), registry, hasher)
  return {
    ...directory,
    account: _id,
    set: (scope: string, name: string, rules: SendingRules, unset: readonly string[] = []) =>
      setSending({ scope, name, rules, unset }, registry, DEFAULTS),
    show: (scope: string, name: string) => showSending({ scope, name }, collections, DEFAULTS),
  }
}

test('the nearest rule given counts, and says where it is from', async () => {
  await using given = await open()
  const { set, show } = given
  await set('platform', '', { messagesPerHour: 1, messagesPerDay: 10, hold: true })
  await set('tenant', 'example', { messagesPerDay: 20, recipientsPerDay: 0 })
  await set('domain', 'Example.TEST', { messagesPerHour: 3 })
  const report = await set('account', 'alice@example.test', { hold: false })
  assert.deepEqual(report.own, { hold: false })
  const { rules, from } = report
  assert.deepEqual(
    [rules.messagesPerHour, rules.messagesPerDay, rules.recipientsPerDay, rules.hold],
    [3, 20, 0, false],
  )
  assert.equal(rules.sizeBytes, DEFAULTS.sizeBytes)
  assert.deepEqual(
    [from.messagesPerHour, from.messagesPerDay, from.hold, from.sizeBytes],
    ['domain example.test', 'tenant example', 'account alice@example.test', 'default'],
  )
  const sibling = await show('domain', 'example.jp')
  assert.deepEqual(sibling.own, {})
  assert.deepEqual([sibling.rules.messagesPerHour, sibling.from.hold], [1, 'platform'])
  const other = await show('tenant', 'other')
  assert.equal(other.rules.messagesPerDay, 10)
})

test('what is unset is inherited again', async () => {
  await using given = await open()
  const { set } = given
  await set('domain', 'example.test', { messagesPerHour: 3, hold: true })
  const report = await set('domain', 'example.test', { sizeBytes: 1 }, ['messagesPerHour'])
  assert.deepEqual(report.own, { hold: true, sizeBytes: 1 })
  assert.equal(report.from.messagesPerHour, 'default')
  await set('tenant', 'example', {}, ['hold'])
})

test('a change is written down, and told to whom it concerns', async () => {
  await using given = await open()
  const { set, announced, collections, account } = given
  await set('account', account, { hold: true })
  assert.deepEqual(announced.at(-1), { accounts: [account] })
  await set('tenant', 'example', { hold: true })
  assert.deepEqual(announced.at(-1)?.domains?.toSorted(), ['example.jp', 'example.test'])
  await set('domain', 'example.jp', { hold: true })
  assert.deepEqual(announced.at(-1), { domains: ['example.jp'] })
  const line = await collections.audit.findOne({ target: 'domain example.jp' })
  assert.equal(line?.what, 'sending.set')
})

test('what makes no sense is refused', async () => {
  await using given = await open()
  const { set } = given
  const cases: [scope: string, name: string, rules: SendingRules, code: FaultCode][] = [
    ['domain', 'example.test', { messagesPerHour: -1 }, 'invalid'],
    ['domain', 'example.test', { sizeBytes: 1.5 }, 'invalid'],
    ['domain', 'example.test', { tenantMessagesPerHour: 1 }, 'invalid'],
    ['account', 'alice@example.test', { tenantRecipientsPerDay: 1 }, 'invalid'],
    ['', 'example', { hold: true }, 'invalid'],
    ['reseller', 'x', { hold: true }, 'invalid'],
    ['tenant', 'nobody', { hold: true }, 'not-found'],
    ['domain', 'elsewhere.test', { hold: true }, 'not-found'],
    ['account', 'nobody@example.test', { hold: true }, 'not-found'],
  ]
  for (const [scope, name, rules, code] of cases) {
    await assert.rejects(set(scope, name, rules), fault(code), `${scope} ${name}`)
  }
  await assert.rejects(set('platform', '', { hold: true }, ['hold']), fault('invalid'))
  await assert.rejects(set('platform', '', {}, ['toString']), fault('invalid'))
})

test('a domain that another tenant gets has none of the rules that it had', async () => {
  await using given = await open()
  const { set, show, registry } = given
  await set('domain', 'example.jp', { hold: true })
  await deleteDomain('example.jp', registry)
  await addDomain({ ...DOMAIN, name: 'example.jp', tenant: 'other', reuse: true }, registry)
  assert.deepEqual((await show('domain', 'example.jp')).own, {})
})
