/** The schema and its migrations as proto/schema.proto has them. */

import type { MigrationStatus, Schema, SchemaStatus } from '#lib/db/schema.ts'
import type { SchemaReport } from '#proto/types/hikyaku/schema/SchemaReport.ts'
import { type GrpcService, grpcService } from '../grpc.ts'

export function schemaAdminService(schema: Pick<Schema, 'start' | 'status'>): GrpcService {
  return grpcService('schema', 'SchemaAdmin', {
    show: async () => toReport(await schema.status()),
    start: async () => toReport(await schema.start()),
  })
}

function toReport({ inForce, wanted, knows, processes, migrations }: SchemaStatus): SchemaReport {
  return {
    inForce,
    wanted,
    knows,
    processes: processes.map(({ host, release, knows, sees }) => ({ host, release, knows, sees })),
    migrations: migrations.map(toMigration),
  }
}

function toMigration({ name, schema, progress }: MigrationStatus) {
  const { seen = 0, changed = 0 } = progress ?? {}
  const state = progress === undefined ? 'waiting' : progress.doneAt ? 'done' : 'running'
  return { name, schema, state, seen, changed }
}
