import type { Group__Output } from '#proto/types/hikyaku/directory/Group.ts'
import { pages } from '../admin.ts'
import { type Command, UsageError } from '../command.ts'
import type { Column } from '../output.ts'

const MEMBERS: Column<Group__Output> = {
  key: 'members',
  title: 'MEMBERS',
  text: ({ members }) => members.join(' '),
  value: ({ members }) => members,
}

const COLUMNS: readonly Column<Group__Output>[] = [
  { key: 'address', title: 'GROUP', text: ({ address }) => address },
  { key: 'tenant', title: 'TENANT', text: ({ tenant }) => tenant },
  { key: 'title', title: 'TITLE', text: ({ title }) => title },
]

/** How many they are says more in a list than who. */
const COUNT: Column<Group__Output> = { ...MEMBERS, text: ({ members }) => String(members.length) }

const TITLE = { type: 'string', value: 'TEXT', help: 'What it is for' } as const

const MEMBER_NOTE = 'A member is an address here or elsewhere, or another group.'

const add: Command = {
  name: 'group add',
  summary: 'Add an address whose mail goes to its members',
  operands: ['ADDRESS'],
  options: {
    title: TITLE,
    member: { type: 'string', value: 'ADDRESS', multiple: true, help: 'Who gets it (repeatable)' },
    reuse: { type: 'boolean', help: 'Take the address even though it was another’s lately' },
  },
  notes: [MEMBER_NOTE],
  async run(given, { admin, output }) {
    const title = given.text('title')
    const request = { address: given.name, add: given.texts('member'), reuse: given.has('reuse') }
    const group = await admin.addGroup({ ...request, ...(title !== undefined && { title }) })
    output.item([...COLUMNS, MEMBERS], group)
    return undefined
  },
}

const list: Command = {
  name: 'group list',
  summary: 'List groups',
  operands: [],
  options: {
    tenant: { type: 'string', value: 'NAME', help: 'Only those of this tenant' },
    domain: { type: 'string', value: 'DOMAIN', help: 'Only those in this domain' },
  },
  async run(given, { admin, output }) {
    const [tenant, domain] = [given.text('tenant') ?? '', given.text('domain') ?? '']
    const ask = async (after: string) => {
      const { groups, next } = await admin.listGroups({ tenant, domain, after })
      return { items: groups, next }
    }
    await output.table([...COLUMNS, COUNT], pages(ask))
    return undefined
  },
}

const show: Command = {
  name: 'group show',
  summary: 'Show a group and its members',
  operands: ['ADDRESS'],
  options: {},
  async run({ name }, { admin, output }) {
    output.item([...COLUMNS, MEMBERS], await admin.showGroup({ name }))
    return undefined
  },
}

const set: Command = {
  name: 'group set',
  summary: 'Change a group',
  operands: ['ADDRESS'],
  options: {
    title: TITLE,
    add: { type: 'string', value: 'ADDRESS', multiple: true, help: 'Another member (repeatable)' },
    remove: { type: 'string', value: 'ADDRESS', multiple: true, help: 'No longer (repeatable)' },
  },
  notes: [MEMBER_NOTE],
  async run(given, { admin, output }) {
    const title = given.text('title')
    const [more, fewer] = [given.texts('add'), given.texts('remove')]
    if (title === undefined && more.length + fewer.length === 0) {
      throw new UsageError('Nothing to change: see hikyaku group set --help')
    }
    const request = { address: given.name, add: more, remove: fewer }
    const group = await admin.setGroup({ ...request, ...(title !== undefined && { title }) })
    output.item([...COLUMNS, MEMBERS], group)
    return undefined
  },
}

const remove: Command = {
  name: 'group delete',
  summary: 'Delete a group; its address is kept for 30 days',
  operands: ['ADDRESS'],
  options: {},
  async run({ name }, { admin, output }) {
    await admin.deleteGroup({ name })
    output.done(`Deleted group ${name}`, { deleted: name })
    return undefined
  },
}

export const groupCommands: readonly Command[] = [add, list, show, set, remove]
