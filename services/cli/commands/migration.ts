import { Fault } from '#lib/base/fault.ts'
import type { SchemaReport__Output } from '#proto/types/hikyaku/schema/SchemaReport.ts'
import type { Command, Tools } from '../command.ts'
import type { SchemaAdmin } from '../schema-admin.ts'

const status: Command = {
  name: 'migration status',
  summary: 'The form of documents, and how far migrations are',
  operands: [],
  options: {},
  run: (_given, tools) => tellAll(tools, ({ show }) => show({})),
}

const start: Command = {
  name: 'migration start',
  summary: 'Bring documents into the newest form, with all at work',
  operands: [],
  options: {},
  notes: [
    'The last step of an upgrade: there is no way back to a release that does not know the form.',
    'docs/upgrading.md tells when. May be given at any time and repeated.',
  ],
  run: (_given, tools) => tellAll(tools, ({ start: begin }) => begin({})),
}

export const migrationCommands: readonly Command[] = [status, start]

async function tellAll(
  { schemas, output }: Tools,
  ask: (admin: SchemaAdmin) => Promise<SchemaReport__Output>,
): Promise<undefined> {
  if (schemas.length === 0) throw new Fault('not-found', 'No service with a database is named')
  for (const admin of schemas) {
    const report = await ask(admin)
    output.done(describe(admin.service, report), { service: admin.service, ...report })
  }
  return undefined
}

/** Lines as people read them. */
export function describe(service: string, report: SchemaReport__Output): string {
  const { inForce, wanted, knows, processes, migrations } = report
  const older = processes.filter((process) => process.knows < wanted)
  const lines = [`${service}: schema ${inForce}${knows > inForce ? `, ${knows} is known` : ''}`]
  if (wanted > inForce) {
    const who = older.map(({ host, release }) => `${host} (${release})`).join(', ')
    lines.push(`  ${wanted} comes into force ${who === '' ? 'in a moment' : `without ${who}`}`)
  }
  for (const { host, release, sees } of processes) {
    lines.push(`  process ${host}: release ${release}, schema ${sees}`)
  }
  for (const { name, state, seen, changed } of migrations) {
    lines.push(`  migration ${name}: ${state}, ${seen} documents seen, ${changed} changed`)
  }
  return lines.join('\n')
}
