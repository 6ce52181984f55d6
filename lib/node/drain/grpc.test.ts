import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { grpcService, serveGrpc } from '../grpc.ts'
import { connectGrpc } from '../grpc-client.ts'
import { type Endpoint, parseAddress } from '../setting.ts'
import { recordTelemetry } from '../testing.ts'

const secret = 'a secret of this cluster'
const anyPort: Endpoint = { host: '127.0.0.1', port: 0 }

type Handlers = Parameters<typeof grpcService<'DirectoryAdmin'>>[2]

async function serve(handlers: Handlers, { graceMs = 5000, endpoint = anyPort } = {}) {
  const services = [grpcService('directory', 'DirectoryAdmin', handlers)]
  const telemetry = recordTelemetry()
  const server = await serveGrpc(endpoint, services, { secret, telemetry, graceMs })
  return Object.assign(server, { telemetry, endpoint: parseAddress(server.address) })
}

const connect = (servers: Endpoint[]) =>
  connectGrpc('directory', 'DirectoryAdmin', servers, { secret })

test('replicas that stop in turn fail no call, and have none done twice', async () => {
  const done = new Map<string, number>()
  // It must not be repeated: a client that is not told whether it was done gives up.
  const addTenant: NonNullable<Handlers['addTenant']> = async ({ name }) => {
    done.set(name, (done.get(name) ?? 0) + 1)
    // Some are under way when the end comes.
    if (done.size % 3 === 0) await new Promise((resolve) => setTimeout(resolve, 3))
    return { name }
  }
  const replicas = [await serve({ addTenant }), await serve({ addTenant })]
  using client = connect(replicas.map(({ endpoint }) => endpoint))
  let over = false
  let calls = 0
  const caller = async () => {
    while (!over) {
      const name = `t${++calls}`
      assert.equal((await client.addTenant({ name })).name, name)
    }
  }
  const callers = Array.from({ length: 16 }, caller)
  const failed = Promise.all(callers)
  failed.catch(() => {
    over = true
  })
  for (let round = 0; round < 8 && !over; round++) {
    const before = calls
    while (calls < before + 100 && !over) await new Promise(setImmediate)
    const at = round % 2
    const { endpoint } = replicas[at] ?? assert.fail()
    await replicas[at]?.[Symbol.asyncDispose]()
    replicas[at] = await serve({ addTenant }, { endpoint })
  }
  over = true
  await failed
  for (const replica of replicas) await replica[Symbol.asyncDispose]()
  assert.deepEqual(
    [...done].filter(([, times]) => times !== 1),
    [],
  )
})

test('a call under way is answered before the server is gone', async () => {
  const begun = Promise.withResolvers<void>()
  const answer = Promise.withResolvers<void>()
  const server = await serve({
    async addTenant({ name }) {
      begun.resolve()
      await answer.promise
      return { name }
    },
  })
  using client = connect([server.endpoint])
  const called = client.addTenant({ name: 'x' })
  await begun.promise
  const gone = server[Symbol.asyncDispose]()
  answer.resolve()
  assert.equal((await called).name, 'x')
  await gone
})

test('a call that outlives the grace is told that it got no answer', async () => {
  const begun = Promise.withResolvers<void>()
  const never = Promise.withResolvers<never>()
  const server = await serve(
    {
      addTenant: () => {
        begun.resolve()
        return never.promise
      },
      async *importAccounts() {
        yield { line: 1 }
        await never.promise
      },
    },
    { graceMs: 100 },
  )
  using client = connect([server.endpoint])
  const called = assert.rejects(
    client.addTenant({ name: 'x' }),
    (error) => error instanceof Fault && error.code === 'unavailable' && error.cause === undefined,
  )
  const stream = client.importAccounts(nobody())
  const iterator = stream[Symbol.asyncIterator]()
  assert.equal((await iterator.next()).value?.line, 1)
  const ended = assert.rejects(
    async () => await iterator.next(),
    (error) => error instanceof Fault && error.code === 'unavailable',
  )
  await begun.promise
  await server[Symbol.asyncDispose]()
  await Promise.all([called, ended])
  assert.deepEqual(
    server.telemetry.told.filter(({ kind }) => kind === 'warn'),
    [],
  )
})

async function* nobody() {}
