/** A service's database, as its operator sees it: whether it is there, since when it is not. */

import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Database } from '#lib/db/port.ts'
import type { Host } from './service.ts'

export const DATABASE_METRICS = {
  database_connected: {
    kind: 'gauge',
    help: 'Whether this process has a database that takes writes; of services without one, always 0',
  },
} as const satisfies MetricDeclarations

/**
 * Opens it, makes it part of being ready, and tells when it goes away and comes back.
 *
 * @throws {Fault} unavailable: the start is tried again then
 */
export async function openServiceDatabase(url: string, host: Host): Promise<Database> {
  const { clock, crash, telemetry } = host
  const presence = databasePresence(telemetry)
  const database = await openDatabase(url, { clock, broken: crash, presence })
  telemetry.gauge('database_connected', 1)
  host.addReadyCheck('database', () => database.ping())
  return database
}

function databasePresence({ log, warn, gauge }: Telemetry) {
  return {
    away(error: Error): void {
      warn('database-away', { error })
      gauge('database_connected', 0)
    },
    back(awayMs: number): void {
      log('database-back', { ms: Math.round(awayMs) })
      gauge('database_connected', 1)
    },
  }
}
