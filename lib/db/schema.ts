/** What keeps a database and the releases that work on it in step: docs/upgrading.md tells how it is used. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { newId } from '#lib/base/id.ts'
import type { Collection, Database, Migration } from './port.ts'
import { PROGRESS, type ProcessDocument, type ProgressDocument } from './schema/documents.ts'
import { guardDatabase } from './schema/guarded.ts'
import { Membership, SchemaTooNew } from './schema/membership.ts'
import { migrate, migrationId } from './schema/migrate.ts'

const EVERY_MS = 15_000

export interface SchemaEvents {
  inForce(schema: number): void
  newerDocument(collection: string, schema: number): void
  migrationBegun(name: string): void
  migrationAt(name: string, progress: { readonly seen: number; readonly changed: number }): void
  migrationDone(name: string): void
  failed(error: unknown): void
}

export interface SchemaOptions {
  readonly clock: Clock
  readonly random: Random
  readonly host: string
  readonly release: string
  /** The newest schema that this release knows. */
  readonly knows: number
  readonly events: SchemaEvents
  /** Told when the database has become something that this release does not know. */
  readonly crash: (error: unknown) => void
  readonly leaseMs?: number
  readonly everyMs?: number
}

export interface SchemaStatus {
  readonly inForce: number
  readonly wanted: number
  readonly knows: number
  readonly processes: readonly ProcessDocument[]
  readonly migrations: readonly MigrationStatus[]
}

export interface MigrationStatus {
  readonly name: string
  readonly schema: number
  readonly progress: ProgressDocument | undefined
}

/** A process's part in it. Disposed, it stops working and tells that it is gone. */
export class Schema implements AsyncDisposable {
  /** Through which everything of the service goes. */
  readonly database: Database
  readonly #options: SchemaOptions
  readonly #member: Membership
  readonly #progress: Collection<ProgressDocument>
  readonly #stop = new AbortController()
  #migrations: readonly Migration[] = []
  #running: Promise<void> = Promise.resolve()
  #crashed = false

  private constructor(
    database: Database,
    options: SchemaOptions,
    parts: { member: Membership; progress: Collection<ProgressDocument> },
  ) {
    const { knows, events } = options
    this.#options = options
    this.#member = parts.member
    this.#progress = parts.progress
    const { member } = parts
    this.database = guardDatabase(database, {
      knows,
      get trusted() {
        return member.trusted
      },
      renew: () => this.#renew(),
      newer: (collection, schema) => events.newerDocument(collection, schema),
    })
  }

  /** @throws {SchemaTooNew} */
  static async open(database: Database, options: SchemaOptions): Promise<Schema> {
    const { clock, random } = options
    const member = await Membership.join(database, { ...options, id: newId(clock, random) })
    const progress = await database.collection(PROGRESS)
    options.events.inForce(member.inForce)
    return new Schema(database, options, { member, progress })
  }

  /** What documents may be written in the form of. */
  get inForce(): number {
    return this.#member.inForce
  }

  /** Which migrations there are, in their order; every process has the same. */
  carry(migrations: readonly Migration[]): void {
    this.#migrations = migrations
  }

  /** From now on they are carried out, by whichever process is first. */
  begin(): void {
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    const { clock, events, everyMs = EVERY_MS } = this.#options
    const { signal } = this.#stop
    while (!signal.aborted) {
      try {
        await this.tick()
      } catch (error) {
        if (!signal.aborted && !(error instanceof SchemaTooNew)) events.failed(error)
      }
      await clock.sleep(everyMs, signal).catch(() => undefined)
    }
  }

  /** One round of it; called every now and then, and by tests. */
  async tick(): Promise<void> {
    await this.#renew()
    await this.#member.raise()
    for (const migration of this.#migrations) {
      // In their order: a later one may rely on an earlier one.
      if (!(await this.#member.settled(migration.schema))) return
      if (!(await this.#carryOut(migration))) return
    }
  }

  /** Asks for the newest schema that this release knows. */
  async start(): Promise<SchemaStatus> {
    await this.#member.want(this.#options.knows)
    return this.status()
  }

  async status(): Promise<SchemaStatus> {
    const { inForce, wanted } = await this.#member.state()
    const migrations: MigrationStatus[] = []
    for (const { name, schema } of this.#migrations) {
      const progress = await this.#progress.findOne({ _id: migrationId(name) })
      migrations.push({ name, schema, progress })
    }
    const processes = await this.#member.members()
    return { inForce, wanted, knows: this.#options.knows, processes, migrations }
  }

  /** Whether it is done. */
  async #carryOut(migration: Migration): Promise<boolean> {
    const { clock, random, events } = this.#options
    const { name } = migration
    let begun = false
    const outcome = await migrate(migration, {
      clock,
      progress: this.#progress,
      owner: newId(clock, random),
      signal: this.#stop.signal,
      told(progress) {
        if (!begun) events.migrationBegun(name)
        begun = true
        events.migrationAt(name, progress)
      },
    })
    if (outcome === 'done') events.migrationDone(name)
    return outcome !== 'taken'
  }

  async #renew(): Promise<void> {
    const before = this.#member.inForce
    try {
      await this.#member.renew()
    } catch (error) {
      if (error instanceof SchemaTooNew && !this.#crashed) this.#options.crash(error)
      this.#crashed ||= error instanceof SchemaTooNew
      throw error
    }
    if (this.#member.inForce !== before) this.#options.events.inForce(this.#member.inForce)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    // Without the database nobody hears of it; they learn in a minute.
    await this.#member.leave().catch(() => undefined)
  }
}
