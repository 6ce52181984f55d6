import type { Random } from '#lib/base/clock.ts'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { parseDomain } from '#lib/mail/address.ts'
import { openServiceDatabase } from '#lib/node/database.ts'
import { serveGrpc } from '#lib/node/grpc.ts'
import { connectNats } from '#lib/node/nats.ts'
import { schemaAdminService } from '#lib/node/schema/admin.ts'
import { openSchema } from '#lib/node/schema/open.ts'
import type { Host } from '#lib/node/service.ts'
import { mayUse } from './addressing/identity.ts'
import { Senders } from './admission/senders.ts'
import { SentCounts } from './admission/sent-counts.ts'
import type { Authenticator } from './authenticate.ts'
import { openCollections, SCHEMA } from './collections.ts'
import { type Config, sendingDefaults } from './config.ts'
import { directoryEvents, METRICS } from './events.ts'
import { GuessLimit } from './guess-limit.ts'
import { admissionService, sendingHandlers } from './io/admission.ts'
import { announcer } from './io/announcer.ts'
import { callTurns } from './io/call-turns.ts'
import { challengeHandlers } from './io/challenge.ts'
import { directoryAdminService, directoryService } from './io/grpc.ts'
import { dkimHandlers, signingHandlers } from './io/signing.ts'
import { Sealer } from './keys/sealer.ts'
import { type PasswordHasher, passwordHasher } from './password-hasher.ts'
import { RecentPasswords } from './recent-passwords.ts'
import type { Registry } from './registry.ts'
import type { Keeping } from './scram/kept-keys.ts'

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns closes everything in reverse: first the listener, last the database.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock, random } = host
  const telemetry = host.declare(METRICS)
  const events = directoryEvents(telemetry)
  const database = opened.use(await openServiceDatabase(config.DIRECTORY_DATABASE, host))
  const schema = opened.use(await openSchema(database, SCHEMA, host))
  const collections = await openCollections(schema.database)
  const nats = opened.use(connectNats(config, telemetry))

  const hasher = openHasher(config, random)
  const domain = config.DIRECTORY_DEFAULT_DOMAIN
  const defaults = sendingDefaults(config)
  const keeping: Keeping = {
    sealer: new Sealer(config.SEAL_KEY, random),
    random,
    scramIterations: config.DIRECTORY_SCRAM_ITERATIONS,
    decoyKey: config.SEAL_KEY ?? config.CLUSTER_SECRET,
    defaults,
  }
  const authenticator: Authenticator = {
    collections,
    hasher,
    recent: new RecentPasswords(config.DIRECTORY_PASSWORD_REMEMBERED, clock, random),
    guesses: new GuessLimit(
      {
        perLogin: config.DIRECTORY_GUESSES_PER_LOGIN,
        perAddress: config.DIRECTORY_GUESSES_PER_ADDRESS,
        windowMs: config.DIRECTORY_GUESS_WINDOW,
      },
      clock,
      collections.guesses,
    ),
    events,
    defaultDomain: domain === undefined ? undefined : parseDomain(domain),
    keeping,
  }
  const registry: Registry = {
    collections,
    clock,
    random,
    keepDeletedMs: config.DIRECTORY_KEEP_DELETED,
    announce: announcer(nats),
    events,
    keeping,
    // Whoever has the cluster's secret; there are no administrators with names yet.
    who: 'cluster',
  }
  const services = [
    directoryService(authenticator, events, {
      ...challengeHandlers(authenticator),
      ...signingHandlers(collections, keeping.sealer),
    }),
    directoryAdminService(registry, hasher, {
      ...sendingHandlers(registry, defaults),
      ...dkimHandlers(registry),
    }),
    admissionService(
      {
        collections,
        clock,
        events,
        mayUse,
        senders: new Senders(collections, defaults, clock),
        counts: new SentCounts(collections.sent, clock),
      },
      { running: config.DIRECTORY_CALLS, waiting: config.DIRECTORY_WAITING },
    ),
    schemaAdminService(schema),
  ]
  const server = opened.use(
    await serveGrpc(config.DIRECTORY_LISTEN, services, {
      secret: config.CLUSTER_SECRET,
      telemetry,
      graceMs: 0.8 * config.SHUTDOWN_GRACE,
      turns: callTurns({ quick: config.DIRECTORY_CALLS, waiting: config.DIRECTORY_WAITING }),
    }),
  )
  host.announce('grpc', server.address)
  schema.begin()
  return opened.move()
}

function openHasher(config: Config, random: Random): PasswordHasher {
  const limits = {
    running: config.DIRECTORY_HASHES_AT_ONCE,
    waiting: config.DIRECTORY_HASHES_WAITING,
    // One tenant alone may use both of two.
    perTenant: 0.75,
  }
  const slots = new FairPlaces(limits, 'Too many passwords wait to be checked')
  const cost = {
    memoryKib: Math.floor(config.DIRECTORY_PASSWORD_MEMORY / 1024),
    passes: config.DIRECTORY_PASSWORD_PASSES,
    lanes: 1,
  }
  return passwordHasher(cost, slots, random)
}
