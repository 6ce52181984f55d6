/** What a database keeps about its own form: the schema in force, who works on it, how far migrations are. */

import type { CollectionSpec, Document } from '../port.ts'

/** There is one, with the `_id` `schema`. */
export interface StateDocument extends Document {
  /** Documents may have the form of this schema: no process may work here that does not know it. */
  readonly inForce: number
  /** Not in force, but none may start any more that does not know it. */
  readonly next: number
  /** What an operator has asked for. */
  readonly wanted: number
  /** Since when `inForce` is. */
  readonly since: Date
}

/** A process that has the database open; `_id` is its own. */
export interface ProcessDocument extends Document {
  /** Its release, as an operator calls it. */
  readonly release: string
  /** The newest schema that it knows. */
  readonly knows: number
  /** The schema that it has seen in force: what it writes has that form. */
  readonly sees: number
  readonly host: string
  readonly startedAt: Date
  readonly until: Date
}

/** `_id` is `migration` and its name. */
export interface ProgressDocument extends Document {
  readonly owner: string
  readonly until: Date
  /** `_id` of the last document that is done with; empty before the first. */
  readonly place: string
  readonly seen: number
  readonly changed: number
  readonly startedAt: Date
  readonly doneAt?: Date
}

export const STATE: CollectionSpec<StateDocument> = { name: 'schema', indexes: [] }
export const PROCESSES: CollectionSpec<ProcessDocument> = {
  name: 'processes',
  indexes: [{ name: 'expiry', fields: { until: 1 }, expireAfterSeconds: 3600 }],
}
export const PROGRESS: CollectionSpec<ProgressDocument> = { name: 'migrations', indexes: [] }

export const STATE_ID = 'schema'
