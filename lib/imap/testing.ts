/** What the tests of this folder share. */
import { Buffer } from 'node:buffer'
import { CommandReader, type Item } from './command-reader.ts'

export const findCharset = (name: string) =>
  /^(?:utf-8|us-ascii)$/i.test(name)
    ? (bytes: string) => Buffer.from(bytes, 'latin1').toString()
    : undefined

/** Feeds chunks to a new reader; messages are accepted, or refused. */
export function readAll(
  chunks: readonly Uint8Array[],
  { accept = true, commandBytesMax = 1000 } = {},
): Item[] {
  const reader = new CommandReader({ commandBytesMax, findCharset })
  const items: Item[] = []
  for (const chunk of chunks) {
    reader.push(chunk)
    for (let item = reader.next(); item !== undefined; item = reader.next()) {
      items.push(item)
      if (item.kind !== 'message') continue
      if (accept) reader.acceptMessage()
      else reader.refuseMessage()
    }
  }
  return joinContent(items)
}

/** How a message was cut into pieces on its way does not matter. */
function joinContent(items: readonly Item[]): Item[] {
  const joined: Item[] = []
  for (const item of items) {
    const last = joined.at(-1)
    if (item.kind === 'content' && last?.kind === 'content') {
      joined[joined.length - 1] = { ...last, bytes: Buffer.concat([last.bytes, item.bytes]) }
    } else {
      joined.push(item)
    }
  }
  return joined
}

/** A generator of numbers below `limit` that gives the same ones for the same seed. */
export function seeded(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
