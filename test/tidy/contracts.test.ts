/** Contracts only add: what the last release promised, this tree keeps, as both run side by side. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { decodeEnvelope, type Envelope, encodeEnvelope } from '#lib/mail/envelope.ts'
import { packMail, unpackMail } from '#lib/node/spool/message.ts'
import { findMissingPackages, unpackLastRelease } from '../upgrade/last-release.ts'
import { broken, type Facts, idle, type Reasons } from './contracts/facts.ts'
import { protoFacts } from './contracts/proto-facts.ts'
import {
  collectionFacts,
  metricFacts,
  refusedDefaults,
  requiredFacts,
  settingFacts,
  type Tree,
  thisTree,
  wordFacts,
} from './contracts/tree-facts.ts'

/**
 * What the last release had and this one has not, each with its reason and with what comes in its place: a setting that
 * does nothing any more (it is still taken), a metric that has another name. Goes with the next release.
 */
const WITHDRAWN: Reasons = {}

/**
 * New unique indexes on collections that are there already, and new settings without a default, each with the plan how a
 * platform that runs comes to have it.
 */
const PLANNED: Reasons = {}

const release = unpackLastRelease()
after(() => release[Symbol.dispose]())

const SURFACES: Record<string, (tree: Tree) => Promise<Facts>> = {
  'gRPC methods, messages and their numbers': async ({ folder }) =>
    protoFacts(join(folder, 'proto')),
  settings: settingFacts,
  'names and labels of metrics': metricFacts,
  'collections and their indexes': collectionFacts,
  'subjects, headers and faults': wordFacts,
}

for (const [name, factsOf] of Object.entries(SURFACES)) {
  test(`the last release's ${name} are this tree's as well`, async () => {
    const [before, now] = await Promise.all([factsOf(release), factsOf(thisTree)])
    assert.ok(before.size > 10, `${before.size} facts`)
    const lines = broken(before, now, WITHDRAWN)
    assert.deepEqual(lines, [], `Contracts only add; of ${release.version} (${release.commit}):`)
  })
}

test('a new unique index or a new setting that must be given has a plan', async () => {
  const [before, now] = await Promise.all([additionsOf(release), additionsOf(thisTree)])
  const added = [...now.entries()].filter(
    ([key]) => !before.has(key) && needsPlan(key, now, before),
  )
  const unplanned = added.map(([key]) => key).filter((key) => !Object.hasOwn(PLANNED, key))
  assert.deepEqual(unplanned, [])
})

test('defaults of the last release are still values that are taken', async () => {
  assert.deepEqual(await refusedDefaults(release, thisTree), [])
})

test('nothing is excused that needs no excuse', async () => {
  for (const reasons of [WITHDRAWN, PLANNED]) {
    const both = async (tree: Tree) =>
      new Map(
        (
          await Promise.all(
            [additionsOf, ...Object.values(SURFACES)].map((factsOf) => factsOf(tree)),
          )
        ).flatMap((f) => [...f]),
      )
    assert.deepEqual(idle(await both(release), await both(thisTree), reasons), [])
  }
})

const PERSON = { local: 'ann', domain: 'example.test', legacy: false } as const
const PLAIN: Envelope = {
  mailId: '01hzyplain',
  class: 'personal',
  sender: null,
  recipients: [{ address: PERSON }],
  receivedAt: 1_700_000_000_000,
  sizeBytes: 3,
  body: '7bit',
  smtpUtf8: false,
  client: { address: '192.0.2.1', helo: '', tls: false },
}
/** Everything that an envelope of the last release may hold. */
const FULL: Envelope = {
  ...PLAIN,
  mailId: '01hzyfull',
  class: 'transactional',
  sender: { local: '差出人', domain: 'xn--wgv71a.test', legacy: false },
  recipients: [
    { address: { local: 'a..b', domain: 'example.test', legacy: true }, notify: ['never'] },
    { address: PERSON, notify: ['success', 'failure', 'delay'], orcpt: 'rfc822;Ann@old.test' },
  ],
  body: '8bitmime',
  smtpUtf8: true,
  ret: 'hdrs',
  envid: 'QQ314159',
  hold: 'somebody looks',
  client: { address: '2001:db8::1', helo: 'host', tls: true, account: 'a1', tenant: 't1' },
}

test('either release reads the mails that the other puts into the spool', async () => {
  const old = await release.load<typeof import('#lib/mail/envelope.ts')>('lib/mail/envelope.ts')
  const body = Buffer.from('abc')
  for (const envelope of [PLAIN, FULL]) {
    const read = unpackMail(framed(old.encodeEnvelope(envelope), body))
    assert.deepEqual(read.envelope, envelope)
    assert.deepEqual(Buffer.from(read.body), body)
    const head = encodeEnvelope(envelope)
    assert.deepEqual(old.decodeEnvelope(head), envelope)
    assert.deepEqual(Buffer.from(packMail(envelope, [body])), framed(head, body))
  }
})

/** As a mail lies in the spool: four bytes of length, the envelope, the bytes. */
function framed(head: Uint8Array, body: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(head.length)
  return Buffer.concat([length, head, body])
}

/** As 0.1.0 wrote them: what lies in a spool, or beside a queue entry, may be older than the release before. */
const OF_0_1_0 = [
  [
    PLAIN,
    '{"v":1,"mailId":"01hzyplain","class":"personal","sender":null,"recipients":[{"address":"ann@example.test"}],' +
      '"receivedAt":1700000000000,"sizeBytes":3,"body":"7bit","smtpUtf8":false,' +
      '"client":{"address":"192.0.2.1","helo":"","tls":false}}',
  ],
  [
    FULL,
    '{"v":1,"mailId":"01hzyfull","class":"transactional","sender":"差出人@xn--wgv71a.test","recipients":' +
      '[{"address":"a..b@example.test","notify":["never"]},{"address":"ann@example.test","notify":' +
      '["success","failure","delay"],"orcpt":"rfc822;Ann@old.test"}],"receivedAt":1700000000000,"sizeBytes":3,' +
      '"body":"8bitmime","smtpUtf8":true,"client":{"address":"2001:db8::1","helo":"host","tls":true,' +
      '"account":"a1","tenant":"t1"},"ret":"hdrs","envid":"QQ314159","hold":"somebody looks"}',
  ],
] as const

test('envelopes that 0.1.0 wrote are read, and what a newer release adds is skipped', () => {
  for (const [envelope, text] of OF_0_1_0) {
    assert.deepEqual(decodeEnvelope(Buffer.from(text)), envelope)
    const more = {
      ...JSON.parse(text),
      later: [1],
      client: { ...JSON.parse(text).client, later: 1 },
    }
    assert.deepEqual(decodeEnvelope(Buffer.from(JSON.stringify(more))), envelope)
    const written = JSON.parse(String(encodeEnvelope(envelope)))
    assert.deepEqual(written, JSON.parse(text))
  }
})

// The rules themselves, on offenders of each kind.

const BEFORE = `message M { string a = 1; repeated int32 b = 2; E e = 3; oneof c { bool d = 4; } reserved 9; }
  enum E { Z = 0; Y = 1; }
  service S { rpc Go (M) returns (stream M); rpc Stay (M) returns (M); }`
const OFFENCES: [what: string, from: string, to: string, line: RegExp][] = [
  ['a field is gone', 'string a = 1;', '', /^field p\.M 1: is gone/],
  ['a field has another number', 'a = 1', 'a = 7', /^field p\.M 1: is gone/],
  ['a field has another type', 'string a', 'bytes a', /^field p\.M 1: was a string, is a bytes/],
  ['a field has another name', 'string a', 'string z', /^field p\.M 1: was a /],
  ['a field becomes one of many', 'string a', 'repeated string a', /is a repeated/],
  ['a field of many becomes one', 'repeated int32', 'int32', /is b int32/],
  ['a field has presence', 'string a', 'optional string a', /is a optional string/],
  ['a field leaves its choice', 'oneof c { bool d = 4; }', 'bool d = 4;', /in c/],
  ['a number alone is reserved', 'string a = 1;', 'reserved 1;', /^field p\.M 1: is gone/],
  ['a reserved number is used', 'reserved 9;', 'string n = 9;', /^reserved p\.M 9: is gone/],
  ['a value is gone', 'Y = 1;', '', /^value p\.E 1: is gone/],
  ['a value has another name', 'Y = 1', 'X = 1', /^value p\.E 1: was Y, is X/],
  ['a method is gone', 'rpc Stay (M) returns (M);', '', /^method p\.S\.Stay: is gone/],
  ['a method streams no more', 'returns (stream M)', 'returns (M)', /^method p\.S\.Go: was /],
]
const HARMLESS: [what: string, from: string, to: string][] = [
  ['a field is added', 'string a = 1;', 'string a = 1; string f = 5;'],
  ['a value is added', 'Y = 1;', 'Y = 1; X = 2;'],
  ['a field is reserved', 'string a = 1;', 'reserved 1; reserved "a";'],
  ['a value is reserved', 'Y = 1;', 'reserved 1; reserved "Y";'],
  [
    'a method only reads',
    'returns (M);',
    'returns (M) { option idempotency_level = NO_SIDE_EFFECTS; }',
  ],
]

test('each way to break a contract is noticed, and no addition is taken for one', () => {
  for (const [what, from, to, line] of OFFENCES) {
    assert.match(
      broken(factsOfText(BEFORE), factsOfText(BEFORE.replace(from, to))).join(),
      line,
      what,
    )
  }
  for (const [what, from, to] of HARMLESS) {
    const now = factsOfText(BEFORE.replace(from, to))
    assert.deepEqual(broken(factsOfText(BEFORE), now), [], what)
  }
})

test('what is withdrawn with a reason is excused; an index may not change', () => {
  const before = new Map([
    ['setting edge A', 'there'],
    ['index s c i', '{"fields":{"a":1}}'],
  ])
  const now = new Map([['index s c i', '{"fields":{"b":1}}']])
  const withdrawn = { 'setting edge A': 'does nothing any more' }
  assert.deepEqual(broken(before, now, withdrawn), [
    'index s c i: was {"fields":{"a":1}}, is {"fields":{"b":1}}',
  ])
  assert.deepEqual(idle(before, before, withdrawn), ['setting edge A'])
})

test('packages of another version are missing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-lock-'))
  const file = (name: string, packages: object) => {
    writeFileSync(join(folder, name), JSON.stringify({ packages }))
    return join(folder, name)
  }
  const wanted = file('a', { '': { version: '0.1.0' }, 'node_modules/x': { version: '1.0.0' } })
  const same = file('b', { '': { version: '0.2.0' }, 'node_modules/x': { version: '1.0.0' } })
  const other = file('c', { '': { version: '0.2.0' }, 'node_modules/x': { version: '1.0.1' } })
  assert.deepEqual(findMissingPackages(wanted, same), [])
  assert.deepEqual(findMissingPackages(wanted, other), ['x 1.0.0'])
  rmSync(folder, { recursive: true })
})

async function additionsOf(tree: Tree): Promise<Facts> {
  const [settings, required] = [await settingFacts(tree), await requiredFacts(tree)]
  return new Map([...settings, ...required, ...(await collectionFacts(tree))])
}

function needsPlan(key: string, now: Facts, before: Facts): boolean {
  if (key.startsWith('must ')) return isOldService(key, before)
  const [kind, service, collection] = key.split(' ')
  const isUnique = kind === 'index' && now.get(key)?.includes('"unique":true') === true
  return isUnique && before.has(`collection ${service} ${collection}`)
}

/** Whether the setting's service was there before: a service that is new may ask for anything. */
function isOldService(key: string, before: Facts): boolean {
  const service = key.split(' ')[1]
  return [...before.keys()].some((one) => one.startsWith(`setting ${service} `))
}

function factsOfText(text: string): Facts {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-proto-'))
  try {
    writeFileSync(join(folder, 'p.proto'), `syntax = "proto3"; package p; ${text}`)
    return protoFacts(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}
