/** Opens a database by its URL; the only place that knows which engines there are. */
import type { Clock } from '#lib/base/clock.ts'
import type { Database } from './port.ts'

const SQLITE = 'sqlite:'

export interface OpenOptions {
  readonly clock: Clock
  readonly broken?: (error: Error) => void
  readonly presence?: { away(error: Error): void; back(awayMs: number): void }
}

/**
 * `sqlite:/path/file.db` (made when missing), `sqlite::memory:`, or a MongoDB URL with the name of the
 * database in it: `mongodb://host/name`, `mongodb+srv://host/name`.
 *
 * An engine is loaded only when it is asked for. `broken` is told when this process can make nothing durable any more,
 * `presence` when servers are away for a while and when they are back.
 *
 * @throws {Fault} unavailable, when it may work later
 */
export async function openDatabase(
  url: string,
  { clock, broken, presence }: OpenOptions,
): Promise<Database> {
  if (url.startsWith(SQLITE)) {
    const { SqliteDatabase } = await import('./sqlite.ts')
    return SqliteDatabase.open(url.slice(SQLITE.length), clock, broken)
  }
  if (/^mongodb(\+srv)?:\/\//.test(url)) {
    const { MongoDatabase } = await import('./mongo.ts')
    return MongoDatabase.open(url, { presence })
  }
  throw new TypeError('A database URL begins with sqlite: or mongodb:')
}
