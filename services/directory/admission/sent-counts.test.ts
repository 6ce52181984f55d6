import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestDirectory } from '../testing.ts'
import { SentCounts } from './sent-counts.ts'

const OFF = { messagesPerHour: 0, messagesPerDay: 0, recipientsPerHour: 0, recipientsPerDay: 0 }
const OWN = { key: 'account 1', rates: { ...OFF, messagesPerHour: 10 } }
const TOGETHER = { key: 'tenant 1', rates: { ...OFF, recipientsPerDay: 5 } }

test('what a later limit refuses is given back to the earlier, and can be asked for again', async () => {
  await using directory = await openTestDirectory()
  const { sent } = directory.collections
  // Another process counts between our look and our write: the look finds nothing.
  const blind = new Proxy(sent, {
    get(collection, name) {
      if (name === 'find') return async function* () {}
      const method = Reflect.get(collection, name) as (...args: unknown[]) => unknown
      return method.bind(collection)
    },
  })
  const counts = new SentCounts(blind, directory.clock)
  assert.equal(await counts.count([OWN, TOGETHER], { id: 'a', recipients: 4 }), undefined)
  directory.clock.move(600_000)
  const exceeded = await counts.count([OWN, TOGETHER], { id: 'b', recipients: 2 })
  assert.equal(exceeded?.key, 'tenant 1')
  const own = await sent.findOne({ _id: 'account 1' })
  assert.deepEqual(
    own?.hour.map(({ messages, recipients }) => [messages, recipients]),
    [[1, 4]],
  )
  assert.deepEqual(
    own?.mails.map(({ id }) => id),
    ['a'],
  )
  assert.equal((await counts.count([OWN, TOGETHER], { id: 'b', recipients: 2 }))?.key, 'tenant 1')
  assert.equal(await counts.count([OWN, TOGETHER], { id: 'c', recipients: 1 }), undefined)
})

test('a sender without limits costs the database nothing', async () => {
  const nothing = new Proxy({}, { get: () => assert.fail('unexpected query') })
  const counts = new SentCounts(nothing as never, { now: () => 0 })
  const none = [{ key: 'account 1', rates: OFF }]
  assert.equal(await counts.count(none, { id: 'a', recipients: 4 }), undefined)
  assert.equal(await counts.check(none, { id: 'a', recipients: 4 }), undefined)
})

test('a document of a busy sender stays small', async () => {
  await using directory = await openTestDirectory()
  const { sent } = directory.collections
  const counts = new SentCounts(sent, directory.clock)
  const busy = [{ key: 'account 1', rates: { ...OFF, messagesPerHour: 1e6, messagesPerDay: 1e6 } }]
  for (let i = 0; i < 1100; i++) {
    await counts.count(busy, { id: `mail ${i}`, recipients: 1 })
    directory.clock.move(60_000)
  }
  for (let i = 0; i < 1100; i++) await counts.count(busy, { id: `burst ${i}`, recipients: 1 })
  const document = await sent.findOne({ _id: 'account 1' })
  assert(document !== undefined)
  assert(document.hour.length <= 13 && document.day.length <= 25)
  assert.equal(document.mails.length, 100)
})
