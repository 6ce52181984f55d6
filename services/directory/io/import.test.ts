import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { importEach } from './import.ts'

interface Request {
  readonly login: string
  readonly addresses: readonly string[]
}

async function* lines(...all: [login: string, ...addresses: string[]][]) {
  for (const [login, ...addresses] of all) yield { login, addresses }
}

test('of two lines with the same address the first has it, however long it takes', async () => {
  const taken = new Set<string>()
  const slow = Promise.withResolvers<void>()
  const begun: string[] = []
  const add = async ({ login, addresses }: Request) => {
    begun.push(login)
    if (login === 'a@x.test') await slow.promise
    if (addresses.some((one) => taken.has(one.toLowerCase()))) throw new Fault('exists', login)
    for (const one of addresses) taken.add(one.toLowerCase())
    return login
  }
  const imported = importEach(
    lines(['a@x.test', 'shared@x.test'], ['b@x.test', 'Shared@X.test'], ['c@x.test']),
    add,
  )
  const first = imported.next()
  while (!begun.includes('c@x.test')) await Promise.resolve()
  assert.deepEqual(begun, ['a@x.test', 'c@x.test'])
  slow.resolve()
  assert.deepEqual((await first).value, { line: 1, account: 'a@x.test' })
  assert.deepEqual(await Array.fromAsync(imported), [
    { line: 2, faultCode: 'exists', message: 'b@x.test' },
    { line: 3, account: 'c@x.test' },
  ])
})

test('a bug ends the import', async () => {
  const add = async () => {
    throw new Error('a bug')
  }
  await assert.rejects(Array.fromAsync(importEach(lines(['a@x.test'], ['b@x.test']), add)), /a bug/)
})
