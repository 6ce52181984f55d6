/** Which keys a document has in an index, as MongoDB would make them. */
import { encodeEmpty, encodeKey, encodeValue } from './key-encoding.ts'
import { matches } from './match.ts'
import { type Fields, leavesAt } from './path.ts'
import type { Index, Value } from './port.ts'

/** An index made ready for use. */
export interface IndexKeys {
  readonly index: Index
  readonly paths: readonly string[]
  readonly directions: readonly (1 | -1)[]
}

export function indexKeys(index: Index): IndexKeys {
  return { index, paths: Object.keys(index.fields), directions: Object.values(index.fields) }
}

/**
 * The keys of the document, each once: none when a partial index leaves it out, one for each element
 * when a path holds an array. Two arrays in one index are refused, as in MongoDB.
 */
export function keysOf({ index, paths, directions }: IndexKeys, document: Fields): Buffer[] {
  if (index.where !== undefined && !matches(document, index.where)) return []
  const parts: Value[] = []
  let spread: { at: number; values: readonly (Value | undefined)[] } | undefined
  for (const [at, path] of paths.entries()) {
    const values = valuesAt(document, path)
    if (!Array.isArray(values)) {
      parts.push((values as Value | undefined) ?? null)
      continue
    }
    if (spread !== undefined) throw new TypeError(`Two arrays in index ${index.name}`)
    spread = { at, values }
    parts.push(null)
  }
  if (spread === undefined) return [encodeKey(parts, directions)]
  return spreadKeys(parts, directions, spread)
}

/** A list when there is an array on the way or at the end of the path, else the one value. */
function valuesAt(document: Fields, path: string): Value | undefined | (Value | undefined)[] {
  const { values, spread } = leavesAt(document, path)
  if (!spread && !Array.isArray(values[0])) return values[0]
  return values.flatMap((value) => (Array.isArray(value) ? (value as Value[]) : [value]))
}

function spreadKeys(
  parts: readonly Value[],
  directions: readonly (1 | -1)[],
  spread: { at: number; values: readonly (Value | undefined)[] },
): Buffer[] {
  const head = encodeKey(parts.slice(0, spread.at), directions)
  const tail = encodeKey(parts.slice(spread.at + 1), directions.slice(spread.at + 1))
  const direction = directions[spread.at] ?? 1
  if (spread.values.length === 0) return [Buffer.concat([head, encodeEmpty(direction), tail])]
  const keys = new Map<string, Buffer>()
  for (const value of spread.values) {
    const key = Buffer.concat([head, encodeValue(value ?? null, direction), tail])
    keys.set(key.toString('latin1'), key)
  }
  return [...keys.values()]
}
