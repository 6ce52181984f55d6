/** Documents whose content follows from their `_id`, so that a half of one would be seen. */
import { createHash } from 'node:crypto'
import type { Index } from '../port.ts'
import type { Item } from './engine.ts'

export const LEDGER_INDEXES: readonly Index[] = [
  { name: 'hash', fields: { hash: 1 }, unique: true },
  { name: 'tags', fields: { tags: 1 } },
]

export function ledgerItem(_id: string): Item {
  const hash = createHash('sha256').update(_id).digest('hex')
  return { _id, hash, bytes: Buffer.alloc(parseInt(hash.slice(0, 3), 16), hash), tags: ['all'] }
}
