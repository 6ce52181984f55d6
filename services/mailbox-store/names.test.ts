import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { systemClock } from '#lib/node/clock.ts'
import { append } from './append.ts'
import { createMailbox } from './mailboxes.ts'
import { emptyMailbox } from './names.ts'
import { ACCOUNT, appendOf, openStore, openTestDatabase, TENANT } from './testing.ts'

const HOUR_MS = 3_600_000

test('mailboxes made and deleted in a loop come to an end, until those deleted are gone', async () => {
  await using database = await openTestDatabase()
  const store = await openStore(database)
  const { mailboxes } = store.collections
  const make = (name: string) =>
    createMailbox({ account: ACCOUNT, tenant: TENANT, name, specialUse: '' }, store)
  const insert = (from: number, to: number, name: (n: number) => string) =>
    mailboxes.bulkWrite(
      Array.from({ length: to - from }, (_, i) => ({
        kind: 'insert',
        document: emptyMailbox({
          ...{ _id: `${ACCOUNT}/m${from + i}`, account: ACCOUNT, tenant: TENANT, domain: '' },
          ...{ name: name(from + i), uidValidity: 1 },
        }),
      })),
    )
  await insert(0, 9998, (n) => `\u0000m${n}`)
  await make('one')
  await make('two')
  const full = (text: RegExp) => (error: unknown) =>
    error instanceof Fault && error.code === 'over-quota' && text.test(error.message)
  await assert.rejects(make('three'), full(/deleted/))
  await mailboxes.deleteMany({ account: ACCOUNT, name: { $gte: '\u0000m', $lt: '\u0000m9' } })
  await make('three')
  await insert(20_000, 24_997, (n) => `n${n}`)
  await assert.rejects(make('four'), full(/^Too many mailboxes$/))
})

test('an account that comes back to a domain counts there again, whoever was told of it', async () => {
  await using database = await openTestDatabase()
  let now = 0
  const clock = { ...systemClock, monotonic: () => now }
  const [first, second] = [await openStore(database, { clock }), await openStore(database)]
  const domains = async () => {
    const { mailboxes, accounts } = first.collections
    const found = await Array.fromAsync(mailboxes.find({ account: ACCOUNT }))
    return [(await accounts.findOne({ _id: ACCOUNT }))?.domain, ...found.map((one) => one.domain)]
  }
  await append(appendOf({ domain: 'one.test' }), first)
  await append(appendOf({ domain: 'two.test' }), second)
  assert.deepEqual(await domains(), ['two.test', 'two.test'])
  now += HOUR_MS
  await append(appendOf({ domain: 'one.test' }), first)
  assert.deepEqual(await domains(), ['one.test', 'one.test'])
  await append(appendOf({ domain: 'two.test' }), first)
  await append(appendOf({ domain: 'one.test' }), first)
  assert.deepEqual(await domains(), ['one.test', 'one.test'])
})
