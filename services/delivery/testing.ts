/** What tests of this service need: a world of fakes around a real database. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Collection, Document } from '#lib/db/port.ts'
import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import type { Envelope, EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Resolution, Target } from '#lib/mail/resolution.ts'
import { systemRandom } from '#lib/node/clock.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { BackOff } from './back-off.ts'
import { type Collections, ENDS, type EntryDocument, openCollections } from './documents.ts'
import { deliveryEvents } from './events.ts'
import { Gate } from './gate.ts'
import { linesOf } from './ledger/trace.ts'
import type { SpooledMail } from './mail.ts'
import type { MailboxRules } from './mailboxes.ts'
import type { Notice } from './notices.ts'
import type { Attempted, Outgoing, Transported } from './outbound/transport.ts'
import { Attempts } from './queue/attempts.ts'
import { Destinations } from './queue/destinations.ts'
import { DueReader } from './queue/due.ts'
import type { FirstParts } from './queue/first.ts'
import { Lanes } from './queue/lanes.ts'
import { Pauses } from './queue/pauses.ts'
import { makeSchedule } from './queue/schedule.ts'
import { Worker } from './queue/worker.ts'
import type { SettleRules } from './settle.ts'
import { Settled } from './settled.ts'

export const DAY_MS = 86_400_000
export const EPOCH = Date.parse('2026-01-01T00:00:00Z')
export const BODY = Buffer.from('Message-ID: <1@example.test>\r\nSubject: x\r\n\r\nHello\r\n')

/** Moves only when told to; who sleeps wakes in the order of their times. */
export class TestClock implements Clock {
  #ms = 0
  readonly #sleepers: { at: number; wake: () => void }[] = []
  now = () => EPOCH + this.#ms
  monotonic = () => this.#ms
  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((wake, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const sleeper = { at: this.#ms + ms, wake }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
        reject(signal.reason)
      })
    })

  move(ms: number): void {
    this.#ms += ms
    const due = this.#sleepers.filter(({ at }) => at <= this.#ms)
    for (const sleeper of due.sort((a, b) => a.at - b.at)) {
      this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1)
      sleeper.wake()
    }
  }
}

/** Of addresses at example.test that are not simply an account of their own name. */
export const ACCOUNTS: Record<string, { accounts: string[]; forwards: string[] }> = {}

type Problem = Error | Resolution['kind']

export interface MailOptions {
  readonly mailId?: string
  readonly attempt?: number
  readonly sender?: string | null
  readonly body?: Uint8Array
  readonly envelope?: Partial<Envelope>
  readonly notify?: EnvelopeRecipient['notify']
}

/** Recipients without a domain are at example.test, which is ours. */
export function mailTo(recipients: readonly string[], options: MailOptions = {}): SpooledMail {
  const { sender = 'someone@sender.test', body = BODY, notify } = options
  return {
    attempt: options.attempt ?? 1,
    envelope: {
      ...{ mailId: options.mailId ?? 'm1', class: 'personal', receivedAt: EPOCH },
      sender: sender === null ? null : parseAddress(sender),
      sizeBytes: body.length,
      recipients: recipients.map((name) => ({
        address: parseAddress(name.includes('@') ? name : `${name}@example.test`),
        ...(notify && { notify }),
      })),
      ...{ body: '7bit', smtpUtf8: false, client: { address: '::1', helo: 'x', tls: false } },
      ...options.envelope,
    },
    read: async () => body,
    async *stream() {
      yield body
    },
  }
}

/** An entry that is due; of the mail that its id begins with. */
export function entryOf(_id: string, changes: Partial<EntryDocument> = {}): EntryDocument {
  return {
    ...{ _id, mailId: _id.replace(/\..*$/, ''), destination: 'remote.test', pool: 'default' },
    ...{ class: 'personal', tenant: 't1', sender: 'someone@sender.test', state: 'waiting' },
    recipients: [{ address: 'x@remote.test' }],
    ...{ attempts: 1, next: new Date(EPOCH), fence: 0, queuedAt: new Date(EPOCH) },
    ...{ expiresAt: new Date(EPOCH + 5 * DAY_MS), sizeBytes: BODY.length },
    ...changes,
  }
}

/** Of one of our users. */
export const OURS = {
  client: { address: '::1', helo: 'x', tls: true, account: 'a1', tenant: 't1' },
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** What a process of a test is to die of. */
export interface Fate {
  /** The database is away. */
  failing: boolean
  calls: number
  /** At which call to the database it dies: before it, or right after it. */
  diesAt: number
  dies: 'before' | 'after'
  readonly dead: PromiseWithResolvers<void>
}

/** Accounts have the name of their address; `fail` says what their store says, or their directory. */
export async function openWorld(
  fail: Readonly<Record<string, Problem>> = {},
  url = 'sqlite::memory:',
) {
  const clock = new TestClock()
  const stack = new AsyncDisposableStack()
  const stop = new AbortController()
  const engine = stack.use(await openDatabase(url, { clock }))
  const collections = await openCollections(engine)
  const world = {
    fail: { ...fail } as Record<string, Problem>,
    appended: [] as string[],
    notices: [] as Notice[],
    sent: [] as Sent[],
    /** What the other side says; by default it takes everything. */
    answer: undefined as Answer | undefined,
  }
  const shared = { world, clock, collections, signal: stop.signal }
  const own = {
    ...{ clock, collections, stop },
    /** Another process on the same databases. */
    spawn: (options: ProcessOptions = {}) => makeProcess(shared, options),
    ends: (mailId: string) => endsOf(collections, mailId),
    queue: () => queueOf(collections),
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await stack.disposeAsync()
    },
  }
  return Object.assign(world, own, makeProcess(shared, {}))
}

interface ProcessOptions {
  readonly places?: number
  readonly localPlaces?: number
  readonly leaseMs?: number
  /** Its own end; that of the world if not given. */
  readonly signal?: AbortSignal
}

type Answer = (
  domain: string,
  mail: Outgoing,
  signal: AbortSignal,
) => Promise<Transported> | Transported

/** What was sent to another host, whatever it said. */
interface Sent {
  readonly domain: string
  readonly mail: Outgoing
  readonly bytes: string
  /** Those that it took. */
  readonly took: readonly string[]
}

interface Shared {
  readonly world: {
    fail: Record<string, Problem>
    appended: string[]
    notices: Notice[]
    sent: Sent[]
    answer: Answer | undefined
  }
  readonly clock: TestClock
  readonly collections: Collections
  readonly signal: AbortSignal
}

let processes = 0

function makeProcess(
  { world, clock, collections: real, ...shared }: Shared,
  options: ProcessOptions,
) {
  const signal = options.signal ?? shared.signal
  const { places = 20, leaseMs = 60_000, localPlaces = 100 } = options
  const database: Fate = {
    ...{ failing: false, calls: 0, diesAt: Number.POSITIVE_INFINITY, dies: 'before' },
    dead: Promise.withResolvers<void>(),
  }
  const collections = faulty(real, database)
  const telemetry = recordTelemetry()
  const events = deliveryEvents(telemetry)
  const alive = async () => {
    if (database.calls >= database.diesAt) await new Promise(() => {})
  }
  const pauses = new Pauses(collections, clock)
  const first: FirstParts = {
    ...{ pauses, collections, clock, random: systemRandom, events, signal, leaseMs },
    schedule: makeSchedule(SCHEDULE, { clock, random: () => Uint8Array.of(128, 0) }),
    transport: async ({ domain }, mail, broken) => {
      const bytes = String(Buffer.concat(await Array.fromAsync(mail.stream())))
      await alive()
      const answered = await world.answer?.(domain, mail, broken)
      if (answered?.kind === 'busy') return answered
      // What was refused before the final dot stays refused.
      const refused = answered?.results.every(({ outcome }) => outcome === 'failed')
      if (!mail.stillOurs() && !refused) return results(mail, 'deferred', '451 Not ours any more')
      await alive()
      const transported = answered ?? results(mail, 'relayed', '250 2.0.0 Ok')
      const took = transported.results.filter(({ outcome }) => outcome === 'relayed')
      const names = took.map(({ recipient }) => formatAddress(recipient.address))
      world.sent.push({ domain, mail, bytes, took: names })
      return transported
    },
    sign: async () => new Uint8Array(),
    async sendNotice(notice) {
      await alive()
      world.notices.push(notice)
    },
    insist: (write) => write(),
    destinations: new Destinations(clock),
    // No tenant has more than ten of them.
    places: new Attempts(13, clock),
    firstAttemptMs: 30_000,
    queued: (next) => worker.queued(next),
  }
  const mailboxes: MailboxRules = {
    async append({ account }) {
      await alive()
      const error = world.fail[account]
      if (error instanceof Error) throw error
      const repeated = world.appended.includes(account)
      if (!repeated) world.appended.push(account)
      return { uid: 1, repeated }
    },
    now: clock.now,
    gate: new Gate({ sleep: () => new Promise(() => {}) }, signal),
    places: new Attempts(localPlaces, clock),
    backOff: new BackOff(clock),
    settled: new Settled(),
    events,
  }
  const resolve: SettleRules['resolve'] = ({ local, domain }) => lookUp(local, domain, world.fail)
  const ledger = { collections, clock, random: systemRandom, keepMs: 90 * DAY_MS }
  const rules: SettleRules = { resolve, clock, ledger, mailboxes, first, events }
  processes += 1
  const worker = new Worker({
    ...{ ...first, events, ledger, local: { resolve, mailboxes } },
    owner: `process ${processes}`,
    lanes: new Lanes({ places, perTenant: places / 2, perDestination: places / 4 }),
    due: new DueReader(collections.entries, clock),
    pollMs: 1000,
  })
  /** Works on what is due now, until nothing is. */
  const workOff = async () => {
    do {
      while (await worker.step());
      await worker.idle()
    } while (await worker.step())
    await worker.idle()
  }
  return { rules, worker, workOff, pauses, database, told: telemetry.told }
}

const SCHEDULE = {
  delaysMs: [60_000, 300_000, 900_000, 1_800_000, 3_600_000, 7_200_000],
  ageMs: {
    ...{ personal: 5 * DAY_MS, transactional: DAY_MS, bulk: DAY_MS },
    ...{ announcement: DAY_MS, system: 5 * DAY_MS },
  },
  delayNoticeMs: 4 * 3_600_000,
}

/** The same answer for each of its recipients. */
export function results(
  mail: Outgoing,
  outcome: 'relayed' | 'deferred' | 'failed',
  reply: string,
  more: Partial<Attempted> = {},
): Extract<Transported, { kind: 'attempted' }> {
  const all = mail.recipients.map((recipient) => ({ recipient, outcome, reply, ...more }))
  return { kind: 'attempted', results: all, ms: 5 }
}

async function lookUp(
  local: string,
  domain: string,
  fail: Readonly<Record<string, Problem>>,
): Promise<Resolution> {
  const problem = fail[local]
  if (domain !== 'example.test') return { kind: 'elsewhere' }
  if (problem === 'unknown' || problem === 'elsewhere' || problem === 'disabled')
    return { kind: problem }
  if (local === 'lost') throw new Fault('unavailable', 'The directory is away')
  if (local === 'empty') return { kind: 'accounts', targets: [], forwards: [] }
  const { accounts, forwards } = ACCOUNTS[local] ?? {
    accounts: [local.replace('alias-', '')],
    forwards: [],
  }
  const target = (account: string): Target => ({
    ...{ account, tenant: 't', domain: 'example.test', quotas: [] },
  })
  const forward = (address: string) => ({
    ...{ address: parseAddress(address), by: `${local}@example.test`, tenant: 't' },
  })
  return { kind: 'accounts', targets: accounts.map(target), forwards: forwards.map(forward) }
}

async function endsOf({ mails, lines }: Collections, mailId: string): Promise<string[]> {
  const mail = await mails.findOne({ _id: mailId })
  const later = await Array.fromAsync(lines.find(linesOf(mailId)))
  return [...(mail?.outcomes ?? []), ...later]
    .filter(({ event }) => ENDS.has(event))
    .map(({ recipient, event }) => `${recipient} ${event}`)
    .sort()
}

async function queueOf({ entries }: Collections): Promise<string[]> {
  const all = await Array.fromAsync(entries.find({}))
  return all
    .map(
      ({ destination, recipients }) => `${destination} ${recipients.map(({ address }) => address)}`,
    )
    .sort()
}

/** Every call counts. Who has died waits for ever. */
function faulty(real: Collections, fate: Fate): Collections {
  const call = async <T>(run: () => Promise<T>): Promise<T> => {
    fate.calls += 1
    if (fate.failing) throw new Fault('unavailable', 'The database is away')
    if (fate.calls < fate.diesAt) return run()
    if (fate.calls === fate.diesAt && fate.dies === 'after') await run().catch(() => {})
    fate.dead.resolve()
    return new Promise(() => {})
  }
  const wrap = <T extends Document>(collection: Collection<T>): Collection<T> =>
    new Proxy(collection, {
      get(target, name: keyof Collection<T>) {
        if (name === 'find') {
          return async function* (...given: Parameters<Collection<T>['find']>) {
            yield* await call(() => Array.fromAsync(target.find(...given)))
          }
        }
        const method = target[name] as (...given: never[]) => Promise<unknown>
        return (...given: never[]) => call(() => method.apply(target, given))
      },
    })
  const wrapped = Object.entries(real).map(([name, collection]) => [name, wrap(collection)])
  return Object.fromEntries(wrapped)
}
