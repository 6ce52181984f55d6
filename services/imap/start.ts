import { tmpdir } from 'node:os'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { newId } from '#lib/base/id.ts'
import { Outage } from '#lib/base/outage.ts'
import { connectDirectory, connectMailboxStore } from '#lib/node/clients.ts'
import { connectNats } from '#lib/node/nats.ts'
import { hearChanges } from '#lib/node/outage/changes.ts'
import { CredentialCache } from '#lib/node/outage/credential-cache.ts'
import { LocalGuesses } from '#lib/node/outage/local-guesses.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import type { Host } from '#lib/node/service.ts'
import { loadTls } from '#lib/node/tls.ts'
import { AccountLimit } from './account-limit.ts'
import type { Config } from './config.ts'
import { imapEvents, METRICS } from './events.ts'
import { Announcements } from './io/announcements.ts'
import { ANSWER_MS, openAuthenticate } from './io/directory.ts'
import { type ImapListenerOptions, listenImap } from './io/listener.ts'
import { openMailStore } from './io/mail-store.ts'
import { openQuotas } from './io/quotas.ts'
import { openScratch } from './io/scratch.ts'
import type { Backend, Settings } from './session.ts'

/** Each session has one command under way: these are of many accounts. */
const COMMANDS_WAITING = 4096
const BUSY = 'Too much is asked at the same time, try again later'
/** The longest that a timer can wait. */
const GRACE_MS_MAX = 2 ** 31 - 1

/**
 * Wires the service together; the only place that knows what stands behind each interface.
 * What it returns closes everything in reverse: first the listeners, last the clients they needed.
 */
export async function start(config: Config, host: Host): Promise<AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const { clock, random } = host
  const events = imapEvents(host.declare(METRICS))

  // Reading mail goes on without NATS: no ready check.
  const nats = opened.use(connectNats(config, host.telemetry, clock))
  const directory = opened.use(connectDirectory(config, host.telemetry))
  const client = opened.use(connectMailboxStore(config, host.telemetry))
  const tls = opened.use(
    await loadTls({
      certFile: config.TLS_CERTIFICATE,
      keyFile: config.TLS_KEY,
      selfSignedFolder: config.TLS_FOLDER,
      hosts: ['localhost', '127.0.0.1'],
      telemetry: host.telemetry,
      clock,
    }),
  )
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const outage = new Outage(clock, ANSWER_MS)
  const known = { clock, random, outage, guesses: new LocalGuesses(clock) }
  const cache = new CredentialCache(openAuthenticate(directory), known)
  opened.use(hearChanges(nats, (change) => cache.forget(change)))
  const accounts = new AccountLimit(config.IMAP_CONNECTIONS_PER_ACCOUNT)
  const announcements = new Announcements(nats)
  const makeId = () => newId(clock, random)
  const backend: Backend = {
    store: openMailStore(client, { newId: makeId, quotas: openQuotas(recipients.resolve) }),
    events,
    settings: toSettings(config),
    authenticate: (...credentials) => cache.authenticate(...credentials),
    watch: (mailbox, changed) => announcements.watch(mailbox, changed),
    enter: (account) => accounts.enter(account),
    leave: (account) => accounts.leave(account),
    places: new FairPlaces({ running: config.IMAP_COMMANDS, waiting: COMMANDS_WAITING }, BUSY),
    setAside: await openScratch(config.IMAP_FOLDER ?? tmpdir(), makeId),
    newId: makeId,
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
  }
  const options: ImapListenerOptions = {
    backend,
    secureContext: () => tls.context(),
    idleMs: config.IMAP_IDLE_TIMEOUT,
    graceMs: Math.min(0.8 * config.SHUTDOWN_GRACE, GRACE_MS_MAX),
    tcp: {
      proxyFrom: config.PROXY_FROM,
      connectionsMax: config.IMAP_CONNECTIONS,
      perAddressMax: config.IMAP_CONNECTIONS_PER_ADDRESS,
      telemetry: host.telemetry,
    },
  }
  const [imap, imaps] = await Promise.all([
    listenImap(config.IMAP_LISTEN, 'imap', options),
    listenImap(config.IMAPS_LISTEN, 'imaps', options),
  ])
  opened.defer(async () => {
    await Promise.all([imap[Symbol.asyncDispose](), imaps[Symbol.asyncDispose]()])
  })
  host.announce('imap', imap.address)
  host.announce('imaps', imaps.address)
  return opened.move()
}

function toSettings(config: Config): Settings {
  return {
    cleartextLogin: config.IMAP_CLEARTEXT_LOGIN,
    messageBytesMax: config.IMAP_MESSAGE_SIZE,
    commandBytesMax: config.IMAP_COMMAND_SIZE,
    loginFailuresMax: config.IMAP_LOGIN_FAILURES,
    loginMs: config.IMAP_LOGIN_TIMEOUT,
    pollMs: config.IMAP_POLL_INTERVAL,
  }
}
