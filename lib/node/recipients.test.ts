import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddress } from '#lib/mail/address.ts'
import type { Resolution__Output } from '#proto/types/hikyaku/directory/Resolution.ts'
import { systemClock } from './clock.ts'
import type { SubjectHandler } from './nats.ts'
import { openRecipients } from './recipients.ts'

const HOME: Resolution__Output = {
  kind: 'ACCOUNTS',
  targets: [
    {
      ...{ account: 'a1', tenant: 't1', domain: 'b.test' },
      quotas: [{ scope: 'ACCOUNT', name: 'a1', bytes: 9, messages: 0 }],
    },
  ],
  forwards: [],
  tenant: 't1',
  through: [],
}

const LIST: Resolution__Output = {
  kind: 'ACCOUNTS',
  targets: [],
  forwards: [{ address: 'X..y@away.test', by: 'list@b.test', tenant: 't1' }],
  tenant: 't1',
  through: ['member@b.test'],
}

const NOBODY = { targets: [], forwards: [], tenant: '', through: [] }

const TARGET = {
  ...{ account: 'a1', tenant: 't1', domain: 'b.test' },
  quotas: [{ scope: 'account', name: 'a1', bytes: 9, messages: 0 }],
}

const AWAY = { address: parseAddress('X..y@away.test'), by: 'list@b.test', tenant: 't1' }

function open() {
  const calls: string[][] = []
  const heard: { handler: SubjectHandler; subject: string }[] = []
  const recipients = openRecipients(
    {
      resolve: async ({ addresses = [] }) => {
        calls.push([...addresses])
        const kindOf = (address: string): Resolution__Output => {
          if (address.startsWith('alice@')) return HOME
          if (address.startsWith('list@')) return LIST
          if (address.startsWith('nobody@')) return { kind: 'UNKNOWN', ...NOBODY }
          if (address.startsWith('suspended@')) return { kind: 'DISABLED', ...NOBODY }
          return { kind: 'ELSEWHERE', ...NOBODY }
        }
        return { resolutions: addresses.map(kindOf) }
      },
    },
    {
      subscribe(subject, handler) {
        heard.push({ subject, handler })
        return { [Symbol.dispose]: () => void heard.pop() }
      },
    },
    systemClock,
  )
  const tell = (text: string) => heard[0]?.handler(Buffer.from(text), heard[0].subject)
  return { recipients, calls, heard, tell }
}

test('what the directory answers, in our words', async () => {
  const { recipients } = open()
  const cases: [address: string, resolution: object][] = [
    ['alice@b.test', { kind: 'accounts', targets: [TARGET], forwards: [] }],
    ['list@b.test', { kind: 'accounts', targets: [], forwards: [AWAY] }],
    ['nobody@b.test', { kind: 'unknown' }],
    ['suspended@b.test', { kind: 'disabled' }],
    ['x@elsewhere.test', { kind: 'elsewhere' }],
  ]
  for (const [address, resolution] of cases) {
    assert.deepEqual(await recipients.resolve(parseAddress(address)), resolution)
  }
})

test('a change that the directory tells of makes it ask again', async () => {
  const { recipients, calls, tell } = open()
  const alice = parseAddress('alice@b.test')
  for (const change of ['{"accounts":["a1"]}', '{"domains":["b.test"],"addresses":3}', '{}']) {
    await recipients.resolve(alice)
    tell(change)
  }
  await recipients.resolve(alice)
  assert.equal(calls.length, 3)
  assert.throws(() => tell('null'), /Not a change/)
  const list = parseAddress('list@b.test')
  await recipients.resolve(list)
  tell('{"addresses":["member@b.test"]}')
  await recipients.resolve(list)
  assert.equal(calls.length, 5)
})

test('disposed, it hears no more', () => {
  const { recipients, heard } = open()
  recipients[Symbol.dispose]()
  assert.equal(heard.length, 0)
})
