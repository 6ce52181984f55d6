/** Dotted paths into documents, as MongoDB walks them: an array on the way means each of its elements. */
import type { Value } from './port.ts'

export type Fields = Readonly<Record<string, Value | undefined>>

/** What is found at a path: one leaf when no array was on the way, else one for each element. */
export interface Leaves {
  /** `undefined` where nothing is. */
  readonly values: readonly (Value | undefined)[]
  /** Whether an array was walked on the way to the leaf (the leaf itself may be one too). */
  readonly spread: boolean
}

const splitPaths = new Map<string, readonly string[]>()
const SPLIT_PATHS_MAX = 10_000

/** The steps of a path. Remembered, because the same few paths are walked for ever. */
export function steps(path: string): readonly string[] {
  let split = splitPaths.get(path)
  if (split === undefined) {
    split = path.split('.')
    if (split.includes('')) throw new TypeError(`Not a field path: ${JSON.stringify(path)}`)
    if (splitPaths.size >= SPLIT_PATHS_MAX) splitPaths.clear()
    splitPaths.set(path, split)
  }
  return split
}

/** What lies at `path`; an array at the very end is one leaf. */
export function leavesAt(document: Fields, path: string): Leaves {
  if (!path.includes('.')) return { values: [document[path]], spread: false }
  const values: (Value | undefined)[] = []
  const spread = walk(document, steps(path), 0, values)
  return { values, spread }
}

function walk(
  value: Value | undefined,
  path: readonly string[],
  at: number,
  into: (Value | undefined)[],
): boolean {
  if (at === path.length) {
    into.push(value)
    return false
  }
  if (Array.isArray(value)) {
    for (const element of value) {
      if (isFields(element)) walk(element, path, at, into)
    }
    return true
  }
  const next = isFields(value) ? value[path[at] ?? ''] : undefined
  return walk(next, path, at + 1, into)
}

/** Whether the value is a sub-document. */
export function isFields(value: Value | undefined): value is Fields {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}
