import { hostname } from 'node:os'
import { openDatabase } from '#lib/db/open.ts'
import { connectDirectory, connectMailboxStore } from '#lib/node/clients.ts'
import { connectNats } from '#lib/node/nats.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import type { Host } from '#lib/node/service.ts'
import { openSpool, type Spool } from '#lib/node/spool.ts'
import { BackOff } from './back-off.ts'
import type { Config } from './config.ts'
import { type Collections, openCollections } from './documents.ts'
import { deliveryEvents, type Events, METRICS } from './events.ts'
import { Gate } from './gate.ts'
import { insister } from './insist.ts'
import { mailboxAppender } from './io/mailboxes.ts'
import { noticeSender } from './notices.ts'
import type { Sign, Transport } from './outbound/transport.ts'
import { Attempts } from './queue/attempts.ts'
import { Destinations } from './queue/destinations.ts'
import type { FirstParts } from './queue/first.ts'
import { Pauses } from './queue/pauses.ts'
import { makeSchedule } from './queue/schedule.ts'
import { type SettleRules, settle } from './settle.ts'
import { Settled } from './settled.ts'

/** What `off` means: each has up to a megabyte of mail in memory. */
const CONCURRENCY_MAX = 1000

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns stops taking mails, finishes those under way, and closes the clients they needed.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock } = host
  const events = deliveryEvents(host.declare(METRICS))
  const database = opened.use(
    await openDatabase(config.DELIVERY_DATABASE, { clock, broken: host.crash }),
  )
  const collections = await openCollections(database)
  host.addReadyCheck('database', () => database.ping())

  const nats = opened.use(connectNats(config, host.telemetry, clock))
  host.addReadyCheck('nats', () => nats.ready())
  const spool = opened.use(openSpool(nats, config, { telemetry: host.telemetry, clock }))
  const directory = opened.use(connectDirectory(config))
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const store = opened.use(connectMailboxStore(config))

  const stop = new AbortController()
  const transport: Transport = async () => ({ kind: 'busy', afterMs: 60_000 })
  const sign: Sign = async () => new Uint8Array()
  const links = { collections, spool, events, transport, sign, signal: stop.signal }
  const rules: SettleRules = {
    resolve: recipients.resolve,
    clock,
    ledger: { collections, clock, random: host.random, keepMs: config.DELIVERY_LEDGER_AGE },
    mailboxes: {
      append: mailboxAppender(store),
      now: () => clock.now(),
      gate: new Gate(clock, stop.signal, events.storeReachable),
      backOff: new BackOff(clock),
      settled: new Settled(),
      events,
    },
    first: firstParts(config, host, links),
    events,
  }
  const consumed = spool.consume((mail) => settle(mail, rules), {
    concurrency: Math.min(config.DELIVERY_CONCURRENCY, CONCURRENCY_MAX),
    signal: stop.signal,
  })
  consumed.catch(host.crash)
  opened.defer(async () => {
    stop.abort()
    await consumed.catch(() => {})
  })
  return opened.move()
}

interface Links {
  readonly collections: Collections
  readonly spool: Spool
  readonly events: Events
  readonly transport: Transport
  readonly sign: Sign
  readonly signal: AbortSignal
}

function firstParts(
  config: Config,
  { clock, random }: Host,
  { collections, spool, events, transport, sign, signal }: Links,
): FirstParts {
  const name = config.DELIVERY_HOSTNAME ?? hostname()
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
  const half = Math.floor(Math.min(config.DELIVERY_CONCURRENCY, CONCURRENCY_MAX) / 2)
  return {
    ...{ collections, clock, random, events, transport, sign, signal },
    sendNotice: noticeSender({
      publish: (envelope, bytes) => spool.publish(envelope, bytes),
      hostname: name,
      clock,
    }),
    insist: insister(clock, signal),
    schedule: makeSchedule(settings, { clock, random }),
    pauses: new Pauses(collections),
    destinations: new Destinations(clock),
    places: new Attempts(Math.max(1, half)),
    leaseMs: config.DELIVERY_LEASE,
    firstAttemptMs: config.DELIVERY_FIRST_ATTEMPT,
    queued: () => {},
  }
}
