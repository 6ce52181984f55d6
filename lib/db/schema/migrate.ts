/**
 * Carries a migration out: page after page by `_id`, with a rest after each, by one process at a time. Killed at any
 * instant, another goes on from the last page that was written down; what is done twice does no harm.
 */

import type { Clock } from '#lib/base/clock.ts'
import { type Collection, type Document, DuplicateKey, type Migration } from '../port.ts'
import type { ProgressDocument } from './documents.ts'

const LEASE_MS = 60_000
const PAGE_DOCUMENTS = 100
const REST_MS_MIN = 10
const REST_MS_MAX = 1000
/** A document that is changed by others as often as that while we look is left for the next page's start. */
const TRIES_MAX = 20

export interface MigrationParts {
  readonly clock: Clock
  readonly progress: Collection<ProgressDocument>
  /** New for each time that it is taken. */
  readonly owner: string
  readonly signal: AbortSignal
  /** After each page. */
  readonly told: (progress: Pick<ProgressDocument, 'seen' | 'changed'>) => void
  readonly pageDocuments?: number
}

export type Outcome =
  /** By us, just now. */
  | 'done'
  /** By somebody, before. */
  | 'was-done'
  /** Somebody else is at it. */
  | 'taken'

/** @throws the signal's reason when it is to stop */
export async function migrate<T extends Document>(
  migration: Migration<T>,
  parts: MigrationParts,
): Promise<Outcome> {
  const { progress, owner, signal } = parts
  const mine = { _id: migrationId(migration.name), owner }
  const taken = await take(mine, parts)
  if (typeof taken === 'string') return taken
  let { place, seen, changed } = taken
  for (;;) {
    const since = parts.clock.monotonic()
    const page = await readPage(migration, place, parts.pageDocuments ?? PAGE_DOCUMENTS)
    for (const document of page) {
      signal.throwIfAborted()
      if (await bring(migration, document)) changed++
    }
    seen += page.length
    place = page.at(-1)?._id ?? place
    const now = parts.clock.now()
    const set = { place, seen, changed, until: new Date(now + LEASE_MS) }
    const last = page.length === 0
    const update = { $set: last ? { ...set, until: new Date(0), doneAt: new Date(now) } : set }
    if ((await progress.updateOne(mine, update)).matched === 0) return 'taken'
    parts.told({ seen, changed })
    if (last) return 'done'
    const took = parts.clock.monotonic() - since
    await parts.clock.sleep(Math.min(Math.max(took, REST_MS_MIN), REST_MS_MAX), signal)
  }
}

export function migrationId(name: string): string {
  return `migration ${name}`
}

/** What is done so far, once it is ours. */
async function take(
  mine: { readonly _id: string; readonly owner: string },
  { progress, clock }: MigrationParts,
): Promise<ProgressDocument | 'was-done' | 'taken'> {
  const { _id, owner } = mine
  const now = clock.now()
  const until = new Date(now + LEASE_MS)
  const found = await progress.findOne({ _id })
  if (found?.doneAt !== undefined) return 'was-done'
  if (found === undefined) {
    const first = { ...mine, until, place: '', seen: 0, changed: 0, startedAt: new Date(now) }
    try {
      await progress.insertOne(first)
      return first
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      return 'taken'
    }
  }
  if (found.until.getTime() > now) return 'taken'
  // Only from whom it was found with: of two that find it free, one gets it.
  const free = { _id, owner: found.owner, until: found.until }
  const { matched } = await progress.updateOne(free, { $set: { owner, until } })
  return matched === 0 ? 'taken' : { ...found, owner, until }
}

async function readPage<T extends Document>(
  { collection }: Migration<T>,
  after: string,
  limit: number,
): Promise<T[]> {
  const options = { sort: { _id: 1 }, limit } as const
  return await Array.fromAsync(collection.find({ _id: { $gt: after } }, options))
}

/** Whether it was changed, by us. */
async function bring<T extends Document>(migration: Migration<T>, document: T): Promise<boolean> {
  const { collection, name } = migration
  let now: T | undefined = document
  for (let tries = 0; tries < TRIES_MAX && now !== undefined; tries++) {
    const step = await migration.change(now)
    if (step === undefined) return false
    const { _id } = document
    if ((await collection.updateOne({ ...step.where, _id }, step.update)).matched > 0) return true
    now = await collection.findOne({ _id })
  }
  // The page begins anew, by whoever takes the migration over.
  if (now !== undefined) throw new Error(`Migration ${name}: ${now._id} changes all the time`)
  return false
}
