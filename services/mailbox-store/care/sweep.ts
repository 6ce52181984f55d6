import type { Collection, Document } from '#lib/db/port.ts'
import type { Pace } from './pace.ts'
import { pages } from './pages.ts'

const PAGE = 2000
const REMOVED_AT_ONCE = 100

/**
 * Whole days that what nobody refers to stays after it was last counted on. Whoever puts bytes, or finds that they are
 * there already, marks the day and commits later what refers to them; within the same day it trusts the mark without
 * looking again. So a mark may be a day old when it is trusted, and the commit still to come: for that there is another
 * day, in which also the clocks of two processes may differ.
 */
const GRACE_DAYS = 1

type Swept = Document & { readonly usedDay: number }

export interface Sweep {
  /** Day since 1970 on which the run began: before anything was marked. */
  readonly day: number
  /** May err on the side of keeping. */
  isMarked(id: string): boolean
  /** Of each page. */
  counted(kept: number, removed: number): void
}

/** Removes what is neither marked nor young; yields after each page. */
export async function* sweep<T extends Swept>(
  collection: Collection<T>,
  run: Sweep,
  pace: Pace,
): AsyncGenerator<void> {
  for await (const page of pages(collection, { size: PAGE, fields: ['usedDay'] }, pace)) {
    const garbage = page.filter(
      ({ _id, usedDay }) => usedDay < run.day - GRACE_DAYS && !run.isMarked(_id),
    )
    let removed = 0
    for (let i = 0; i < garbage.length; i += REMOVED_AT_ONCE) {
      pace.goOn()
      const some = garbage.slice(i, i + REMOVED_AT_ONCE)
      // Only as it was seen: whoever has counted on it since has made it young.
      const results = await Promise.all(
        some.map(({ _id, usedDay }) => collection.deleteOne({ _id, usedDay })),
      )
      removed += results.filter((result) => result).length
    }
    run.counted(page.length - removed, removed)
    yield
  }
}
