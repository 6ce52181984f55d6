import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { AppendManyRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendManyRequest.ts'
import type { AppendRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'
import type { AppendResponse } from '#proto/types/hikyaku/mailbox_store/AppendResponse.ts'
import type { CallContext } from '../contracts.ts'
import { answerMany } from './answer-many.ts'

type AppendOne = Parameters<typeof answerMany<AppendRequest__Output, AppendResponse>>[2]

function call(closing = new AbortController().signal): Pick<CallContext, 'closing' | 'refuse'> {
  return {
    closing,
    refuse: (error) => ({ faultCode: 'internal', text: String(error) }),
  }
}

function message(...ids: number[]): AppendManyRequest__Output {
  return { items: ids.map((id) => ({ id, request: { size: id } as never })) }
}

const numbers = (count: number, from = 1) =>
  Array.from({ length: count }, (_, index) => from + index)

/** What one message of answers says: ids, and what failed. */
function told({ items = [] }: { items?: { id?: number; faultCode?: string }[] }): string {
  return items.map(({ id, faultCode }) => (faultCode ? `${id}!` : `${id}`)).join(' ')
}

test('what is done in one turn is answered in one message, and the call ends after the last', async () => {
  const gates = new Map(numbers(4).map((id) => [id, Promise.withResolvers<void>()]))
  const open = (...ids: number[]) => {
    for (const id of ids) gates.get(id)?.resolve()
  }
  const appendOne: AppendOne = async ({ size }) => {
    await gates.get(size)?.promise
    if (size === 2) throw new Fault('over-quota', 'Full')
    return { uid: size }
  }
  const requests = (async function* () {
    yield message(1, 2)
    yield message(3, 4)
  })()
  const answers = answerMany(requests, call(), appendOne)
  open(4, 2, 3)
  const first = await answers.next()
  assert.equal(told(first.value), '2! 3 4')
  open(1)
  assert.equal(told((await answers.next()).value), '1')
  assert.equal((await answers.next()).done, true)
})

test('no more than 256 are under way, and nothing more is read meanwhile', async () => {
  let [begun, read] = [0, 0]
  const gate = Promise.withResolvers<void>()
  const appendOne: AppendOne = async () => {
    begun++
    await gate.promise
    return {}
  }
  const requests = (async function* () {
    for (; read < 10; read++) yield message(...numbers(100, 1 + read * 100))
  })()
  const answers = answerMany(requests, call(), appendOne)
  const first = answers.next()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual([begun, read], [256, 2])
  gate.resolve()
  const ids = new Set((await first).value?.items?.map(({ id }: { id?: number }) => id))
  for await (const { items = [] } of answers) for (const { id } of items) ids.add(id)
  assert.equal(ids.size, 1000)
})

test('a server that stops answers what was begun, begins nothing more, and ends', async () => {
  const closing = new AbortController()
  const gate = Promise.withResolvers<void>()
  const begun: number[] = []
  const more = Promise.withResolvers<void>()
  const requests = (async function* () {
    yield message(1, 2)
    await more.promise
    yield message(3)
  })()
  const answers = answerMany(requests, call(closing.signal), async ({ size }) => {
    begun.push(size)
    await gate.promise
    return {}
  })
  const first = answers.next()
  await new Promise((resolve) => setImmediate(resolve))
  closing.abort()
  more.resolve()
  gate.resolve()
  assert.equal(told((await first).value), '1 2')
  assert.equal((await answers.next()).done, true)
  assert.deepEqual(begun, [1, 2])
})

test('a call with nothing under way ends when the server stops', async () => {
  const closing = new AbortController()
  const never = Promise.withResolvers<void>()
  const requests = (async function* () {
    yield message(1)
    await never.promise
  })()
  const answers = answerMany(requests, call(closing.signal), async () => ({}))
  assert.equal(told((await answers.next()).value), '1')
  const end = answers.next()
  closing.abort()
  assert.equal((await end).done, true)
})

test('a caller that goes away leaves nothing waiting', async () => {
  const requests = (async function* () {
    yield message(1)
    throw new Error('connection reset')
  })()
  const answers = answerMany(requests, call(), async () => ({}))
  assert.equal(told((await answers.next()).value), '1')
  assert.equal((await answers.next()).done, true)
})
