/** A service's database, kept in step with the releases that work on it. */

import { hostname } from 'node:os'
import type { MetricDeclarations, Telemetry } from '#lib/base/telemetry.ts'
import type { Database } from '#lib/db/port.ts'
import { Schema, type SchemaEvents } from '#lib/db/schema.ts'
import type { Host } from '../service.ts'
import { RELEASE } from './release.ts'

export const SCHEMA_METRICS = {
  schema_in_force: { kind: 'gauge', help: 'Schema of the database that documents are written in' },
  newer_documents_total: {
    kind: 'counter',
    help: 'Documents refused because a newer release wrote them, by collection',
    labels: ['collection'],
  },
  migration_documents: {
    kind: 'gauge',
    help: 'Documents that the migration under way has seen, and changed',
    labels: ['migration', 'state'],
  },
  migrations_done_total: {
    kind: 'counter',
    help: 'Migrations that this process has completed',
    labels: ['migration'],
  },
} as const satisfies MetricDeclarations

/** How often a migration under way is logged, in pages. */
const LOGGED_EVERY = 100

/**
 * `knows` is the newest schema that this release knows. The service uses the database of what is returned, and no other.
 *
 * @throws {SchemaTooNew}
 */
export function openSchema(
  database: Database,
  knows: number,
  { clock, random, telemetry, crash }: Host,
): Promise<Schema> {
  const events = schemaEvents(telemetry)
  const who = { host: `${hostname()} ${process.pid}`, release: RELEASE }
  return Schema.open(database, { clock, random, ...who, knows, events, crash })
}

function schemaEvents({ log, warn, count, gauge }: Telemetry): SchemaEvents {
  let pages = 0
  return {
    inForce(schema) {
      log('schema-in-force', { schema })
      gauge('schema_in_force', schema)
    },
    newerDocument(collection, schema) {
      warn('newer-document', { collection, schema })
      count('newer_documents_total', { collection })
    },
    migrationBegun: (migration) => log('migration-begun', { migration }),
    migrationAt(migration, { seen, changed }) {
      if (++pages % LOGGED_EVERY === 0) log('migration-at', { migration, seen, changed })
      gauge('migration_documents', seen, { migration, state: 'seen' })
      gauge('migration_documents', changed, { migration, state: 'changed' })
    },
    migrationDone(migration) {
      log('migration-done', { migration })
      count('migrations_done_total', { migration })
    },
    failed: (error) => warn('schema-failed', { error }),
  }
}
