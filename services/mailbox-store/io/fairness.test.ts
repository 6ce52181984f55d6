/** One tenant asks for very much; another asks for a little, and is served as if it were alone (R018). */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { type GrpcService, serveGrpc } from '#lib/node/grpc.ts'
import { connectGrpc } from '#lib/node/grpc-client.ts'
import { parseAddress } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { mailboxStoreEvents } from '../events.ts'
import { openStore, openTestDatabase } from '../testing.ts'
import { callTurns } from './call-turns.ts'
import { mailboxStoreService } from './grpc.ts'

const secret = 'a secret of this cluster'
const FLOOD = 300
const mailbox = { name: 'INBOX' }
const content = Buffer.from('Subject: x\r\n\r\nword')

async function serve() {
  await using opened = new AsyncDisposableStack()
  const limits = { appends: 8, bigAppends: 2, searches: 2, waiting: 2000 }
  const store = await openStore(opened.use(await openTestDatabase()), { turns: limits })
  const telemetry = recordTelemetry()
  const service = slow(mailboxStoreService(store, mailboxStoreEvents(telemetry)))
  const turns = callTurns(store, { quick: 4, dear: 4, waiting: 2000 })
  const anyPort = { host: '127.0.0.1', port: 0 }
  const server = opened.use(await serveGrpc(anyPort, [service], { secret, telemetry, turns }))
  const servers = [parseAddress(server.address)]
  const client = opened.use(connectGrpc('mailbox-store', 'MailboxStore', servers, { secret }))
  const opening = opened.move()
  return { client, [Symbol.asyncDispose]: () => opening.disposeAsync() }
}

type Handler = (...given: unknown[]) => unknown

/** A memory is faster than a database: what reads takes a few turns of the event loop more. */
function slow(service: GrpcService): GrpcService {
  const { search, fetch } = service.handlers as Record<'search' | 'fetch', Handler>
  const wait = async () => {
    for (let i = 0; i < 5; i++) await turn()
  }
  const handlers = {
    ...service.handlers,
    async search(...given: unknown[]) {
      await wait()
      return await search(...given)
    },
    async *fetch(...given: unknown[]) {
      await wait()
      yield* fetch(...given) as AsyncIterable<unknown>
    },
  }
  return { ...service, handlers }
}

type Client = Awaited<ReturnType<typeof serve>>['client']

const append = (client: Client, account: string, mailId: string) =>
  client.append({ account, tenant: account.slice(0, 1), mailbox, mailId, content })

/** What one tenant asks for again and again. */
const FLOODS = {
  append: (client: Client, account: string, _mailbox: string, n: number) =>
    append(client, account, `flood ${n}`),
  search: (client: Client, account: string, id: string) =>
    client.search({ account, mailbox: id, key: { text: 'word' } }),
  fetch: (client: Client, account: string, id: string) =>
    Array.fromAsync(client.fetch({ account, mailbox: id, uids: '1:*', contentBytesMax: 1000 })),
} as const

for (const [name, flood] of Object.entries(FLOODS)) {
  for (const accounts of [['l0'], ['l0', 'l1', 'l2', 'l3', 'l4']]) {
    test(`a flood of ${name} by ${accounts.length} delays no other tenant`, async () => {
      await using world = await serve()
      const { client } = world
      const boxes = new Map<string, string>()
      for (const account of [...accounts, 'q']) {
        boxes.set(account, (await append(client, account, 'first')).mailbox)
      }
      let done = 0
      const flooding = Array.from({ length: FLOOD }, async (_, n) => {
        const account = accounts[n % accounts.length] ?? ''
        await flood(client, account, boxes.get(account) ?? '', n)
        done++
      })
      // It comes behind all of them.
      await flood(client, 'q', boxes.get('q') ?? '', 0)
      assert.ok(done < FLOOD / 3, `${done} of the others were served first`)
      await Promise.all(flooding)
    })
  }
}
