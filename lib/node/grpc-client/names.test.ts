import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DnsServer, startDnsServer } from '../../../test/clients/dns-server.ts'
import { openResolver } from '../dns.ts'
import { grpcService, serveGrpc } from '../grpc.ts'
import { connectGrpc } from '../grpc-client.ts'
import type { Endpoint } from '../setting.ts'
import { recordTelemetry } from '../testing.ts'
import { grpcClientEvents } from './events.ts'
import { type Lookup, Names } from './names.ts'
import { TestClock } from './testing.ts'

const random = () => Uint8Array.of(128)
const NAME = 'store.example.test'
const AGAIN_MS = 30_000

/** Asks a name server of the test, as the system would ask that of the cluster. */
function lookupAt(dns: DnsServer): Lookup {
  const resolver = openResolver({ servers: [dns.endpoint], timeoutMs: 200, tries: 1 })
  return async (name) => {
    const found = [...(await resolver.a(name)), ...(await resolver.aaaa(name))]
    if (found.length === 0) throw new Error(`${name} does not exist`)
    return found
  }
}

/** A list that the test waits for. */
function openNames(servers: readonly Endpoint[], lookup: Lookup) {
  const clock = new TestClock()
  const closing = new AbortController()
  const telemetry = recordTelemetry()
  let list: readonly string[] = []
  const changed = (addresses: readonly string[]) => {
    list = addresses
    telemetry.log('changed')
  }
  const events = grpcClientEvents(telemetry, 'MailboxStore')
  const names = new Names(servers, {
    ...{ lookup, clock, random, events, changed },
    signal: closing.signal,
  })
  const seen = async (event: string) => {
    await telemetry.seen(event)
    telemetry.told.length = 0
    // What it waits for next, it begins to wait for.
    await clock.move(0)
  }
  const close = () => closing.abort(new Error('over'))
  telemetry.told.length = 0
  return { names, clock, seen, list: () => list.join(' '), [Symbol.dispose]: close }
}

test('sockets, addresses and names are each a replica, and nothing is asked of what is no name', () => {
  const servers = [
    { path: '/run/s' },
    { host: '192.0.2.1', port: 1 },
    { host: '2001:db8::1', port: 1 },
  ]
  using world = openNames(servers, () => assert.fail('asked'))
  assert.equal(world.list(), 'unix:/run/s 192.0.2.1:1 [2001:db8::1]:1')
  using named = openNames([{ host: NAME, port: 7 }], async () => [])
  assert.equal(named.list(), `${NAME}:7`)
})

test('a name with several addresses is a replica each, looked for again regularly and after a failure', async () => {
  await using dns = await startDnsServer({ [NAME]: { a: ['192.0.2.2', '192.0.2.1'] } })
  using world = openNames(
    [
      { host: NAME, port: 7 },
      { host: '192.0.2.9', port: 9 },
    ],
    lookupAt(dns),
  )
  assert.equal(world.list(), `${NAME}:7 192.0.2.9:9`)
  await world.seen('changed')
  assert.equal(world.list(), '192.0.2.1:7 192.0.2.2:7 192.0.2.9:9')

  dns.set({ [NAME]: { a: ['192.0.2.3', '192.0.2.1'] } })
  await world.clock.move(AGAIN_MS)
  await world.clock.move(1000)
  await world.seen('changed')
  assert.equal(world.list(), '192.0.2.1:7 192.0.2.3:7 192.0.2.9:9')

  dns.set({ [NAME]: { a: ['192.0.2.3', '192.0.2.4'] } })
  world.names.hurry()
  await world.clock.move(0)
  await world.clock.move(1000)
  await world.seen('changed')
  assert.equal(world.list(), '192.0.2.3:7 192.0.2.4:7 192.0.2.9:9')
})

test('what is known of a name outlives the name servers', async () => {
  await using dns = await startDnsServer({ [NAME]: { a: ['192.0.2.2', '192.0.2.1'] } })
  using world = openNames([{ host: NAME, port: 7 }], lookupAt(dns))
  await world.seen('changed')
  for (const fails of ['servfail', 'silent', undefined] as const) {
    dns.set({ [NAME]: fails && { fails } })
    await world.clock.move(AGAIN_MS)
    await world.clock.move(1000)
    await world.seen('grpc-name-unresolved')
    assert.equal(world.list(), '192.0.2.1:7 192.0.2.2:7')
  }
})

test('servers with addresses of both kinds are there once; one server keeps its name', async () => {
  const both = { a: ['192.0.2.1', '192.0.2.2'], aaaa: ['2001:db8::1', '2001:db8::2'] }
  await using dns = await startDnsServer({ [NAME]: both })
  using world = openNames([{ host: NAME, port: 7 }], lookupAt(dns))
  await world.seen('changed')
  assert.equal(world.list(), '192.0.2.1:7 192.0.2.2:7')
  dns.set({ [NAME]: { a: ['192.0.2.1'], aaaa: ['2001:db8::1'] } })
  await world.clock.move(AGAIN_MS)
  await world.clock.move(1000)
  await world.seen('changed')
  assert.equal(world.list(), `${NAME}:7`)
})

test('a client follows a name from address to address, and what is under way ends where it began', async () => {
  const secret = 'a secret of this cluster'
  const entered = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const serve = async (host: string, port: number) => {
    const service = grpcService('mailbox-store', 'MailboxStore', {
      view: async () => ({ keywords: [host] }),
      async append() {
        entered.resolve()
        await finish.promise
        return { mailbox: host }
      },
    })
    const telemetry = recordTelemetry()
    return await serveGrpc({ host, port }, [service], { secret, telemetry })
  }
  await using one = await serve('127.0.0.1', 0)
  const port = Number(one.address.split(':')[1])
  await using _two = await serve('127.0.0.2', port)
  await using _three = await serve('127.0.0.3', port)
  await using dns = await startDnsServer({ [NAME]: { a: ['127.0.0.1', '127.0.0.2'] } })
  const clock = new TestClock()
  const telemetry = recordTelemetry()
  using client = connectGrpc('mailbox-store', 'MailboxStore', [{ host: NAME, port }], {
    ...{ secret, telemetry, random, lookup: lookupAt(dns) },
    clock: { now: () => Date.now(), monotonic: clock.monotonic, sleep: clock.sleep },
  })
  const servers = async () => {
    const seen = new Set<string>()
    for (let n = 0; n < 20; n++) {
      const { keywords } = await client.view({ account: `account-${n}` })
      seen.add(keywords[0] ?? '')
    }
    return [...seen].toSorted().join(' ')
  }
  await telemetry.seen('grpc_client_replicas', (count) => count === 2)
  assert.equal(await servers(), '127.0.0.1 127.0.0.2')

  const account = await accountAt('127.0.0.1', client)
  const appended = client.append({ account, mailId: 'm' })
  await entered.promise
  dns.set({ [NAME]: { a: ['127.0.0.2', '127.0.0.3'] } })
  telemetry.told.length = 0
  await clock.move(0)
  await clock.move(AGAIN_MS)
  await clock.move(1000)
  await telemetry.seen('grpc_client_replicas')
  assert.equal(await servers(), '127.0.0.2 127.0.0.3')
  finish.resolve()
  assert.equal((await appended).mailbox, '127.0.0.1')
})

async function accountAt(
  host: string,
  client: { view(request: { account: string }): Promise<{ keywords: string[] }> },
): Promise<string> {
  for (let n = 0; ; n++) {
    const account = `account-${n}`
    if ((await client.view({ account })).keywords[0] === host) return account
  }
}
