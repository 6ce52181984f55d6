import type { QueueActed__Output } from '#proto/types/hikyaku/delivery/QueueActed.ts'
import type { QueueAction } from '#proto/types/hikyaku/delivery/QueueAction.ts'
import type { QueueEntry__Output } from '#proto/types/hikyaku/delivery/QueueEntry.ts'
import { onePage } from '../admin.ts'
import { type Command, type Given, type Option, type Tools, UsageError } from '../command.ts'
import { countOf } from '../count.ts'
import { requireDelivery } from '../delivery-admin.ts'
import { formatMoment, formatSpan } from '../moment.ts'
import type { Column } from '../output.ts'
import { formatSize } from '../quota.ts'
import { tenantIdOf } from '../tenant-id.ts'

const DEADLINE_MS = 6 * 3_600_000
const ENTRIES_A_PAGE = 100

const FILTER: Readonly<Record<string, Option>> = {
  tenant: { type: 'string', value: 'NAME', help: 'Whose mail it is' },
  destination: {
    type: 'string',
    value: 'DOMAIN',
    help: 'For this domain; local: our own mailboxes',
  },
  sender: { type: 'string', value: 'ADDRESS', help: 'From this address, or @domain' },
  recipient: { type: 'string', value: 'ADDRESS', help: 'To this address' },
  class: {
    type: 'string',
    value: 'CLASS',
    help: 'personal, transactional, bulk, announcement, system',
  },
  reason: { type: 'string', value: 'REASON', help: 'Why the last attempt failed: mailbox-full …' },
  state: { type: 'string', value: 'STATE', help: 'waiting, running or held' },
  mail: { type: 'string', value: 'ID', help: 'Of this mail' },
  id: { type: 'string', value: 'ID', help: 'Only this entry' },
}

const COLUMNS: readonly Column<QueueEntry__Output>[] = [
  { key: 'id', title: 'ENTRY', text: ({ id }) => id },
  { key: 'state', title: 'STATE', text: ({ state }) => state },
  { key: 'destination', title: 'DESTINATION', text: ({ destination }) => destination },
  {
    key: 'sender',
    title: 'SENDER',
    text: ({ sender }) => `<${sender}>`,
    value: ({ sender }) => sender,
  },
  {
    ...{ key: 'recipients', title: 'RECIPIENTS' },
    text: ({ recipients }) => summarizeList(recipients),
    value: ({ recipients }) => recipients,
  },
  {
    key: 'sizeBytes',
    title: 'SIZE',
    text: ({ sizeBytes }) => formatSize(sizeBytes),
    value: ({ sizeBytes }) => sizeBytes,
  },
  {
    key: 'attempts',
    title: 'TRIED',
    text: ({ attempts }) => String(attempts),
    value: ({ attempts }) => attempts,
  },
  {
    key: 'nextAt',
    title: 'NEXT',
    text: ({ nextAt }) => formatMoment(nextAt),
    value: ({ nextAt }) => nextAt,
  },
  {
    key: 'reason',
    title: 'REASON',
    text: ({ reason, hold }) => hold || reason,
    value: ({ reason }) => reason,
  },
  { key: 'mailId', title: 'MAIL', text: ({ mailId }) => mailId, hidden: true },
  { key: 'tenant', title: 'TENANT', text: ({ tenant }) => tenant, hidden: true },
  { key: 'class', title: 'CLASS', text: (entry) => entry.class, hidden: true },
  { key: 'hold', title: 'HOLD', text: ({ hold }) => hold, hidden: true },
  { key: 'reply', title: 'REPLY', text: ({ reply }) => reply, hidden: true },
  { key: 'host', title: 'HOST', text: ({ host }) => host, hidden: true },
  {
    key: 'queuedAt',
    title: 'QUEUED',
    text: ({ queuedAt }) => formatMoment(queuedAt),
    value: ({ queuedAt }) => queuedAt,
    hidden: true,
  },
  {
    key: 'expiresAt',
    title: 'EXPIRES',
    text: ({ expiresAt }) => formatMoment(expiresAt),
    value: ({ expiresAt }) => expiresAt,
    hidden: true,
  },
]

/** One entry has room for everything. */
const DETAILS = COLUMNS.map(({ hidden: _, ...column }) =>
  column.key === 'recipients'
    ? { ...column, text: ({ recipients }: QueueEntry__Output) => recipients.join(' ') }
    : column,
)

const list: Command = {
  name: 'queue list',
  summary: 'List what waits to be delivered, the next ones first',
  operands: [],
  options: {
    ...FILTER,
    limit: { type: 'string', value: 'NUMBER', help: 'At most so many; all unless given' },
  },
  async run(given, tools) {
    const filter = { ...(await toFilter(given, tools)), limit: countOf(given, 'limit') }
    const entries = requireDelivery(tools).listQueue(filter, { deadlineMs: DEADLINE_MS })
    await tools.output.table(COLUMNS, inPages(entries))
    return undefined
  },
}

const summary: Command = {
  name: 'queue summary',
  summary: 'Count what waits, by destination, tenant, class and reason',
  operands: [],
  options: FILTER,
  async run(given, tools) {
    const { rows } = await requireDelivery(tools).summarizeQueue(await toFilter(given, tools))
    const now = tools.now()
    const columns: Column<(typeof rows)[number]>[] = [
      { key: 'by', title: 'BY', text: ({ by }) => by },
      { key: 'name', title: 'NAME', text: ({ name }) => name || '-', value: ({ name }) => name },
      {
        key: 'entries',
        title: 'ENTRIES',
        text: ({ entries }) => String(entries),
        value: ({ entries }) => entries,
      },
      {
        key: 'recipients',
        title: 'RECIPIENTS',
        text: ({ recipients }) => String(recipients),
        value: ({ recipients }) => recipients,
      },
      {
        key: 'oldestAt',
        title: 'OLDEST',
        text: ({ oldestAt }) => formatSpan(now - oldestAt),
        value: ({ oldestAt }) => oldestAt,
      },
    ]
    await tools.output.table(columns, onePage(rows))
    return undefined
  },
}

const show: Command = {
  name: 'queue show',
  summary: 'Show one entry, with what the other host said last',
  operands: ['ENTRY'],
  options: {},
  async run({ name }, tools) {
    tools.output.item(DETAILS, await requireDelivery(tools).showEntry({ id: name }))
    return undefined
  },
}

interface ActionPlan {
  readonly name: string
  readonly action: NonNullable<QueueAction['action']>
  readonly summary: string
  readonly done: string
  readonly reason?: string
}

const ACTIONS: readonly ActionPlan[] = [
  { name: 'retry', action: 'RETRY', summary: 'Try now', done: 'to be tried now' },
  {
    name: 'hold',
    action: 'HOLD',
    summary: 'Keep, without trying, until released',
    done: 'held',
    reason: 'Why, for whoever looks at it',
  },
  { name: 'release', action: 'RELEASE', summary: 'Try again what was held', done: 'released' },
  {
    name: 'bounce',
    action: 'BOUNCE',
    summary: 'Give up, and tell the senders',
    done: 'bounced',
    reason: 'What the senders are told',
  },
  { name: 'delete', action: 'DELETE', summary: 'Give up, and tell nobody', done: 'deleted' },
]

const actions = ACTIONS.map(
  ({ name, action, summary: told, done, reason }): Command => ({
    name: `queue ${name}`,
    summary: told,
    operands: [],
    options: {
      ...FILTER,
      all: { type: 'boolean', help: 'All there are, when nothing else chooses' },
      ...(reason === undefined
        ? {}
        : { because: { type: 'string', value: 'TEXT', help: reason } as const }),
      'dry-run': { type: 'boolean', help: 'Only count them' },
    },
    notes: [
      'The options choose the entries; all that are given must hold.',
      'Entries that are being tried at this moment are left alone, and counted as skipped.',
    ],
    async run(given, tools) {
      const filter = await toFilter(given, tools)
      const chosen = Object.values(filter).some((value) => value !== '')
      if (!chosen && !given.has('all')) throw new UsageError('Choose entries, or give --all')
      const request = {
        filter,
        action,
        reason: given.text('because') ?? '',
        dryRun: given.has('dry-run'),
      }
      let last: QueueActed__Output = { entries: 0, recipients: 0, skipped: 0 }
      const running = requireDelivery(tools).actOnQueue(request, { deadlineMs: DEADLINE_MS })
      for await (const acted of running) {
        last = acted
        tools.output.progress(`${acted.entries.toLocaleString('en')} entries so far`)
      }
      const { entries, recipients, skipped } = last
      const would = request.dryRun ? 'would be ' : ''
      const left = skipped === 0 ? '' : `, ${skipped.toLocaleString('en')} skipped`
      tools.output.done(
        `${entries.toLocaleString('en')} entries with ${recipients.toLocaleString('en')} recipients ${would}${done}${left}`,
        { action: name, dryRun: request.dryRun, entries, recipients, skipped },
      )
      return undefined
    },
  }),
)

async function toFilter(given: Given, tools: Tools) {
  const text = (name: string) => given.text(name) ?? ''
  return {
    tenant: await tenantIdOf(given, tools),
    destination: text('destination'),
    sender: text('sender'),
    recipient: text('recipient'),
    class: text('class'),
    reason: text('reason'),
    state: text('state'),
    mailId: text('mail'),
    id: text('id'),
  }
}

async function* inPages<Item>(items: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let page: Item[] = []
  for await (const item of items) {
    page.push(item)
    if (page.length < ENTRIES_A_PAGE) continue
    yield page
    page = []
  }
  yield page
}

function summarizeList([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} more`
}

export const queueCommands: readonly Command[] = [list, summary, show, ...actions]
