import type { Account__Output } from '#proto/types/hikyaku/directory/Account.ts'
import type { AccountChange } from '#proto/types/hikyaku/directory/AccountChange.ts'
import { pages } from '../admin.ts'
import { type Command, type Given, UsageError } from '../command.ts'
import type { Column } from '../output.ts'
import { choosePassword, PASSWORD_OPTIONS } from '../password.ts'
import { givenQuotas, QUOTA_COLUMNS, QUOTA_OPTIONS } from '../quota.ts'
import { findUsed, USED } from '../usage.ts'
import {
  FORWARDING_COLUMNS,
  FORWARDING_ENDS,
  FORWARDING_OPTIONS,
  givenForwarding,
} from './account-forwarding.ts'
import { importCommand } from './account-import.ts'

const COLUMNS: readonly Column<Account__Output>[] = [
  { key: 'login', title: 'LOGIN', text: ({ login }) => login },
  { key: 'tenant', title: 'TENANT', text: ({ tenant }) => tenant },
  { key: 'title', title: 'TITLE', text: ({ title }) => title },
  ...QUOTA_COLUMNS,
  {
    key: 'suspended',
    title: 'STATE',
    text: formatState,
    value: ({ suspended }) => suspended,
  },
  {
    key: 'aliases',
    title: 'ALIASES',
    text: ({ addresses }) => addresses.join(' '),
    value: ({ addresses }) => addresses,
  },
  { key: 'id', title: 'ID', text: ({ id }) => id },
  {
    key: 'deletedAt',
    title: '',
    text: () => '',
    value: ({ deletedAt }) => (deletedAt > 0 ? new Date(deletedAt).toISOString() : null),
    hidden: true,
  },
]

const DETAILS = [...COLUMNS, ...FORWARDING_COLUMNS]

/** A list has no room for it. */
const LISTED = [...COLUMNS, ...FORWARDING_COLUMNS.map((one) => ({ ...one, hidden: true as const }))]

const CHANGES = {
  title: { type: 'string', value: 'TEXT', help: 'The name of its owner' },
  ...QUOTA_OPTIONS,
  alias: { type: 'string', value: 'ADDRESS', multiple: true, help: 'Another address (repeatable)' },
  reuse: { type: 'boolean', help: 'Take addresses even though they were another’s lately' },
  ...FORWARDING_OPTIONS,
  ...PASSWORD_OPTIONS,
} as const

const PASSWORD_NOTES = ['A password is never an argument: everybody on the machine could read it.']

const add: Command = {
  name: 'account add',
  summary: 'Add an account; asks for its password',
  operands: ['LOGIN'],
  options: { ...CHANGES, 'no-password': { type: 'boolean', help: 'Nobody can log in for now' } },
  notes: PASSWORD_NOTES,
  async run(given, tools) {
    const change = toChange(given)
    const chosen = await choosePassword(given, tools)
    const password =
      chosen.password ??
      (given.has('no-password') ? undefined : await tools.askPassword(given.name))
    // Should the answer get lost, asking again finds the account that this request made.
    const request = Buffer.from(tools.random(16)).toString('hex')
    const account = await tools.admin.addAccount({
      ...change,
      request,
      ...(password !== undefined && { password }),
    })
    tools.output.item(DETAILS, account, withPassword(chosen.generated))
    return undefined
  },
}

const list: Command = {
  name: 'account list',
  summary: 'List accounts',
  operands: [],
  options: {
    tenant: { type: 'string', value: 'NAME', help: 'Only those of this tenant' },
    domain: { type: 'string', value: 'DOMAIN', help: 'Only those with a login in this domain' },
    deleted: { type: 'boolean', help: 'Those that were deleted and can be restored' },
  },
  async run(given, { admin, output }) {
    const [tenant, domain] = [given.text('tenant') ?? '', given.text('domain') ?? '']
    const ask = async (after: string) => {
      const asked = { tenant, domain, deleted: given.has('deleted'), after }
      const { accounts, next } = await admin.listAccounts(asked)
      return { items: accounts, next }
    }
    await output.table(LISTED, pages(ask))
    return undefined
  },
}

const show: Command = {
  name: 'account show',
  summary: 'Show an account',
  operands: ['LOGIN'],
  options: {},
  async run({ name }, tools) {
    const account = await tools.admin.showAccount({ name })
    const used = await findUsed('ACCOUNT', account.id, tools)
    tools.output.item([...DETAILS, USED], { ...account, ...used })
    return undefined
  },
}

const set: Command = {
  name: 'account set',
  summary: 'Change an account',
  operands: ['LOGIN'],
  options: {
    ...CHANGES,
    password: { type: 'boolean', help: 'Ask for a new password' },
    suspend: { type: 'boolean', help: 'It gets no mail and nobody logs in' },
    resume: { type: 'boolean', help: 'Ends that' },
    ...FORWARDING_ENDS,
  },
  notes: [
    ...PASSWORD_NOTES,
    'Aliases are added; `hikyaku address delete` takes one away. --forward and --send-as say all there are to be.',
  ],
  async run(given, tools) {
    const suspended = given.suspended()
    const change = { ...toChange(given), ...(suspended !== undefined && { suspended }) }
    const { password, generated } = await choosePassword(given, tools)
    const changes = Object.keys(change).length > 3 || change.addresses.length > 0
    if (password === undefined && !changes) {
      throw new UsageError('Nothing to change: see hikyaku account set --help')
    }
    const account = await tools.admin.setAccount({
      ...change,
      ...(password !== undefined && { password }),
    })
    tools.output.item(DETAILS, account, withPassword(generated))
    return undefined
  },
}

const remove: Command = {
  name: 'account delete',
  summary: 'Delete an account; for 30 days it can be restored',
  operands: ['LOGIN'],
  options: {},
  async run({ name }, { admin, output }) {
    await admin.deleteAccount({ name })
    output.done(`Deleted account ${name} (to undo: hikyaku account restore ${name})`, {
      deleted: name,
    })
    return undefined
  },
}

const restore: Command = {
  name: 'account restore',
  summary: 'Bring back a deleted account',
  operands: ['LOGIN'],
  options: {},
  notes: ['LOGIN may also be the id that `hikyaku account list --deleted` shows.'],
  async run({ name }, { admin, output }) {
    output.item(DETAILS, await admin.restoreAccount({ name }))
    return undefined
  },
}

export const accountCommands: readonly Command[] = [
  add,
  list,
  show,
  set,
  remove,
  restore,
  importCommand,
]

function toChange(given: Given): AccountChange & { addresses: string[] } {
  const title = given.text('title')
  return {
    login: given.name,
    addresses: given.texts('alias'),
    reuse: given.has('reuse'),
    ...(title !== undefined && { title }),
    ...givenQuotas(given),
    ...givenForwarding(given),
  }
}

function formatState({ suspended, deletedAt }: Account__Output): string {
  if (deletedAt > 0) return `deleted ${new Date(deletedAt).toISOString().slice(0, 10)}`
  return suspended ? 'suspended' : ''
}

function withPassword(generated: string | undefined): Record<string, string> {
  return generated === undefined ? {} : { password: generated }
}
