import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { AppendManyRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendManyRequest.ts'
import { grpcService, serveGrpc } from '../grpc.ts'
import { connectWithLines } from '../grpc-client.ts'
import { type Endpoint, parseAddress } from '../setting.ts'
import { recordTelemetry } from '../testing.ts'
import { sharedAppend } from './methods.ts'
import { SharedCalls, type SharedCallsOptions } from './shared-calls.ts'

type Handlers = Parameters<typeof grpcService<'MailboxStore'>>[2]
type Requests = AsyncIterable<AppendManyRequest__Output>

const secret = 'a secret of this cluster'
const anyPort: Endpoint = { host: '127.0.0.1', port: 0 }
const content = Buffer.from('Subject: x\r\n\r\n')

async function serve(handlers: Handlers) {
  const telemetry = recordTelemetry()
  const service = grpcService('mailbox-store', 'MailboxStore', handlers)
  const server = await serveGrpc(anyPort, [service], { secret, telemetry })
  return Object.assign(server, { telemetry, endpoint: parseAddress(server.address) })
}

function connect(servers: readonly Endpoint[], options: SharedCallsOptions = {}) {
  const { client, linesOf } = connectWithLines('mailbox-store', 'MailboxStore', servers, { secret })
  const shared = new SharedCalls(sharedAppend(client.append), linesOf('appendMany'), options)
  return {
    append: (uid: number, account = 'alice') =>
      shared.ask({ account, mailId: `m${uid}`, content, size: uid }),
    shared,
    [Symbol.dispose]() {
      shared[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}

/** Answers each with its number as the UID, on its own call as well. */
const answering = {
  append: async ({ size }) => ({ uid: size, repeated: true }),
  async *appendMany(requests) {
    for await (const { items } of requests) yield answersTo(items)
  },
} satisfies Handlers

function answersTo(items: AppendManyRequest__Output['items']) {
  return { items: items.map(({ id, request }) => ({ id, response: { uid: request?.size ?? 0 } })) }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('appends of one turn go in one message, and are answered in any order', async () => {
  const messages: number[] = []
  await using server = await serve({
    async *appendMany(requests) {
      for await (const { items } of requests) {
        messages.push(items.length)
        for (const item of items.toReversed()) yield answersTo([item])
      }
    },
  })
  using client = connect([server.endpoint])
  const answered: number[] = []
  const one = async (uid: number) => {
    const response = await client.append(uid)
    assert.equal(response.uid, uid)
    answered.push(uid)
  }
  await Promise.all(numbers(5).map(one))
  assert.deepEqual(messages, [5])
  assert.deepEqual(answered, [5, 4, 3, 2, 1])
  await one(6)
  assert.deepEqual(messages, [5, 1])
})

test('a fault keeps its code and text; what is none is no Fault', async () => {
  await using server = await serve({
    async *appendMany(requests, call) {
      const errors = [new Fault('over-quota', 'Full'), new Error('at 10.0.0.1')]
      for await (const { items } of requests) {
        yield { items: items.map(({ id }, n) => ({ id, ...call.refuse(errors[n]) })) }
      }
    },
  })
  using client = connect([server.endpoint])
  const [full, bug] = await Promise.allSettled([client.append(1), client.append(2)])
  assert(full.status === 'rejected' && bug.status === 'rejected')
  assert(full.reason instanceof Fault)
  assert.deepEqual([full.reason.code, full.reason.message], ['over-quota', 'Full'])
  assert(!(bug.reason instanceof Fault))
  assert.match(bug.reason.message, /AppendMany: internal: Internal error/)
  const told = server.telemetry.told.map(({ name }) => name)
  assert.deepEqual(told, ['grpc-handler-failed', 'grpc_server_errors_total'])
})

test('whenever the call breaks, each append is answered once, by itself if need be', async () => {
  for (let breakAfter = 0; breakAfter <= 6; breakAfter++) {
    const alone: number[] = []
    let left = breakAfter
    await using server = await serve({
      async append({ size }) {
        alone.push(size)
        return { uid: size }
      },
      async *appendMany(requests) {
        for await (const { items } of requests) {
          for (const item of items) {
            if (left-- === 0) throw new Error('it broke')
            yield answersTo([item])
          }
        }
      },
    })
    using client = connect([server.endpoint])
    const uids = await Promise.all(numbers(6).map(async (uid) => (await client.append(uid)).uid))
    assert.deepEqual(uids, numbers(6))
    assert.deepEqual(alone, numbers(6).slice(breakAfter))
  }
})

test('after a call broke, appends go by themselves for a while, then by a call again', async () => {
  let opened = 0
  await using server = await serve({
    ...answering,
    async *appendMany(requests) {
      if (++opened === 1) throw new Error('it broke')
      yield* answering.appendMany(requests)
    },
  })
  using client = connect([server.endpoint], { pauseMs: 100 })
  const began = performance.now()
  assert.equal((await client.append(1)).repeated, true)
  assert.equal((await client.append(2)).repeated, true)
  assert.equal(opened, 1)
  while ((await client.append(3)).repeated);
  assert(performance.now() - began >= 100)
  assert.equal(opened, 2)
})

test('a server that does not know the method is asked the old way from then on', async () => {
  await using server = await serve({ append: answering.append })
  const servers = [server.endpoint]
  const { client, linesOf } = connectWithLines('mailbox-store', 'MailboxStore', servers, { secret })
  using _client = client
  const findLine = linesOf('appendMany')
  let opened = 0
  const counting = (account: string) => {
    const line = findLine(account)
    assert(line !== undefined)
    const open = () => {
      opened++
      return line.open()
    }
    return { ...line, open }
  }
  using shared = new SharedCalls(sharedAppend(client.append), counting, { pauseMs: 0 })
  for (const size of numbers(4)) {
    const { uid } = await shared.ask({ account: 'a', mailId: `m${size}`, content, size })
    assert.equal(uid, size)
  }
  assert.equal(opened, 1)
})

test('what cannot be repeated, is large, or may be cancelled goes by itself', async () => {
  let [alone, shared] = [0, 0]
  await using server = await serve({
    append: async () => ({ uid: ++alone }),
    appendMany(requests) {
      shared++
      return answering.appendMany(requests)
    },
  })
  using client = connect([server.endpoint])
  const { ask: append } = client.shared
  const large = Buffer.alloc(128 * 1024 + 1)
  await append({ account: 'a', content })
  await append({ account: 'a', mailId: 'm1', content: large })
  const { signal } = new AbortController()
  await append({ account: 'a', mailId: 'm2', content }, { signal })
  assert.deepEqual([alone, shared], [3, 0])
})

test('an append that is not answered in time is unavailable, and not made again', async () => {
  await using server = await serve({
    append: () => assert.fail('unexpected append'),
    async *appendMany(requests) {
      for await (const { items } of requests) yield answersTo(items.slice(1))
    },
  })
  using client = connect([server.endpoint], { deadlineMs: 200 })
  const [first, second] = await Promise.allSettled([client.append(1), client.append(2)])
  assert(first.status === 'rejected')
  assert.equal(first.reason.code, 'unavailable')
  assert.equal(second.status, 'fulfilled')
  const later = await Promise.allSettled([client.append(3), client.append(4)])
  assert.equal(later[1].status, 'fulfilled')
})

test('a server that does not read is not written to without end', async () => {
  let read = 0
  const stopped = Promise.withResolvers<void>()
  await using server = await serve({
    append: () => assert.fail('unexpected append'),
    // biome-ignore lint/correctness/useYield: it answers nothing
    async *appendMany(requests) {
      for await (const { items } of requests) {
        read += items.length
        await stopped.promise
      }
    },
  })
  using client = connect([server.endpoint], { deadlineMs: 1000 })
  const bytes = Buffer.alloc(100_000)
  const all = numbers(600).map((n) =>
    client.shared.ask({ account: 'a', mailId: `m${n}`, content: bytes }),
  )
  for (const one of await Promise.allSettled(all)) assert.equal(one.status, 'rejected')
  stopped.resolve()
  client[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  assert(read < 300, `${read} of 600 arrived though nobody waited for them any more`)
})

test('a server that stops ends the call, and its accounts go to the others', async () => {
  const stopping = (name: number): Handlers => ({
    append: async () => ({ uid: name }),
    async *appendMany(requests, { closing }) {
      const ended = new Promise<undefined>((resolve) =>
        closing.addEventListener('abort', () => resolve(undefined)),
      )
      const iterator = requests[Symbol.asyncIterator]()
      for (;;) {
        const next = await Promise.race([iterator.next(), ended])
        if (next === undefined || next.done) return
        yield { items: next.value.items.map(({ id }) => ({ id, response: { uid: name } })) }
      }
    },
  })
  await using one = await serve(stopping(1))
  await using two = await serve(stopping(2))
  using client = connect([one.endpoint, two.endpoint])
  const accounts = numbers(20).map((n) => `account-${n}`)
  const ask = async () =>
    await Promise.all(accounts.map(async (account) => (await client.append(7, account)).uid))
  assert.deepEqual(new Set(await ask()), new Set([1, 2]))
  const began = performance.now()
  await one[Symbol.asyncDispose]()
  assert(performance.now() - began < 3000, 'the open call kept it from stopping')
  assert.deepEqual(new Set(await ask()), new Set([2]))
})

for (const fate of ['says that it cannot work', 'says nothing']) {
  test(`what a replica ${fate} about, another one does`, async () => {
    const asked: number[] = []
    await using one = await serve({
      append: async ({ size }) => assert.fail(`${size} was asked again`),
      async *appendMany(requests, call) {
        for await (const { items } of requests) {
          for (const { id, request } of items) {
            asked.push(request?.size ?? 0)
            const fault = new Fault('unavailable', 'The database is away')
            if (fate !== 'says nothing') yield { items: [{ id, ...call.refuse(fault) }] }
          }
        }
      },
    })
    await using two = await serve(answering)
    using client = connect([one.endpoint, two.endpoint], { deadlineMs: 2000 })
    // Until one of them is asked that does not do it.
    for (let uid = 1; asked.length === 0; uid++) {
      assert.equal((await client.append(uid, `account-${uid}`)).uid, uid)
    }
  })
}

test('who waits when the client is closed still gets the answer', async () => {
  await using server = await serve(answering)
  const client = connect([server.endpoint])
  await client.append(1)
  const waiting = numbers(3).map(async (uid) => (await client.append(uid)).uid)
  client[Symbol.dispose]()
  assert.deepEqual(await Promise.all(waiting), numbers(3))
})

test('a call that nobody uses is ended, and opened again when it is needed', async () => {
  const ended = Promise.withResolvers<void>()
  let opened = 0
  await using server = await serve({
    async *appendMany(requests: Requests) {
      opened++
      for await (const { items } of requests) yield answersTo(items)
      ended.resolve()
    },
  })
  using client = connect([server.endpoint], { idleMs: 50 })
  assert.equal((await client.append(1)).uid, 1)
  await ended.promise
  assert.equal((await client.append(2)).uid, 2)
  assert.equal(opened, 2)
})

test('a wrong secret and a server that is away read as with any call', async () => {
  const server = await serve(answering)
  const { client, linesOf } = connectWithLines('mailbox-store', 'MailboxStore', [server.endpoint], {
    secret: 'another',
  })
  using shared = new SharedCalls(sharedAppend(client.append), linesOf('appendMany'))
  await assert.rejects(shared.ask({ account: 'a', mailId: 'm', content }), /UNAUTHENTICATED/)
  client[Symbol.dispose]()
  await server[Symbol.asyncDispose]()
  using away = connect([server.endpoint], { deadlineMs: 200 })
  await assert.rejects(away.append(1), { code: 'unavailable' })
})
