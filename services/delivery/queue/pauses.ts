/** What operators have paused: nothing of it is tried until it is resumed. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Collections, PauseDocument } from '../documents.ts'

const KINDS = ['tenant', 'destination', 'pool'] as const
type PauseKind = (typeof KINDS)[number]

export interface Pause {
  readonly kind: PauseKind
  readonly name: string
  readonly reason: string
  readonly since: Date
}

/** What may be paused about an entry. */
export type Pausable = Readonly<Record<PauseKind, string>>

/** How far entries of what is paused are put off; at a resume, they come back at once. */
export const PAUSED_MS = 5 * 60_000
const NAME_CHARACTERS_MAX = 255

/** What is paused, as this process last read it. */
export class Pauses {
  readonly #collections: Pick<Collections, 'pauses' | 'entries'>
  readonly #clock: Pick<Clock, 'now'>
  #paused: ReadonlySet<string> = new Set()
  /** Until we read of their end we went on putting off what belongs to them. */
  readonly #resumed = new Set<string>()

  constructor(collections: Pick<Collections, 'pauses' | 'entries'>, clock: Pick<Clock, 'now'>) {
    this.#collections = collections
    this.#clock = clock
  }

  /** To be called every few seconds. */
  async refresh(): Promise<void> {
    const found = await Array.fromAsync(this.#collections.pauses.find({}, { fields: ['_id'] }))
    const paused = new Set(found.map(({ _id }) => _id))
    for (const _id of this.#paused) if (!paused.has(_id)) this.#resumed.add(_id)
    this.#paused = paused
    for (const _id of this.#resumed) {
      if (!paused.has(_id)) await bringBack(_id, this.#collections, this.#clock)
      this.#resumed.delete(_id)
    }
  }

  has(entry: Pausable): boolean {
    return this.#paused.size > 0 && KINDS.some((kind) => this.#paused.has(`${kind} ${entry[kind]}`))
  }
}

export async function listPauses({ pauses }: Pick<Collections, 'pauses'>): Promise<Pause[]> {
  return (await Array.fromAsync(pauses.find({}))).map(toPause)
}

/** May be repeated; the first reason stays. @throws {Fault} invalid */
export async function pause(
  { kind, name, reason }: { readonly kind: string; readonly name: string; readonly reason: string },
  { pauses }: Pick<Collections, 'pauses'>,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const _id = idOf(kind, name)
  const since = new Date(clock.now())
  await pauses.updateOne({ _id }, { $setOnInsert: { reason, since } }, { upsert: true })
}

/** What was put off because of it comes back at once. @throws {Fault} invalid, not-found */
export async function resume(
  { kind, name }: { readonly kind: string; readonly name: string },
  { pauses, entries }: Pick<Collections, 'pauses' | 'entries'>,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const _id = idOf(kind, name)
  if (!(await pauses.deleteOne({ _id }))) throw new Fault('not-found', `${_id} is not paused`)
  await bringBack(_id, { entries }, clock)
}

/** What was put off because of a pause. Safe to repeat. */
async function bringBack(
  _id: string,
  { entries }: Pick<Collections, 'entries'>,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  const { kind, name } = partsOf(_id)
  const now = clock.now()
  await entries.updateMany(
    {
      state: 'waiting',
      [kind]: name,
      next: { $gt: new Date(now), $lte: new Date(now + 2 * PAUSED_MS) },
      // Of one that an attempt has under way, `next` is when its lease ends.
      lease: { $exists: false },
    },
    { $set: { next: new Date(now) } },
  )
}

function idOf(kind: string, name: string): string {
  if (!KINDS.some((one) => one === kind)) {
    throw new Fault('invalid', `Only a ${KINDS.join(', ')} can be paused`)
  }
  if (name === '' || name.length > NAME_CHARACTERS_MAX) throw new Fault('invalid', 'Which one?')
  return `${kind} ${name}`
}

function partsOf(_id: string): Pick<Pause, 'kind' | 'name'> {
  const at = _id.indexOf(' ')
  return { kind: _id.slice(0, at) as PauseKind, name: _id.slice(at + 1) }
}

function toPause({ _id, reason, since }: PauseDocument): Pause {
  return { ...partsOf(_id), reason, since }
}
