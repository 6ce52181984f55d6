import type { AddressEntry__Output } from '#proto/types/hikyaku/directory/AddressEntry.ts'
import { pages } from '../admin.ts'
import { type Command, only, UsageError } from '../command.ts'
import type { Column } from '../output.ts'

const COLUMNS: readonly Column<AddressEntry__Output>[] = [
  { key: 'address', title: 'ADDRESS', text: ({ address }) => address },
  {
    key: 'account',
    title: 'ACCOUNT',
    text: ({ account }) => account || '(group)',
    value: ({ account }) => account,
  },
]

const ACCOUNT = { type: 'string', value: 'LOGIN', help: 'Whose it is to be (needed)' } as const

const add: Command = {
  name: 'address add',
  summary: 'Give an account another address, an alias',
  operands: ['ADDRESS'],
  options: {
    account: ACCOUNT,
    reuse: { type: 'boolean', help: 'Take it even though it was another’s lately' },
  },
  notes: ['@DOMAIN is every address of the domain that does not exist otherwise.'],
  async run(given, { admin, output }) {
    const account = given.text('account')
    if (account === undefined) throw new UsageError('Give --account LOGIN')
    const request = { address: given.name, account, reuse: given.has('reuse') }
    output.item(COLUMNS, await admin.addAddress(request))
    return undefined
  },
}

const list: Command = {
  name: 'address list',
  summary: 'List addresses: logins, aliases and groups',
  operands: [],
  options: {
    tenant: { type: 'string', value: 'NAME', help: 'Only those of this tenant' },
    domain: { type: 'string', value: 'DOMAIN', help: 'Only those in this domain' },
    account: { type: 'string', value: 'LOGIN', help: 'Only those of this account' },
  },
  async run(given, { admin, output }) {
    const [tenant, domain, account] = ['tenant', 'domain', 'account'].map((name) =>
      given.text(name),
    )
    const wanted = { tenant: tenant ?? '', domain: domain ?? '', account: account ?? '' }
    const ask = async (after: string) => {
      const { addresses, next } = await admin.listAddresses({ ...wanted, after })
      return { items: addresses, next }
    }
    await output.table(COLUMNS, pages(ask))
    return undefined
  },
}

const show: Command = {
  name: 'address show',
  summary: 'Show whose an address is',
  operands: ['ADDRESS'],
  options: {},
  async run({ name }, { admin, output }) {
    const { addresses } = await admin.listAddresses({ address: name })
    output.item(COLUMNS, only(addresses, `address ${name}`))
    return undefined
  },
}

const set: Command = {
  name: 'address set',
  summary: 'Move an alias to another account of its tenant',
  operands: ['ADDRESS'],
  options: { account: ACCOUNT },
  async run(given, { admin, output }) {
    const account = given.text('account')
    if (account === undefined) throw new UsageError('Give --account LOGIN')
    // Only what is there is moved: a mistyped address is not to become a new one.
    await admin.listAddresses({ address: given.name })
    output.item(COLUMNS, await admin.addAddress({ address: given.name, account, move: true }))
    return undefined
  },
}

const remove: Command = {
  name: 'address delete',
  summary: 'Take an alias away from its account',
  operands: ['ADDRESS'],
  options: {},
  async run({ name }, { admin, output }) {
    await admin.deleteAddress({ name })
    output.done(`Deleted address ${name}`, { deleted: name })
    return undefined
  },
}

export const addressCommands: readonly Command[] = [add, list, show, set, remove]
