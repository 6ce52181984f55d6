import { openServiceDatabase } from '#lib/node/database.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectNats } from '#lib/node/nats.ts'
import { schemaAdminService } from '#lib/node/schema/admin.ts'
import { openSchema } from '#lib/node/schema/open.ts'
import type { Host } from '#lib/node/service.ts'
import type { Config } from './config.ts'
import { openCollections, SCHEMA } from './documents.ts'
import { METRICS, mailboxStoreEvents } from './events.ts'
import { mailboxStoreAdminService } from './io/admin.ts'
import { announcer } from './io/announcer.ts'
import { callTurns } from './io/call-turns.ts'
import { mailboxStoreService } from './io/grpc.ts'
import { quotaAnnouncer } from './io/quota-announcer.ts'
import { careRegularly, tidyRegularly } from './io/tidier.ts'
import { migrations } from './migrations.ts'
import { makeStore } from './store.ts'

const DAY_MS = 86_400_000

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns closes everything in reverse: first the listener, last the database.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock, random } = host
  const telemetry = host.declare(METRICS)
  const events = mailboxStoreEvents(telemetry)
  const database = opened.use(await openServiceDatabase(config.MAILBOX_STORE_DATABASE, host))
  const schema = opened.use(await openSchema(database, SCHEMA, host))
  const collections = await openCollections(schema.database)
  // No ready check: without NATS mail is stored and read, only not announced.
  const nats = opened.use(connectNats(config, telemetry))
  const announce = announcer(nats, events)
  const quotaNews = quotaAnnouncer(nats, events)
  const ports = { collections, clock, random, announce, events, quotaNews, at: () => undefined }
  const store = makeStore(ports, {
    blobKey: config.BLOB_KEY,
    retention: {
      receiptsMs: config.MAILBOX_STORE_KEEP_RECEIPTS,
      vanishedMs: config.MAILBOX_STORE_KEEP_VANISHED,
      tombstonesMs: DAY_MS,
    },
    limits: {
      viewBytesMax: config.MAILBOX_STORE_VIEW_MEMORY,
      openMax: config.MAILBOX_STORE_OPEN_MAILBOXES,
    },
    messageBytesMax: config.MAILBOX_STORE_MESSAGE_MAX,
    turns: {
      appends: config.MAILBOX_STORE_APPENDS,
      bigAppends: config.MAILBOX_STORE_BIG_APPENDS,
      searches: config.MAILBOX_STORE_SEARCHES,
      waiting: config.MAILBOX_STORE_WAITING,
    },
  })
  // Answers go out before what they tell of is applied: the database stays until that is done.
  opened.defer(() => store.quotas.settled())
  opened.defer(() => store.committer.settled())
  opened.use(tidyRegularly(store.committer, clock, events))
  const care = { ...store, events, collectMemoryBytes: config.MAILBOX_STORE_COLLECT_MEMORY }
  opened.use(careRegularly(store, care, config.MAILBOX_STORE_COLLECT_EVERY))
  const services = [
    mailboxStoreService(store, events),
    mailboxStoreAdminService(store, care),
    schemaAdminService(schema),
  ]
  const server = opened.use(
    await serveGrpc(config.MAILBOX_STORE_LISTEN, services, {
      secret: config.CLUSTER_SECRET,
      telemetry,
      graceMs: 0.8 * config.SHUTDOWN_GRACE,
      // A whole message in one request, with room for what is around it.
      messageBytesMax: MESSAGE_REQUEST_MAX,
      turns: callTurns(store, {
        quick: config.MAILBOX_STORE_CALLS,
        dear: config.MAILBOX_STORE_DEAR_CALLS,
        waiting: config.MAILBOX_STORE_WAITING,
      }),
    }),
  )
  host.announce('grpc', server.address)
  schema.carry(migrations(collections))
  schema.begin()
  return opened.move()
}

/** Larger messages come by AppendStream. */
const MESSAGE_REQUEST_MAX = 64 * 1024 * 1024
