/** What callers see of replicas that die, freeze and drain as processes do. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connectMailboxStore, type MailboxStoreClient } from '../clients.ts'
import { recordTelemetry } from '../testing.ts'
import { type ChildReplica, startChildReplica } from './testing.ts'

const skip = process.env.HIKYAKU_CONTRACT === '1' ? false : 'takes seconds: set HIKYAKU_CONTRACT=1'
const secret = 'a secret of this cluster'
const content = Buffer.from('Subject: x\r\n\r\n')
const CALLERS = 12

async function startPair() {
  const stack = new AsyncDisposableStack()
  const [one, two] = await Promise.all([
    startChildReplica(secret, 'one'),
    startChildReplica(secret, 'two'),
  ])
  stack.use(one)
  stack.use(two)
  const telemetry = recordTelemetry()
  const servers = [one.endpoint, two.endpoint]
  const links = { CLUSTER_SECRET: secret, MAILBOX_STORE_SERVERS: servers }
  const client = stack.use(connectMailboxStore(links, telemetry))
  const close = () => stack.disposeAsync()
  return { one, two, client, telemetry, [Symbol.asyncDispose]: close }
}

/** Reads, appends by the shared call and appends by calls of their own, until it is ended. */
function traffic(client: MailboxStoreClient) {
  let over = false
  let calls = 0
  let longestMs = 0
  const seen = new Set<string>()
  let goal = { calls: 0, reached: () => {} }
  const { signal } = new AbortController()
  const caller = async (_: unknown, index: number) => {
    const account = `account-${index}`
    while (!over) {
      const began = performance.now()
      const size = ++calls
      const request = { account, mailId: `m${size}`, content, size }
      if (index % 3 === 0) seen.add((await client.view({ account })).mailbox?.name ?? '')
      else {
        const options = index % 3 === 1 ? {} : { signal }
        assert.equal((await client.append(request, options)).uid, size)
      }
      longestMs = Math.max(longestMs, performance.now() - began)
      if (calls >= goal.calls) goal.reached()
    }
  }
  const callers = Promise.all(Array.from({ length: CALLERS }, caller))
  callers.catch(() => undefined)
  return {
    /** Resolves after so many more calls. */
    async calls(more: number) {
      const { promise, resolve } = Promise.withResolvers<void>()
      goal = { calls: calls + more, reached: resolve }
      await Promise.race([promise, callers.then(() => assert.fail('the callers ended'))])
    },
    /** Until the reads are answered by both, or by one. */
    async readsFrom(count: 1 | 2) {
      do {
        seen.clear()
        await this.calls(200)
      } while (seen.size !== count)
    },
    async end() {
      over = true
      await callers
      return longestMs
    },
  }
}

test('a replica that is killed and started again fails no call', { skip }, async () => {
  await using pair = await startPair()
  const load = traffic(pair.client)
  await load.readsFrom(2)
  pair.one.signal('SIGKILL')
  await pair.one.exited
  await load.readsFrom(1)
  const { port } = pair.one.endpoint as { port: number }
  await using _again: ChildReplica = await startChildReplica(secret, 'one', port)
  await load.readsFrom(2)
  assert((await load.end()) < 5000)
})

test('a replica that drains fails no call', { skip }, async () => {
  await using pair = await startPair()
  const load = traffic(pair.client)
  await load.readsFrom(2)
  pair.two.signal('SIGTERM')
  await pair.two.exited
  await load.readsFrom(1)
  assert((await load.end()) < 5000)
})

test('a frozen replica fails no call, is noticed within seconds, and used again when it wakes', {
  skip,
}, async () => {
  await using pair = await startPair()
  const load = traffic(pair.client)
  await load.readsFrom(2)
  pair.one.signal('SIGSTOP')
  await pair.telemetry.seen('grpc_client_open_circuits', (open) => open === 1)
  await load.readsFrom(1)
  pair.one.signal('SIGCONT')
  await load.readsFrom(2)
  const longestMs = await load.end()
  assert(longestMs < 8000, `one call took ${longestMs} ms`)
})
