import { connectDirectory, connectMailboxStore } from '#lib/node/clients.ts'
import { connectNats } from '#lib/node/nats.ts'
import { openRecipients } from '#lib/node/recipients.ts'
import type { Host } from '#lib/node/service.ts'
import { openSpool } from '#lib/node/spool.ts'
import { BackOff } from './back-off.ts'
import type { Config } from './config.ts'
import { deliveryEvents, METRICS } from './events.ts'
import { Gate } from './gate.ts'
import { mailboxAppender } from './io/mailboxes.ts'
import { type SettleRules, settle } from './settle.ts'
import { Settled } from './settled.ts'
import { Waiting } from './waiting.ts'

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

  const nats = opened.use(connectNats(config, host.telemetry, clock))
  host.addReadyCheck('nats', () => nats.ready())
  const spool = opened.use(openSpool(nats, config, { telemetry: host.telemetry, clock }))
  const directory = opened.use(connectDirectory(config))
  const recipients = opened.use(openRecipients(directory, nats, clock))
  const store = opened.use(connectMailboxStore(config))

  const stop = new AbortController()
  const rules: SettleRules = {
    resolve: recipients.resolve,
    append: mailboxAppender(store),
    now: () => clock.now(),
    retryAgeMs: config.DELIVERY_RETRY_AGE,
    gate: new Gate(clock, stop.signal, events.storeReachable),
    backOff: new BackOff(clock),
    settled: new Settled(),
    waiting: new Waiting(),
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
