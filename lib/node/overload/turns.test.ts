import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { grpcService, serveGrpc } from '../grpc.ts'
import { connectGrpc } from '../grpc-client.ts'
import { type Endpoint, parseAddress } from '../setting.ts'
import { recordTelemetry } from '../testing.ts'
import { openTurns } from './turns.ts'

type Handlers = Parameters<typeof grpcService<'MailboxStore'>>[2]

const secret = 'a secret of this cluster'
const anyPort: Endpoint = { host: '127.0.0.1', port: 0 }

async function serve(handlers: Handlers, waiting = 64) {
  const stack = new AsyncDisposableStack()
  const telemetry = recordTelemetry()
  const turns = openTurns({
    ...{ quick: 2, dear: 2, waiting },
    dearMethods: new Set(['MailboxStore.Search']),
    freeMethods: new Set(['MailboxStore.Usage']),
    whoseOf: (_, request) => {
      const { account } = request as { account: string }
      return { account, tenant: account.replace(/\d+$/, '') }
    },
  })
  const service = grpcService('mailbox-store', 'MailboxStore', handlers)
  const server = stack.use(await serveGrpc(anyPort, [service], { secret, telemetry, turns }))
  const servers = [parseAddress(server.address)]
  const client = stack.use(connectGrpc('mailbox-store', 'MailboxStore', servers, { secret }))
  return { client, telemetry, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** A handler whose calls end when they are told to. */
function holding() {
  const begun: string[] = []
  const ends: (() => void)[] = []
  let open = false
  let changed = Promise.withResolvers<void>()
  const hold = async ({ account }: { account: string }) => {
    begun.push(account)
    changed.resolve()
    if (!open) await new Promise<void>((end) => ends.push(end))
    return {}
  }
  /** These end, and all that come. */
  const endAll = () => {
    open = true
    for (const end of ends.splice(0)) end()
  }
  /** Resolves once so many have begun in all. */
  const until = async (count: number) => {
    while (begun.length < count) {
      changed = Promise.withResolvers()
      await changed.promise
    }
  }
  return { begun, hold, until, endAll }
}

test('a call of one tenant goes before what another has waiting', async () => {
  const { begun, hold, until, endAll } = holding()
  await using world = await serve({ changes: hold })
  const calls = ['loud1', 'loud2', 'loud3', 'loud4'].map((account) =>
    world.client.changes({ account }),
  )
  await until(1)
  calls.push(world.client.changes({ account: 'quiet1' }))
  await until(2)
  assert.deepEqual(
    begun.map((account) => account.slice(0, -1)),
    ['loud', 'quiet'],
  )
  endAll()
  await Promise.all(calls)
  await world.telemetry.seen('grpc_server_turn_seconds')
})

test('dear calls keep no quick one waiting, and what has no turns begins at once', async () => {
  const { hold, until, endAll } = holding()
  await using world = await serve({
    search: hold as never,
    changes: async () => ({}),
    usage: async () => ({ messages: 7 }),
  })
  const dear = ['a1', 'a2', 'b1', 'b2'].map((account) => world.client.search({ account }))
  await until(2)
  await world.client.changes({ account: 'a1' })
  assert.equal((await world.client.usage({ name: 'a1' })).messages, 7)
  endAll()
  await Promise.all(dear)
})

test('beyond those that may wait a call is busy, and counted', async () => {
  const { hold, until, endAll } = holding()
  await using world = await serve({ changes: hold }, 4)
  const first = world.client.changes({ account: 'a1' })
  await until(1)
  const [second, ...others] = [1, 2, 3].map(() => world.client.changes({ account: 'a1' }))
  for (const other of others) {
    await assert.rejects(other, (error) => error instanceof Fault && error.code === 'busy')
  }
  endAll()
  await Promise.all([first, second])
  const shed = world.telemetry.told.filter(({ name }) => name === 'grpc_server_shed_total')
  assert.equal(shed.length, 2)
})

test('a stream whose reader is slow keeps nobody waiting', async () => {
  const content = Buffer.alloc(1024 * 1024)
  await using world = await serve({
    async *read() {
      for (let i = 0; i < 20; i++) yield { content }
    },
    changes: async () => ({}),
  })
  const slow = [1, 2, 3].map(() => world.client.read({ account: 'a1' })[Symbol.asyncIterator]())
  for (const stream of slow) await stream.next()
  await world.client.changes({ account: 'a1' })
  for (const stream of slow) {
    let pieces = 1
    while (!(await stream.next()).done) pieces++
    assert.equal(pieces, 20)
  }
})
