import { mkdirSync } from 'node:fs'
import { networkOf } from '#lib/base/network.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { connectDirectory } from '#lib/node/clients.ts'
import { machineName } from '#lib/node/config/host-name.ts'
import { resolverOf } from '#lib/node/dns.ts'
import { connectNats } from '#lib/node/nats.ts'
import { type IntakeSettings, openIntake } from '#lib/node/overload/intake.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import type { Host } from '#lib/node/service.ts'
import { openSpool } from '#lib/node/spool.ts'
import { loadTls } from '#lib/node/tls.ts'
import { findClientName } from './client-name.ts'
import type { Config } from './config.ts'
import { edgeEvents, METRICS } from './events.ts'
import { FullPlaces } from './full-places.ts'
import { listenToFull } from './io/full-news.ts'
import { listenSmtp } from './io/listener.ts'
import type { SessionLimits } from './io/server.ts'
import { Rates } from './rates.ts'

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns closes everything in reverse: first the listener, last the clients it needed.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock, random } = host
  const name = config.EDGE_HOSTNAME ?? machineName()
  if (config.EDGE_FOLDER !== undefined) {
    mkdirSync(config.EDGE_FOLDER, { recursive: true, mode: 0o700 })
  }
  const events = edgeEvents(host.declare(METRICS))

  const nats = opened.use(connectNats(config, host.telemetry, clock))
  host.addReadyCheck('nats', () => nats.ready())
  const spool = opened.use(openSpool(nats, config, { telemetry: host.telemetry, clock }))
  const intake = opened.use(
    openIntake({ spool, clock, telemetry: host.telemetry }, toIntake(config)),
  )
  const directory = opened.use(connectDirectory(config, host.telemetry))
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const full = new FullPlaces(clock)
  opened.use(listenToFull(nats, (news) => full.hear(news)))
  const resolver = resolverOf(config)
  const tls = opened.use(
    await loadTls({
      certFile: config.TLS_CERTIFICATE,
      keyFile: config.TLS_KEY,
      selfSignedFolder: config.TLS_FOLDER,
      telemetry: host.telemetry,
      hosts: [name, 'localhost', '127.0.0.1'],
    }),
  )

  const listener = opened.use(
    await listenSmtp(config.EDGE_LISTEN, {
      hostname: name,
      limits: toLimits(config),
      // The clients behind it need some of the time too.
      graceMs: Math.min(config.SHUTDOWN_GRACE * 0.8, 600_000),
      proxyFrom: config.PROXY_FROM,
      connectionsMax: config.EDGE_CONNECTIONS,
      perAddressMax: config.EDGE_CONNECTIONS_PER_ADDRESS,
      telemetry: host.telemetry,
      secureContext: () => tls.context(),
      rules: {
        events,
        clientName: (address) => findClientName(address, resolver),
        over: () => intake.over(),
        rates: new Rates(config.EDGE_MESSAGES_PER_MINUTE, clock),
        recipient: {
          resolve: recipients.resolve,
          hostname: name,
          postmaster: config.EDGE_POSTMASTER ? parseAddress(config.EDGE_POSTMASTER) : undefined,
          recipientsMax: config.EDGE_RECIPIENTS,
          fullSince: (targets) => full.since(targets),
          fullGraceMs: config.EDGE_FULL_GRACE,
          now: () => clock.now(),
        },
        message: {
          ...{ clock, random, hostname: name, events },
          publish: intake.publish,
          receivedMax: config.EDGE_RECEIVED,
        },
      },
    }),
  )
  host.announce('smtp', listener.address)
  return opened.move()
}

/** Strangers are put off sooner than users are: submission's limits are higher. */
function toIntake(config: Config): IntakeSettings {
  return {
    lagMs: config.EDGE_LAG,
    publishMs: config.EDGE_PUBLISH_TIME,
    spoolFill: config.EDGE_SPOOL_FILL / 100,
    publishes: config.EDGE_PUBLISHES,
    whoseOf({ client: { address } }) {
      return { tenant: networkOf(address), account: address }
    },
  }
}

function toLimits(config: Config): SessionLimits {
  return {
    sizeBytesMax: config.EDGE_MESSAGE_SIZE,
    lineBytesMax: config.EDGE_LINE_LENGTH,
    commandBytesMax: config.EDGE_COMMAND_LENGTH,
    errorsMax: config.EDGE_ERRORS,
    commandTimeoutMs: config.EDGE_COMMAND_TIMEOUT,
    dataTimeoutMs: config.EDGE_DATA_TIMEOUT,
    temporaryFolder: config.EDGE_FOLDER,
  }
}
