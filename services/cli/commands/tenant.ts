import type { Tenant__Output } from '#proto/types/hikyaku/directory/Tenant.ts'
import { pages } from '../admin.ts'
import { type Command, only, UsageError } from '../command.ts'
import type { Column } from '../output.ts'
import { givenQuotas, QUOTA_COLUMNS, QUOTA_OPTIONS } from '../quota.ts'
import { findUsed, USED } from '../usage.ts'

const COLUMNS: readonly Column<Tenant__Output>[] = [
  { key: 'name', title: 'TENANT', text: ({ name }) => name },
  { key: 'title', title: 'TITLE', text: ({ title }) => title },
  ...QUOTA_COLUMNS,
  {
    key: 'suspended',
    title: 'STATE',
    text: ({ suspended }) => (suspended ? 'suspended' : ''),
    value: ({ suspended }) => suspended === true,
  },
  { key: 'id', title: 'ID', text: ({ id }) => id },
]

const add: Command = {
  name: 'tenant add',
  summary: 'Add a tenant: who has domains and accounts',
  operands: ['NAME'],
  options: {
    title: { type: 'string', value: 'TEXT', help: 'Its name as people write it' },
    ...QUOTA_OPTIONS,
  },
  async run(given, { admin, output }) {
    const title = given.text('title') ?? ''
    output.item(COLUMNS, await admin.addTenant({ name: given.name, title, ...givenQuotas(given) }))
    return undefined
  },
}

const list: Command = {
  name: 'tenant list',
  summary: 'List the tenants',
  operands: [],
  options: {},
  async run(_, { admin, output }) {
    const ask = async (after: string) => {
      const { tenants, next } = await admin.listTenants({ after })
      return { items: tenants, next }
    }
    await output.table(COLUMNS, pages(ask))
    return undefined
  },
}

const show: Command = {
  name: 'tenant show',
  summary: 'Show a tenant',
  operands: ['NAME'],
  options: {},
  async run({ name }, tools) {
    const { tenants } = await tools.admin.listTenants({ tenant: name })
    const tenant = only(tenants, `tenant ${name}`)
    const used = await findUsed('TENANT', tenant.id, tools)
    tools.output.item([...COLUMNS, USED], { ...tenant, ...used })
    return undefined
  },
}

const set: Command = {
  name: 'tenant set',
  summary: 'Change a tenant',
  operands: ['NAME'],
  options: {
    title: { type: 'string', value: 'TEXT', help: 'Its name as people write it' },
    ...QUOTA_OPTIONS,
    rename: { type: 'string', value: 'NAME', help: 'Its new name' },
    suspend: { type: 'boolean', help: 'Nobody of it gets mail or logs in' },
    resume: { type: 'boolean', help: 'Ends that' },
  },
  async run(given, { admin, output }) {
    const suspended = given.suspended()
    const change = { title: given.text('title') ?? '', name: given.text('rename') ?? '' }
    const quotas = givenQuotas(given)
    const quiet = suspended === undefined && Object.keys(quotas).length === 0
    if (quiet && !change.title && !change.name) {
      throw new UsageError('Nothing to change: see hikyaku tenant set --help')
    }
    const { tenants } = await admin.listTenants({ tenant: given.name })
    const { id } = only(tenants, `tenant ${given.name}`)
    const request = { id, ...change, ...quotas, ...(suspended !== undefined && { suspended }) }
    output.item(COLUMNS, await admin.setTenant(request))
    return undefined
  },
}

const remove: Command = {
  name: 'tenant delete',
  summary: 'Delete a tenant that has no domains',
  operands: ['NAME'],
  options: {},
  async run({ name }, { admin, output }) {
    await admin.deleteTenant({ name })
    output.done(`Deleted tenant ${name}`, { deleted: name })
    return undefined
  },
}

export const tenantCommands: readonly Command[] = [add, list, show, set, remove]
