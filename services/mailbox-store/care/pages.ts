import type { Collection, Document } from '#lib/db/port.ts'
import type { Pace } from './pace.ts'

/**
 * All documents of a collection by `_id`, so many at a time, with a rest before each page. What was there when it began and
 * stays is seen; what comes or goes meanwhile, perhaps. No cursor is open for longer than a page takes.
 */
export async function* pages<T extends Document>(
  collection: Collection<T>,
  { size, fields }: { size: number; fields: readonly string[] },
  pace: Pace,
): AsyncGenerator<T[]> {
  for (let last = ''; ; ) {
    await pace.rest()
    const options = { sort: { _id: 1 }, limit: size, fields } as const
    const page: T[] = []
    for await (const document of collection.find({ _id: { $gt: last } }, options)) {
      page.push(document)
    }
    if (page.length > 0) yield page
    if (page.length < size) return
    last = page.at(-1)?._id ?? last
  }
}
