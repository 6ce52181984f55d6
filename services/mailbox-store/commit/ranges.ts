/** What an operation says of many messages in few words. */

import type { FlagWords } from './flag-words.ts'
import type { Flagged } from './operation.ts'
import type { View } from './view.ts'

/** Messages by the flags that they get: thousands that are marked as read make one short line. */
export function groupFlagged(
  flagged: ReadonlyMap<number, FlagWords>,
  view: View | undefined,
): Flagged[] {
  if (view === undefined) return []
  const groups = new Map<string, { flags: FlagWords; indexes: number[] }>()
  for (const [index, flags] of flagged) {
    const key = flags.join()
    const group = groups.get(key) ?? { flags, indexes: [] }
    group.indexes.push(index)
    groups.set(key, group)
  }
  return [...groups.values()].map(({ flags, indexes }) => ({
    flags,
    ranges: closedRanges(
      indexes.sort((a, b) => a - b),
      view,
    ),
  }))
}

/** UID ranges of what stands side by side in the view; the gaps between UIDs hold nothing that lives. */
export function closedRanges(indexes: readonly number[], view: View): string {
  const parts: string[] = []
  for (let i = 0; i < indexes.length; i++) {
    const first = i
    while ((indexes[i + 1] ?? -1) === (indexes[i] ?? 0) + 1) i++
    const [from, to] = [view.uidAt(indexes[first] ?? 0), view.uidAt(indexes[i] ?? 0)]
    parts.push(from === to ? `${from}` : `${from}:${to}`)
  }
  return parts.join(',')
}
