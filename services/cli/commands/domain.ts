import type { Domain, Domain__Output } from '#proto/types/hikyaku/directory/Domain.ts'
import { pages } from '../admin.ts'
import { type Command, type Given, only, UsageError } from '../command.ts'
import type { Column } from '../output.ts'
import { givenQuotas, QUOTA_COLUMNS, QUOTA_OPTIONS } from '../quota.ts'
import { findUsed, USED } from '../usage.ts'

const COLUMNS: readonly Column<Domain__Output>[] = [
  { key: 'name', title: 'DOMAIN', text: ({ name }) => name },
  { key: 'tenant', title: 'TENANT', text: ({ tenant }) => tenant },
  ...QUOTA_COLUMNS,
  {
    key: 'suspended',
    title: 'STATE',
    text: ({ suspended }) => (suspended ? 'suspended' : ''),
    value: ({ suspended }) => suspended === true,
  },
  { key: 'aliasOf', title: 'ALIAS OF', text: ({ aliasOf = '' }) => aliasOf },
  {
    key: 'plus',
    title: 'PLUS',
    text: ({ plus = '' }) => plus || 'off',
    value: ({ plus = '' }) => plus,
  },
]

const ADDRESSING_OPTIONS = {
  'alias-of': {
    type: 'string',
    value: 'DOMAIN',
    help: 'It has the addresses of this domain of the same tenant',
  },
  plus: {
    type: 'string',
    value: 'TEXT',
    help: 'What begins the part of an address that does not count, by default +; off: nothing',
  },
} as const

function givenAddressing(given: Given): Pick<Domain, 'aliasOf' | 'plus'> {
  const [aliasOf, plus] = [given.text('alias-of'), given.text('plus')]
  if (aliasOf !== undefined && given.has('no-alias')) {
    throw new UsageError('--alias-of and --no-alias do not go together')
  }
  if (aliasOf === '') throw new UsageError('--alias-of needs a domain')
  return {
    ...(aliasOf !== undefined && { aliasOf }),
    ...(given.has('no-alias') && { aliasOf: '' }),
    ...(plus !== undefined && { plus: plus === 'off' ? '' : plus }),
  }
}

const add: Command = {
  name: 'domain add',
  summary: 'Add a domain to a tenant',
  operands: ['DOMAIN'],
  options: {
    tenant: { type: 'string', value: 'NAME', help: 'Whose it is (needed)' },
    ...QUOTA_OPTIONS,
    ...ADDRESSING_OPTIONS,
    reuse: { type: 'boolean', help: 'Take it even though another tenant deleted it lately' },
  },
  async run(given, { admin, output }) {
    const tenant = given.text('tenant')
    if (tenant === undefined) throw new UsageError('Give --tenant NAME')
    const request = { name: given.name, tenant, reuse: given.has('reuse') }
    const more = { ...givenQuotas(given), ...givenAddressing(given) }
    output.item(COLUMNS, await admin.addDomain({ ...request, ...more }))
    return undefined
  },
}

const list: Command = {
  name: 'domain list',
  summary: 'List the domains',
  operands: [],
  options: { tenant: { type: 'string', value: 'NAME', help: 'Only those of this tenant' } },
  async run(given, { admin, output }) {
    const tenant = given.text('tenant') ?? ''
    const ask = async (after: string) => {
      const { domains, next } = await admin.listDomains({ tenant, after })
      return { items: domains, next }
    }
    await output.table(COLUMNS, pages(ask))
    return undefined
  },
}

const show: Command = {
  name: 'domain show',
  summary: 'Show a domain',
  operands: ['DOMAIN'],
  options: {},
  async run({ name }, tools) {
    const { domains } = await tools.admin.listDomains({ domain: name })
    const domain = only(domains, `domain ${name}`)
    const used = await findUsed('DOMAIN', domain.name, tools)
    tools.output.item([...COLUMNS, USED], { ...domain, ...used })
    return undefined
  },
}

const set: Command = {
  name: 'domain set',
  summary: 'Change a domain',
  operands: ['DOMAIN'],
  options: {
    ...QUOTA_OPTIONS,
    ...ADDRESSING_OPTIONS,
    'no-alias': { type: 'boolean', help: 'It has addresses of its own again' },
    suspend: { type: 'boolean', help: 'Nobody in it gets mail or logs in' },
    resume: { type: 'boolean', help: 'Ends that' },
  },
  async run(given, { admin, output }) {
    const suspended = given.suspended()
    const change = {
      ...givenQuotas(given),
      ...givenAddressing(given),
      ...(suspended !== undefined && { suspended }),
    }
    if (Object.keys(change).length === 0) {
      throw new UsageError('Nothing to change: see hikyaku domain set --help')
    }
    output.item(COLUMNS, await admin.setDomain({ name: given.name, ...change }))
    return undefined
  },
}

const remove: Command = {
  name: 'domain delete',
  summary: 'Delete a domain that has no addresses',
  operands: ['DOMAIN'],
  options: {},
  async run({ name }, { admin, output }) {
    await admin.deleteDomain({ name })
    output.done(`Deleted domain ${name}`, { deleted: name })
    return undefined
  },
}

export const domainCommands: readonly Command[] = [add, list, show, set, remove]
