/**
 * Which schema a database has, and that all who work on it know it. A process tells what it knows before it looks what is
 * in force; who raises the schema tells so before it looks who is there: one of the two sees the other. What a process
 * has told holds as long as a lease; one that slept longer looks again before it touches anything.
 */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { type Collection, type Database, DuplicateKey } from '../port.ts'
import {
  PROCESSES,
  type ProcessDocument,
  STATE,
  STATE_ID,
  type StateDocument,
} from './documents.ts'

/** So long after its death nobody waits for a process any more. */
const LEASE_MS = 60_000
/** Of a lease, what a process trusts in: its clock may run slower than that of the others. */
const TRUSTED = 0.75

export interface MemberOptions {
  readonly clock: Clock
  /** A name of this process that no other has, nor had. */
  readonly id: string
  readonly host: string
  readonly release: string
  /** The newest schema that this release knows. */
  readonly knows: number
  readonly leaseMs?: number
}

/** The database has a form that this release does not know: nobody can work on it but a newer one. */
export class SchemaTooNew extends Error {
  override readonly name = 'SchemaTooNew'

  constructor(schema: number, { release, knows }: MemberOptions) {
    super(
      `The database has schema ${schema}, and release ${release} knows no newer one than ${knows}: start a newer release`,
    )
  }
}

export interface Raised {
  readonly inForce: number
  /** Who does not know the schema that was wanted. */
  readonly waitsFor: readonly ProcessDocument[]
}

export class Membership {
  readonly options: MemberOptions
  readonly leaseMs: number
  readonly #state: Collection<StateDocument>
  readonly #processes: Collection<ProcessDocument>
  readonly #startedAt: Date
  #inForce = 1
  #trustedUntil = { monotonic: Number.NEGATIVE_INFINITY, wall: Number.NEGATIVE_INFINITY }
  #renewing: Promise<void> | undefined
  #tooNew: SchemaTooNew | undefined

  private constructor(
    options: MemberOptions,
    state: Collection<StateDocument>,
    processes: Collection<ProcessDocument>,
  ) {
    this.options = options
    this.leaseMs = options.leaseMs ?? LEASE_MS
    this.#state = state
    this.#processes = processes
    this.#startedAt = new Date(options.clock.now())
  }

  /** @throws {SchemaTooNew} */
  static async join(database: Database, options: MemberOptions): Promise<Membership> {
    const processes = await database.collection(PROCESSES)
    const member = new Membership(options, await database.collection(STATE), processes)
    try {
      await member.renew()
    } catch (error) {
      if (error instanceof SchemaTooNew) await member.leave()
      throw error
    }
    return member
  }

  /** What documents may be written in the form of. */
  get inForce(): number {
    return this.#inForce
  }

  /** Whether what this process has seen still holds. */
  get trusted(): boolean {
    const { clock } = this.options
    const { monotonic, wall } = this.#trustedUntil
    return clock.monotonic() < monotonic && clock.now() < wall && this.#tooNew === undefined
  }

  /** Tells that we are there, and looks what is in force. @throws {SchemaTooNew} for ever, once it is so */
  async renew(): Promise<void> {
    if (this.#tooNew !== undefined) throw this.#tooNew
    this.#renewing ??= this.#renew().finally(() => {
      this.#renewing = undefined
    })
    await this.#renewing
  }

  async #renew(): Promise<void> {
    const { clock, knows } = this.options
    const from = { monotonic: clock.monotonic(), wall: clock.now() }
    const wasTrusted = this.trusted
    await this.#tell()
    const { inForce, next } = await this.state()
    // What is only about to be in force stops those who come; who was there all the time is seen, and waited for.
    if (inForce > knows || (next > knows && !wasTrusted)) {
      this.#tooNew = new SchemaTooNew(Math.max(inForce, next), this.options)
      throw this.#tooNew
    }
    if (inForce !== this.#inForce) {
      this.#inForce = inForce
      await this.#tell()
    }
    const trustedMs = this.leaseMs * TRUSTED
    this.#trustedUntil = { monotonic: from.monotonic + trustedMs, wall: from.wall + trustedMs }
  }

  async #tell(): Promise<void> {
    const { id, release, knows, host, clock } = this.options
    const until = new Date(clock.now() + this.leaseMs)
    const told = { release, knows, sees: this.#inForce, host, startedAt: this.#startedAt, until }
    await this.#processes.updateOne({ _id: id }, { $set: told }, { upsert: true })
  }

  /** What is in force; a database that is new has the newest form that we know. */
  async state(): Promise<StateDocument> {
    const found = await this.#state.findOne({ _id: STATE_ID })
    if (found !== undefined) return found
    const { knows, clock } = this.options
    const since = new Date(clock.now())
    const first = { _id: STATE_ID, inForce: knows, next: knows, wanted: knows, since }
    try {
      await this.#state.insertOne(first)
      return first
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      return this.state()
    }
  }

  /** Who works on the database, as far as is known. */
  async members(): Promise<ProcessDocument[]> {
    const now = new Date(this.options.clock.now())
    return await Array.fromAsync(this.#processes.find({ until: { $gt: now } }))
  }

  /** Asks for a schema; it comes into force once all know it. @throws {Fault} invalid */
  async want(schema: number): Promise<void> {
    if (schema > this.options.knows) throw new Fault('invalid', 'This release knows no such schema')
    await this.state()
    await this.#state.updateOne({ _id: STATE_ID }, { $max: { wanted: schema } })
  }

  /** Brings into force what is wanted, when all who are there know it. There is no way back. */
  async raise(): Promise<Raised> {
    const { inForce, wanted } = await this.state()
    if (wanted <= inForce || wanted > this.options.knows) return { inForce, waitsFor: [] }
    const _id = STATE_ID
    await this.#state.updateOne({ _id }, { $max: { next: wanted } })
    const waitsFor = (await this.members()).filter(({ knows }) => knows < wanted)
    if (waitsFor.length > 0) {
      await this.#state.updateOne({ _id, inForce }, { $set: { next: inForce } })
      return { inForce, waitsFor }
    }
    const since = new Date(this.options.clock.now())
    await this.#state.updateOne({ _id, inForce }, { $set: { inForce: wanted, since } })
    await this.renew()
    return { inForce: this.#inForce, waitsFor }
  }

  /**
   * Whether nobody writes the form of an older schema any more: a lease after it came into force, whoever works here has
   * seen it, and what was decided before has arrived.
   */
  async settled(schema: number): Promise<boolean> {
    const { inForce, since } = await this.state()
    if (inForce < schema) return false
    return schema === 1 || this.options.clock.now() - since.getTime() >= this.leaseMs
  }

  /** Nobody need wait for us. */
  async leave(): Promise<void> {
    await this.#processes.deleteOne({ _id: this.options.id })
  }
}
