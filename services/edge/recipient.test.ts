import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { checkRecipient, type RecipientRules } from './recipient.ts'

const HOME: Resolution = {
  kind: 'accounts',
  targets: [{ account: 'a1', tenant: 't1', domain: 'example.test', quotas: [] }],
  forwards: [],
}
const AWAY = {
  address: parseAddress('a@elsewhere.test'),
  by: 'a@b.test',
  tenant: 't1',
}
const FORWARDED: Resolution = { kind: 'accounts', targets: [], forwards: [AWAY] }
const ASKED = { recipients: 0, smtpUtf8: false }

function rulesOf(resolution: Resolution | Error, more: Partial<RecipientRules> = {}) {
  const failures: unknown[] = []
  const rules: RecipientRules = {
    resolve: async () => {
      if (resolution instanceof Error) throw resolution
      return resolution
    },
    postmaster: undefined,
    hostname: 'mx.Example.test',
    recipientsMax: 2,
    fullSince: () => undefined,
    fullGraceMs: 1000,
    now: () => 5000,
    failed: (error) => failures.push(error),
    ...more,
  }
  return { rules, failures }
}

async function check(address: string, rules: RecipientRules, asked = ASKED) {
  const answer = await checkRecipient({ address: parseAddress(address) }, asked, rules)
  const { code, status } = answer.reply
  return `${code} ${status} ${formatAddress(answer.recipient.address)}`
}

test('what the directory says decides. RFC 5321 §3.6.2', async () => {
  const cases: [resolution: Resolution | Error, reply: string][] = [
    [HOME, '250 2.1.5'],
    [{ kind: 'accounts', targets: [], forwards: [] }, '550 5.1.1'],
    [FORWARDED, '250 2.1.5'],
    [{ kind: 'unknown' }, '550 5.1.1'],
    [{ kind: 'elsewhere' }, '550 5.7.1'],
    [{ kind: 'disabled' }, '450 4.2.1'],
    [new Fault('unavailable', 'away'), '451 4.3.0'],
    [new TypeError('a bug'), '451 4.3.0'],
    [new Fault('invalid', 'Bad address'), '501 5.5.4'],
  ]
  for (const [resolution, reply] of cases) {
    const { rules, failures } = rulesOf(resolution)
    assert.equal(await check('a@b.test', rules), `${reply} a@b.test`)
    assert.equal(failures.length, reply.startsWith('451') ? 1 : 0)
  }
})

test('that a domain was elsewhere is not enough to refuse its mail for good', async () => {
  const { rules } = rulesOf({ kind: 'elsewhere', remembered: true })
  assert.equal(await check('a@b.test', rules), '451 4.3.0 a@b.test')
})

test('a full mailbox is refused before the bytes travel: for now, later for good. RFC 3463 §3.3', async () => {
  const cases: [since: number | undefined, reply: string][] = [
    [undefined, '250 2.1.5'],
    [4001, '452 4.2.2'],
    [4000, '552 5.2.2'],
  ]
  for (const [since, reply] of cases) {
    const { rules } = rulesOf(HOME, { fullSince: () => since })
    assert.equal(await check('a@b.test', rules), `${reply} a@b.test`)
  }
  for (const copied of [FORWARDED, { ...HOME, forwards: [AWAY] }]) {
    const { rules } = rulesOf(copied, { fullSince: () => 4000 })
    assert.equal(await check('a@b.test', rules), '250 2.1.5 a@b.test')
  }
  const unknown = rulesOf({ kind: 'unknown' }, { fullSince: () => 4001 })
  assert.match(await check('a@b.test', unknown.rules), /^550 5.1.1/)
})

test('nobody is asked about too many recipients, or an address that could not be passed on', async () => {
  const { rules } = rulesOf({ kind: 'unknown' }, { resolve: () => assert.fail('unexpected') })
  assert.match(await check('a@b.test', rules, { recipients: 2, smtpUtf8: false }), /^452 4.5.3/)
  assert.match(await check('é@b.test', rules), /^553 5.6.7/)
})

test('postmaster of a hosted domain always reaches somebody. RFC 5321 §4.5.1', async () => {
  const postmaster = parseAddress('operator@example.test')
  const unknown = rulesOf({ kind: 'unknown' }, { postmaster }).rules
  assert.equal(await check('PostMaster@b.test', unknown), '250 2.1.5 operator@example.test')
  assert.match(await check('other@b.test', unknown), /^550 5.1.1/)
  const own = rulesOf(HOME, { postmaster }).rules
  assert.equal(await check('postmaster@b.test', own), '250 2.1.5 postmaster@b.test')
  const elsewhere = rulesOf({ kind: 'elsewhere' }, { postmaster }).rules
  assert.match(await check('postmaster@b.test', elsewhere), /^550 5.7.1/)
  // `<postmaster>` alone.
  assert.match(await check('postmaster@mx.example.test', elsewhere), /^250 .* operator@/)
})
