/** What every change of the directory needs, and the traces that it leaves. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { newId } from '#lib/base/id.ts'
import type { Collections } from './collections.ts'
import type { Events } from './events.ts'
import type { Keeping } from './scram/kept-keys.ts'

/** The keys whose answers may have changed; whoever caches drops them. */
export interface Change {
  readonly addresses?: readonly string[]
  readonly domains?: readonly string[]
  readonly accounts?: readonly string[]
}

export interface Registry {
  readonly collections: Collections
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  /** How long what is deleted stays restorable, and its names stay its own. */
  readonly keepDeletedMs: number
  /** Tells the caches of other services; may get lost, so they also forget by themselves. */
  announce(change: Change): void
  readonly events: Pick<Events, 'changing'>
  readonly keeping: Keeping
  /** Who makes the change. */
  readonly who: string
}

export function freshId({ clock, random }: Pick<Registry, 'clock' | 'random'>): string {
  return newId(clock, random)
}

/** Now, and the time at which what is deleted now goes away for good. */
export function deletionTimes({ clock, keepDeletedMs }: Registry): {
  deletedAt: Date
  expiresAt: Date
} {
  const now = clock.now()
  return { deletedAt: new Date(now), expiresAt: new Date(now + keepDeletedMs) }
}

/**
 * Writes down who is about to do what. Before the change, not after: a line about something that then
 * failed can be explained, a change without a line cannot.
 */
export async function audit(registry: Registry, what: string, target: string): Promise<void> {
  registry.events.changing(what, target)
  await registry.collections.audit.insertOne({
    _id: freshId(registry),
    at: new Date(registry.clock.now()),
    who: registry.who,
    what,
    target,
  })
}

/** A day as people write it, for messages. */
export function formatDay(date: Date | undefined): string {
  return (date ?? new Date(0)).toISOString().slice(0, 10)
}
