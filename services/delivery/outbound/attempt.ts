/** One attempt: the servers of a destination in their order, until every recipient has its result. */

import type { Clock } from '#lib/base/clock.ts'
import { needsSmtpUtf8 } from '#lib/mail/address.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import { classify, type Failure } from '../bounces/classify.ts'
import type { Connection, Connections } from './connections.ts'
import type { ContentNeeds } from './content-needs.ts'
import { findContentNeeds } from './content-needs.ts'
import type { OutboundEvents } from './events.ts'
import type { Plan } from './hosts.ts'
import type { LegacyForms } from './legacy-form.ts'
import type { Route } from './routes.ts'
import type { Session } from './session.ts'
import { findUnsupported } from './supported.ts'
import { type RecipientResult, Stale, type TransactionRules, transact } from './transaction.ts'
import type { Attempted, Outgoing } from './transport.ts'
import { Stopped, type Target, type Wire } from './wire.ts'

export interface AttemptParts {
  plan(domain: string, route: Route, pool: string): Promise<Plan>
  /** Connects, and is ready for a message. @throws {Stopped} */
  open(target: Target, route: Route, pool: string, signal: AbortSignal): Promise<Session>
  readonly connections: Connections
  /** Aborts when the process has no time left: before the final dot, nothing has happened yet. */
  readonly cut: AbortSignal
  readonly legacyForms: LegacyForms
  readonly clock: Clock
  readonly events: OutboundEvents
}

export interface Attempt {
  readonly domain: string
  readonly pool: string
  /** Of its connections. */
  readonly way: string
  readonly route: Route
  readonly mail: Outgoing
  readonly signal: AbortSignal
  /** What is open already. */
  readonly reuse: Connection | undefined
}

/** A recipient, and what is known of it so far. */
interface Line {
  readonly recipient: EnvelopeRecipient
  result?: RecipientResult
  wire?: Pick<Wire, 'target' | 'source' | 'tls'>
  dsn?: boolean
}

const NO_TIME = '4.4.2 The server did not answer in the time there was'
const NO_TIME_FOR_DNS: Failure = {
  ...{ stage: 'dns', status: '4.4.3' },
  text: '4.4.3 The DNS gave no answer in the time there was',
}
/** RFC 5321 §4.5.3.1.8 asks servers to take as many. */
const RECIPIENTS_MAX = 100
/** How long it may take until a server wants the content. */
const ENVELOPE_MS_MAX = 1_200_000
const PATIENT_RECIPIENTS = 3
/** On how many servers a message is tried: the second may say what the first had no time for. */
const TRANSACTIONS_MAX = 2

/** Uses one place of the destination's, and gives it back. */
export async function attempt(what: Attempt, parts: AttemptParts): Promise<Attempted[]> {
  return new Run(what, parts).run()
}

class Run {
  readonly #what: Attempt
  readonly #parts: AttemptParts
  readonly #lines: Line[]
  /** The connection in use; with it, or without, there is one place to give back. */
  #connection: Connection | undefined
  /** Addresses that had their say. */
  readonly #tried = new Set<string>()
  #needs: Promise<ContentNeeds> | undefined

  constructor(what: Attempt, parts: AttemptParts) {
    this.#what = what
    this.#parts = parts
    this.#lines = what.mail.recipients.map((recipient) => ({ recipient }))
    this.#connection = what.reuse
  }

  async run(): Promise<Attempted[]> {
    const { connections, events } = this.#parts
    const { route } = this.#what
    try {
      if (this.#connection !== undefined) {
        events.connection('reused')
        if (await this.#transactAll()) return this.#results()
      }
      await this.#tryTargets()
      return this.#results()
    } finally {
      const connection = this.#connection
      if (connection) connections.give(route.key, connection, !this.#used(connection))
      else connections.free(route.key)
    }
  }

  async #tryTargets(): Promise<void> {
    const { domain, pool, route, signal } = this.#what
    const plan = await within(signal, this.#parts.plan(domain, route, pool))
    if (plan === undefined) return this.#settleOpen(NO_TIME_FOR_DNS)
    if (plan.kind === 'failed') return this.#settleOpen(plan.failure)
    for (const target of plan.targets) {
      if (signal.aborted || this.#tried.size >= TRANSACTIONS_MAX) break
      if (this.#tried.has(target.address) || !(await this.#connect(target))) continue
      if (await this.#transactAll()) return
    }
    this.#settleOpen({ stage: 'connect', text: '4.4.1 It was not its turn in the time there was' })
  }

  /** Whether there is a session now. */
  async #connect(target: Target): Promise<boolean> {
    const { route, pool, way, signal } = this.#what
    const { events } = this.#parts
    await this.#drop()
    try {
      const session = await this.#parts.open(target, route, pool, signal)
      this.#connection = { session, way }
      events.connection('opened')
      events.session(session.wire.tls)
      return true
    } catch (error) {
      if (!(error instanceof Stopped)) throw error
      events.connection('failed')
      for (const line of this.#open()) {
        // What a server said tells more than that another could not be reached.
        const before = line.result?.kind === 'refused' ? line.result.failure : undefined
        if (before?.code !== undefined && error.failure.code === undefined) continue
        line.result = { kind: 'refused', failure: error.failure }
        line.wire = { target, source: '', tls: undefined }
      }
      return false
    }
  }

  /** Whether every recipient has a result that no other server would better. */
  async #transactAll(): Promise<boolean> {
    try {
      if (this.#connection) await this.#useSession(this.#connection.session)
    } catch (error) {
      if (!(error instanceof Stale)) throw error
      this.#parts.events.connection('dead')
      await this.#drop()
    }
    return this.#open().length === 0
  }

  /** @throws {Stale} */
  async #useSession(session: Session): Promise<void> {
    let open = await this.#supported(session)
    while (open.length > 0 && session.wire.sound) {
      const batch = open.slice(0, RECIPIENTS_MAX)
      const results = await this.#transact(session, batch)
      this.#tried.add(session.wire.target.address)
      const again: Line[] = []
      for (const [at, line] of batch.entries()) {
        const result = results[at]
        if (result === undefined) continue
        this.#settle(line, result, session)
        if (result.kind === 'refused' && result.again) again.push(line)
      }
      await this.#tellTaken(batch)
      open = [...again, ...open.slice(RECIPIENTS_MAX)]
      if (session.messages >= this.#what.route.messagesPerConnectionMax) break
    }
  }

  /** When it is the last of the attempt, its result is told in a moment anyway. */
  async #tellTaken(batch: readonly Line[]): Promise<void> {
    const taken = batch.filter(({ result }) => result?.kind === 'relayed')
    if (taken.length === 0 || this.#open().length === 0) return
    await this.#what.mail.taken?.(taken.map(toAttempted))
  }

  /** Those that this server can be asked to take; the others get their result. */
  async #supported(session: Session): Promise<Line[]> {
    const { mail } = this.#what
    const supported: Line[] = []
    for (const line of this.#open()) {
      const failure = await findUnsupported(session.extensions, mail, line.recipient, () => {
        this.#needs ??= findContentNeeds(mail)
        return this.#needs
      })
      if (failure === undefined) supported.push(line)
      else this.#settle(line, { kind: 'refused', failure }, session)
    }
    return supported
  }

  async #transact(session: Session, batch: readonly Line[]): Promise<RecipientResult[]> {
    const { domain, mail, route, signal } = this.#what
    const { clock, cut, events, legacyForms } = this.#parts
    const recipients = batch.map(({ recipient }) => recipient)
    const abort = () => session.wire.destroy(NO_TIME)
    // Many answers that each come just in time add up; a few do not.
    const over = batch.length > PATIENT_RECIPIENTS ? new AbortController() : undefined
    const rules: TransactionRules = {
      clock,
      forms: legacyForms.of(domain, route.legacyForm),
      formWorked: (form) => legacyForms.worked(domain, form),
      smtpUtf8: isSmtpUtf8(mail, recipients),
      contentBegins() {
        signal.removeEventListener('abort', abort)
        over?.abort()
        cut.addEventListener('abort', abort, { once: true })
        if (cut.aborted) abort()
      },
      contentEnds: () => cut.removeEventListener('abort', abort),
      finalDotLost: () => events.finalDotLost(mail.mailId, session.wire.target),
      unreadable: (error) => events.unreadable(mail.mailId, error),
    }
    signal.addEventListener('abort', abort, { once: true })
    try {
      if (signal.aborted) abort()
      if (over) clock.sleep(ENVELOPE_MS_MAX, over.signal).then(abort, () => {})
      return await transact(session, mail, recipients, rules)
    } finally {
      signal.removeEventListener('abort', abort)
      cut.removeEventListener('abort', abort)
      over?.abort()
    }
  }

  #settle(line: Line, result: RecipientResult, { wire, extensions }: Session): void {
    line.result = result
    line.wire = wire
    line.dsn = extensions.dsn
  }

  /** Those without a result, or with one that another server may better. */
  #open(): Line[] {
    return this.#lines.filter(({ result }) => {
      if (result === undefined) return true
      if (result.kind === 'relayed') return false
      // After the final dot it may have arrived: not at once again.
      return result.failure.stage !== 'dot' && classify(result.failure).outcome === 'deferred'
    })
  }

  #settleOpen(failure: Failure): void {
    for (const line of this.#lines) line.result ??= { kind: 'refused', failure }
  }

  /** Closes the connection; its place is used further. */
  async #drop(): Promise<void> {
    const connection = this.#connection
    this.#connection = undefined
    if (connection) await this.#parts.connections.drop(this.#what.route.key, connection)
  }

  #used({ session }: Connection): boolean {
    return session.messages >= this.#what.route.messagesPerConnectionMax
  }

  #results(): Attempted[] {
    return this.#lines.map(toAttempted)
  }
}

/** What `work` leads to; undefined when the signal comes first: whoever is asked goes on alone. */
async function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const abort = () => resolve(undefined)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function toAttempted({ recipient, result, wire, dsn = false }: Line): Attempted {
  const where = wire && {
    host: wire.target.host,
    address: wire.target.address,
    ...(wire.source !== '' && { source: wire.source }),
    ...(wire.tls !== undefined && { tls: wire.tls }),
  }
  if (result?.kind === 'relayed') {
    return { recipient, outcome: 'relayed', reply: result.reply, ...where, dsnHandedOver: dsn }
  }
  const failure: Failure = result?.failure ?? { stage: 'connect', text: '4.4.1 Nothing was tried' }
  const { outcome, reason } = classify(failure)
  return { recipient, outcome, reason, reply: failure.text, ...where }
}

function isSmtpUtf8(mail: Outgoing, recipients: readonly EnvelopeRecipient[]): boolean {
  const { sender, smtpUtf8 } = mail
  if (smtpUtf8 || (sender && needsSmtpUtf8(sender))) return true
  return recipients.some(({ address }) => needsSmtpUtf8(address))
}
