import { Fault } from '#lib/base/fault.ts'
import { collect } from './collections.ts'

/** Which part of a list is asked for. */
export interface PageRequest {
  /** Starts after this name; empty: at the first. */
  readonly after: string
  /** 0: as many as one page holds. */
  readonly limit: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Where the next page starts after; empty: this is the last. */
  readonly next: string
}

const ITEMS_MAX = 1000

/**
 * Reads one page. `find` is given how many to read at most, one more than the page holds, to know
 * whether there is another.
 */
export async function readPage<T>(
  request: PageRequest,
  find: (limit: number) => AsyncIterable<T>,
  nameOf: (item: T) => string,
  itemsMax = ITEMS_MAX,
): Promise<Page<T>> {
  if (request.limit < 0) throw new Fault('invalid', 'A page cannot be smaller than nothing')
  const limit = Math.min(request.limit || itemsMax, itemsMax)
  const found = await collect(find(limit + 1))
  const items = found.slice(0, limit)
  const last = items.at(-1)
  return { items, next: found.length > limit && last !== undefined ? nameOf(last) : '' }
}
