import { type Command, type Given, type Tools, UsageError } from '../command.ts'
import { requireDelivery } from '../delivery-admin.ts'
import { formatMoment } from '../moment.ts'
import type { Column } from '../output.ts'

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
  tenant: { type: 'string', value: 'ID', help: 'Everything of this tenant' },
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
    const request = { ...chosen(given), reason: given.text('because') ?? '' }
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
    const { items } = await requireDelivery(tools).resume(chosen(given))
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

function chosen(given: Given): { kind: string; name: string } {
  const found = Object.keys(WHAT).flatMap((kind) => {
    const name = given.text(kind)
    return name === undefined ? [] : [{ kind, name }]
  })
  const [one, ...others] = found
  if (one !== undefined && others.length === 0) return one
  throw new UsageError('Give one of --tenant, --destination and --pool')
}

async function print(items: readonly Paused[], { output }: Tools): Promise<undefined> {
  await output.table(
    COLUMNS,
    (async function* () {
      yield items
    })(),
  )
}

export const pauseCommands: readonly Command[] = [pause, resume, pauses]
