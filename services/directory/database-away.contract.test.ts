/** A process of the directory whose database is away when it starts, goes away later, and is frozen. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Fault } from '#lib/base/fault.ts'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { MongoDatabase } from '#lib/db/mongo.ts'
import { MongoProxy, throughProxy } from '#lib/db/testing/mongo-proxy.ts'
import { connectDirectory } from '#lib/node/clients.ts'
import { parseAddress } from '#lib/node/setting.ts'

const server = process.env.MONGODB_URL
const skip = server ? false : 'MONGODB_URL is not set'
const SECRET = 'a secret of this cluster'
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))

test('the database away: unready, never dead; back: everything goes on within 2 s', {
  skip,
}, async (t) => {
  const url = withDatabaseName(server ?? '', `directory_away_${process.pid}`)
  await using proxy = await MongoProxy.start(url)
  await proxy.away()
  const { ready, resolve, end } = await start(t, throughProxy(proxy, url))
  await until(async () => (await ready()) === 'starting')

  await proxy.back()
  await within(3000, async () => (await ready()) === 'ok')
  assert.equal(await resolve(), undefined)

  await proxy.away()
  await within(4000, async () => (await ready()).startsWith('database: '))
  // Whoever comes while it may be an election waits for 8 s; later nobody does.
  for (const waitMs of [9000, 9000, 500]) {
    const from = performance.now()
    assert.equal((await resolve())?.code, 'unavailable')
    assert.ok(performance.now() - from < waitMs, `${performance.now() - from} ms`)
  }
  await proxy.back()
  await within(2000, async () => (await resolve()) === undefined)
  await within(1000, async () => (await ready()) === 'ok')

  proxy.freeze()
  await within(4000, async () => (await ready()).startsWith('database: '))
  proxy.thaw()
  await within(2000, async () => (await resolve()) === undefined)

  // Stopped while its database is away, it ends in peace.
  await proxy.away()
  assert.deepEqual(await end(), [0, null])
  await using direct = await MongoDatabase.open(url)
  await direct.client.db().dropDatabase()
})

async function start(t: TestContext, database: string) {
  const [grpc, ops] = [await freePort(), await freePort()]
  const env = {
    PATH: process.env.PATH,
    CLUSTER_SECRET: SECRET,
    DIRECTORY_DATABASE: database,
    DIRECTORY_LISTEN: grpc,
    OPS_LISTEN: ops,
    SEAL_KEY: 'a key that is long enough for this test',
  }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  child.stdout.resume()
  const DIRECTORY_SERVERS = [parseAddress(grpc)]
  const directory = connectDirectory({ CLUSTER_SECRET: SECRET, DIRECTORY_SERVERS })
  t.after(() => {
    directory[Symbol.dispose]()
    child.kill('SIGKILL')
  })
  return {
    ready: async () => {
      const answer = await fetch(`http://${ops}/ready`).catch(() => undefined)
      return answer === undefined ? '' : (await answer.text()).trim()
    },
    /** Why it failed. */
    resolve: async (): Promise<Fault | undefined> => {
      try {
        await directory.resolve({ addresses: ['nobody@example.test'] })
        return undefined
      } catch (error) {
        assert.ok(error instanceof Fault, String(error))
        return error
      }
    },
    end: async () => {
      child.kill('SIGTERM')
      return exit
    },
  }
}

async function within(ms: number, done: () => Promise<boolean>): Promise<void> {
  const from = performance.now()
  await until(done)
  const took = performance.now() - from
  assert.ok(took < ms, `took ${took} ms`)
}

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function freePort(): Promise<string> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  assert.ok(typeof address === 'object' && address !== null)
  return `127.0.0.1:${address.port}`
}
