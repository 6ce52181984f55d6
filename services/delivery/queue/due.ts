/**
 * Reads what is due, so that everybody who has something due is in what was read. One read is enough as long as all that is
 * due fits into it. When it does not, those who have the most would hide the others: then tenants, destinations and classes
 * are asked one by one, some of them at a time, each for its oldest few.
 */

import type { Clock } from '#lib/base/clock.ts'
import type { Collection, Filter } from '#lib/db/port.ts'
import { MAIL_CLASSES } from '#lib/mail/envelope.ts'
import type { EntryDocument } from '../documents.ts'
import { DUE_FIELDS, type Due } from './lanes.ts'

export interface DueLimits {
  /** Read at once. */
  readonly head: number
  /** Of one tenant, destination or class, when there is more. */
  readonly each: number
  /** Tenants, and destinations, asked at a time. */
  readonly row: number
}

const LIMITS: DueLimits = { head: 1000, each: 50, row: 200 }

export class DueReader {
  readonly #entries: Collection<EntryDocument>
  readonly #clock: Pick<Clock, 'now'>
  readonly #limits: DueLimits
  /** Where the last walk ended. */
  readonly #last = { tenant: '', destination: '' }

  constructor(
    entries: Collection<EntryDocument>,
    clock: Pick<Clock, 'now'>,
    limits: DueLimits = LIMITS,
  ) {
    this.#entries = entries
    this.#clock = clock
    this.#limits = limits
  }

  async read(): Promise<Due[]> {
    const { head, each } = this.#limits
    const first = await this.#oldest({}, head)
    if (first.length < head) return first
    const rows = await Promise.all([
      ...MAIL_CLASSES.map((kind) => this.#oldest({ class: kind }, each)),
      this.#walk('tenant'),
      this.#walk('destination'),
    ])
    return [...first, ...rows.flat()]
  }

  #oldest(of: Filter, limit: number): Promise<Due[]> {
    const filter = { ...of, state: 'waiting', next: { $lte: new Date(this.#clock.now()) } }
    const options = { sort: { next: 1 }, limit, fields: DUE_FIELDS } as const
    return Array.fromAsync(this.#entries.find(filter, options))
  }

  /** Goes on where it ended the last time: with ever so many, everybody's turn comes. */
  async #walk(field: 'tenant' | 'destination'): Promise<Due[]> {
    const names: string[] = []
    while (names.length < this.#limits.row) {
      const next = await this.#entries.findOne(
        { [field]: { $gt: this.#last[field] } },
        { sort: { [field]: 1 }, fields: [field] },
      )
      // The end of the row: the next walk begins anew, with the empty name too.
      this.#last[field] = next?.[field] ?? ''
      if (next === undefined) break
      names.push(next[field])
    }
    const found = await Promise.all(
      ['', ...names].map((name) => this.#oldest({ [field]: name }, this.#limits.each)),
    )
    return found.flat()
  }
}
