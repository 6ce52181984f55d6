import { hostname } from 'node:os'
import { connectDirectory, connectMailboxStore } from '#lib/node/clients.ts'
import { machineName } from '#lib/node/config/host-name.ts'
import { openServiceDatabase } from '#lib/node/database.ts'
import { resolverOf } from '#lib/node/dns.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectNats } from '#lib/node/nats.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import { schemaAdminService } from '#lib/node/schema/admin.ts'
import { openSchema } from '#lib/node/schema/open.ts'
import type { Host } from '#lib/node/service.ts'
import { openSpool, type Spool } from '#lib/node/spool.ts'
import { BackOff } from './back-off.ts'
import type { Config } from './config.ts'
import { type Collections, openCollections, SCHEMA } from './documents.ts'
import { deliveryEvents, type Events, METRICS } from './events.ts'
import { Gate } from './gate.ts'
import { insister } from './insist.ts'
import { deliveryAdminService } from './io/admin.ts'
import { mailboxAppender } from './io/mailboxes.ts'
import { regularly } from './io/regularly.ts'
import { openSigner } from './io/signer.ts'
import { openTransport } from './io/transport.ts'
import { noticeSender } from './notices.ts'
import { OUTBOUND_METRICS } from './outbound/events.ts'
import type { Sign, Transport } from './outbound/transport.ts'
import { Attempts } from './queue/attempts.ts'
import { measure, sweep } from './queue/care.ts'
import { Destinations } from './queue/destinations.ts'
import { DueReader } from './queue/due.ts'
import type { FirstParts } from './queue/first.ts'
import { Lanes } from './queue/lanes.ts'
import { Pauses } from './queue/pauses.ts'
import { makeSchedule } from './queue/schedule.ts'
import { Worker, type WorkerParts } from './queue/worker.ts'
import { type SettleRules, settle } from './settle.ts'
import { Settled } from './settled.ts'

/** Of the grace: for messages that are at their content, and for all that is under way. */
const CONTENT_SHARE = 0.5
const WORK_SHARE = 0.8
const TIMER_MS_MAX = 2 ** 31 - 1
/** What `off` means: each has up to a megabyte of mail in memory. */
const CONCURRENCY_MAX = 1000
const PAUSES_EVERY_MS = 3000
const MEASURE_EVERY_MS = 15_000
const SWEEP_EVERY_MS = 3_600_000
/** Of the slots of the spool, for mail to other hosts and to mailboxes: whatever one of them waits for, the other goes on. */
const REMOTE_SHARE = 0.5
const LOCAL_SHARE = 0.875
/** Of the latter, for one tenant: the mailbox-store itself is fair, and commits together what comes together. */
const LOCAL_TENANT_SHARE = 0.9
/** Of a process's attempts from the queue, for one tenant and for one destination. */
const TENANT_SHARE = 0.5
const DESTINATION_SHARE = 0.25

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns stops taking mails, finishes those under way, and closes the clients they needed.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock } = host
  const telemetry = host.declare({ ...METRICS, ...OUTBOUND_METRICS })
  const events = deliveryEvents(telemetry)
  const database = opened.use(await openServiceDatabase(config.DELIVERY_DATABASE, host))
  const schema = opened.use(await openSchema(database, SCHEMA, host))
  const collections = await openCollections(schema.database)

  const nats = opened.use(connectNats(config, host.telemetry, clock))
  host.addReadyCheck('nats', () => nats.ready())
  const spool = opened.use(openSpool(nats, config, { telemetry: host.telemetry, clock }))
  const directory = opened.use(connectDirectory(config, host.telemetry))
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const store = opened.use(connectMailboxStore(config, host.telemetry))
  const { transport, breakOff } = opened.use(
    openTransport({
      ...{ config, collections, clock, random: host.random, telemetry },
      resolver: resolverOf(config),
      hostname: nameOf(config),
    }),
  )
  const sign = openSigner({ directory, clock, telemetry })

  const stop = new AbortController()
  // No load balancer sends us mail: what others can do is theirs from the first moment on.
  host.draining.addEventListener('abort', () => stop.abort())
  const queued = (next: number) => worker.queued(next)
  const links = { collections, spool, events, transport, sign, queued, signal: stop.signal }
  const first = firstParts(config, host, links)
  const mailboxes = {
    append: mailboxAppender(store),
    now: () => clock.now(),
    gate: new Gate(clock, stop.signal, events.storeReachable),
    places: new Attempts(Math.ceil(slotsOf(config) * LOCAL_SHARE), clock, LOCAL_TENANT_SHARE),
    backOff: new BackOff(clock),
    settled: new Settled(),
    events,
  }
  const { resolve } = recipients
  const ledger = { collections, clock, random: host.random, keepMs: config.DELIVERY_LEDGER_AGE }
  const local = { resolve, mailboxes }
  const work = workerParts(config, { ...first, ledger, local, events })
  const worker = new Worker(work)
  const rules: SettleRules = { resolve, clock, ledger, mailboxes, first, events }

  const failed = (work: string) => (error: unknown) => events.queueFailed(work, error)
  const repeat = (name: string, work: (signal: AbortSignal) => Promise<void>, everyMs: number) =>
    opened.use(regularly(work, everyMs, { clock, failed: failed(name) }))
  repeat('reading pauses', () => first.pauses.refresh(), PAUSES_EVERY_MS)
  repeat('measuring', () => measure({ ...first, events }), MEASURE_EVERY_MS)
  repeat('sweeping', (signal) => sweep({ ...first, events }, signal), SWEEP_EVERY_MS)

  const admin = deliveryAdminService({
    ...{ collections, pauses: first.pauses },
    actions: { ...work, collections },
  })
  const server = opened.use(
    await serveGrpc(config.DELIVERY_LISTEN, [admin, schemaAdminService(schema)], {
      secret: config.CLUSTER_SECRET,
      telemetry,
      graceMs: 0.1 * config.SHUTDOWN_GRACE,
    }),
  )
  host.announce('grpc', server.address)
  schema.begin()
  const consumed = spool.consume((mail) => settle(mail, rules), {
    concurrency: slotsOf(config),
    signal: stop.signal,
  })
  const worked = worker.run(stop.signal)
  consumed.catch(host.crash)
  worked.catch(host.crash)
  opened.defer(async () => {
    stop.abort()
    await endInTime(Promise.allSettled([consumed, worked]), breakOff, config.SHUTDOWN_GRACE)
  })
  return opened.move()
}

/**
 * What is at its content may come to its end for half of the grace. Then it is broken off and goes to another process at once,
 * but for what waits for the answer to its final dot: that keeps its lease, and nobody tries it before that ends.
 */
async function endInTime(
  ended: Promise<unknown>,
  breakOff: () => void,
  graceMs: number,
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timers = [
    setTimeout(breakOff, Math.min(graceMs * CONTENT_SHARE, TIMER_MS_MAX)),
    setTimeout(resolve, Math.min(graceMs * WORK_SHARE, TIMER_MS_MAX)),
  ]
  await Promise.race([ended, late])
  for (const timer of timers) clearTimeout(timer)
}

/** Mails from the spool at a time. */
function slotsOf({ DELIVERY_CONCURRENCY }: Config): number {
  return Math.min(DELIVERY_CONCURRENCY, CONCURRENCY_MAX)
}

interface Links {
  readonly collections: Collections
  readonly spool: Spool
  readonly events: Events
  readonly transport: Transport
  readonly sign: Sign
  readonly queued: (next: number) => void
  readonly signal: AbortSignal
}

function firstParts(
  config: Config,
  { clock, random }: Host,
  { collections, spool, events, transport, sign, queued, signal }: Links,
): FirstParts & { readonly pauses: Pauses } {
  const settings = {
    delaysMs: config.DELIVERY_RETRY_DELAYS,
    ageMs: {
      personal: config.DELIVERY_RETRY_AGE,
      transactional: config.DELIVERY_RETRY_AGE_TRANSACTIONAL,
      bulk: config.DELIVERY_RETRY_AGE_BULK,
      announcement: config.DELIVERY_RETRY_AGE_ANNOUNCEMENT,
      system: config.DELIVERY_RETRY_AGE_SYSTEM,
    },
    delayNoticeMs: config.DELIVERY_DELAY_NOTICE,
  }
  return {
    ...{ collections, clock, random, events, transport, sign, queued, signal },
    sendNotice: noticeSender({
      publish: (envelope, bytes) => spool.publish(envelope, bytes),
      hostname: nameOf(config),
      clock,
    }),
    insist: insister(clock, signal),
    schedule: makeSchedule(settings, { clock, random }),
    pauses: new Pauses(collections, clock),
    // Never longer than the longest wait between two attempts: whoever tests with seconds means it.
    destinations: new Destinations(clock, Math.max(...config.DELIVERY_RETRY_DELAYS)),
    places: new Attempts(Math.max(1, Math.floor(slotsOf(config) * REMOTE_SHARE)), clock),
    leaseMs: config.DELIVERY_LEASE,
    firstAttemptMs: config.DELIVERY_FIRST_ATTEMPT,
  }
}

type Work = Omit<WorkerParts, 'lanes' | 'due' | 'pollMs' | 'owner' | 'perTenant' | 'perDestination'>

function workerParts(config: Config, parts: Work): WorkerParts {
  const { collections, clock, random } = parts
  const places = Math.min(config.DELIVERY_QUEUE_CONCURRENCY, CONCURRENCY_MAX)
  return {
    ...parts,
    owner: `${hostname()} ${process.pid} ${Buffer.from(random(6)).toString('hex')}`,
    lanes: new Lanes({
      places,
      perTenant: Math.ceil(places * TENANT_SHARE),
      perDestination: Math.ceil(places * DESTINATION_SHARE),
    }),
    due: new DueReader(collections.entries, clock),
    pollMs: config.DELIVERY_QUEUE_POLL,
  }
}

function nameOf(config: Config): string {
  return config.DELIVERY_HOSTNAME ?? machineName()
}
