import { onePage } from '../admin.ts'
import { type Command, type Given, type Tools, UsageError } from '../command.ts'
import { requireDelivery } from '../delivery-admin.ts'
import { formatMoment } from '../moment.ts'
import type { Column } from '../output.ts'
import { tenantIdOf } from '../tenant-id.ts'

interface Paused {
  readonly kind: string
  readonly name: string
  readonly reason: string
  readonly since: number
}

const COLUMNS: readonly Column<Paused>[] = [
  { key: 'kind', title: 'KIND', text: ({ kind }) => kind },
  { key: 'name', title: 'NAME', text: ({ name }) => name },
  {
    key: 'since',
    title: 'SINCE',
    text: ({ since }) => formatMoment(since),
    value: ({ since }) => since,
  },
  { key: 'reason', title: 'REASON', text: ({ reason }) => reason },
]

const WHAT = {
  tenant: { type: 'string', value: 'NAME', help: 'Everything of this tenant' },
  destination: { type: 'string', value: 'DOMAIN', help: 'Everything for this domain' },
  pool: { type: 'string', value: 'NAME', help: 'Everything that leaves by these addresses' },
} as const

const pause: Command = {
  name: 'queue pause',
  summary: 'Try nothing for a tenant, a destination or a pool until it is resumed',
  operands: [],
  options: {
    ...WHAT,
    because: { type: 'string', value: 'TEXT', help: 'Why, for whoever looks at it' },
  },
  notes: ['Mail is accepted as ever and waits. Attempts under way are finished.'],
  async run(given, tools) {
    const request = { ...(await chosen(given, tools)), reason: given.text('because') ?? '' }
    const { items } = await requireDelivery(tools).pause(request)
    return print(items, tools)
  },
}

const resume: Command = {
  name: 'queue resume',
  summary: 'Go on with what was paused',
  operands: [],
  options: WHAT,
  async run(given, tools) {
    const { items } = await requireDelivery(tools).resume(await chosen(given, tools))
    return print(items, tools)
  },
}

const pauses: Command = {
  name: 'queue pauses',
  summary: 'List what is paused',
  operands: [],
  options: {},
  async run(_, tools) {
    const { items } = await requireDelivery(tools).listPauses({})
    return print(items, tools)
  },
}

async function chosen(given: Given, tools: Tools): Promise<{ kind: string; name: string }> {
  const [kind, ...others] = Object.keys(WHAT).filter((option) => given.text(option) !== undefined)
  if (kind === undefined || others.length > 0) {
    throw new UsageError('Give one of --tenant, --destination and --pool')
  }
  const name = kind === 'tenant' ? await tenantIdOf(given, tools) : (given.text(kind) ?? '')
  return { kind, name }
}

async function print(items: readonly Paused[], { output }: Tools): Promise<undefined> {
  await output.table(COLUMNS, onePage(items))
}

export const pauseCommands: readonly Command[] = [pause, resume, pauses]
