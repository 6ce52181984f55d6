import type { Route__Output } from '#proto/types/hikyaku/delivery/Route.ts'
import { onePage } from '../admin.ts'
import type { Command } from '../command.ts'
import { countOf } from '../count.ts'
import { requireDelivery } from '../delivery-admin.ts'
import type { Column } from '../output.ts'

const COLUMNS: readonly Column<Route__Output>[] = [
  { key: 'destination', title: 'DESTINATION', text: ({ destination }) => destination },
  {
    key: 'hosts',
    title: 'HOSTS',
    text: ({ hosts }) => hosts.join(', ') || 'by MX',
    value: ({ hosts }) => hosts,
  },
  { key: 'tls', title: 'TLS', text: ({ tls }) => tls },
  { key: 'legacyForm', title: 'LEGACY', text: ({ legacyForm }) => legacyForm },
  ...(
    [
      ['connectionsMax', 'CONNECTIONS'],
      ['messagesPerConnectionMax', 'PER CONNECTION'],
      ['messagesPerMinuteMax', 'PER MINUTE'],
    ] as const
  ).map(([key, title]) => ({
    ...{ key, title },
    text: (route: Route__Output) => (route[key] === 0 ? '-' : String(route[key])),
    value: (route: Route__Output) => route[key],
  })),
  { key: 'pool', title: 'POOL', text: ({ pool }) => pool },
  { key: 'user', title: 'USER', text: ({ user }) => user },
]

const set: Command = {
  name: 'route set',
  summary: 'Say how a destination is reached: by which hosts, and how fast',
  operands: ['DESTINATION'],
  options: {
    host: {
      type: 'string',
      value: 'HOST:PORT',
      multiple: true,
      help: 'A smart host, in order; mx:DOMAIN takes its MX. None: by MX',
    },
    tls: {
      type: 'string',
      value: 'HOW',
      help: 'opportunistic (unless given), required (with --user), none',
    },
    'legacy-form': {
      type: 'string',
      value: 'FORM',
      help: 'How a..b@ is written: raw, quoted, or auto (unless given)',
    },
    connections: { type: 'string', value: 'NUMBER', help: 'At a time, of the whole cluster' },
    'per-connection': { type: 'string', value: 'NUMBER', help: 'Messages on one connection' },
    'per-minute': { type: 'string', value: 'NUMBER', help: 'Messages of the whole cluster' },
    pool: { type: 'string', value: 'NAME', help: 'Which of our addresses' },
    user: {
      type: 'string',
      value: 'NAME',
      help: 'For a smart host that asks; the password is read from standard input',
    },
  },
  notes: [
    'DESTINATION is a domain, *.example.test for all below it, or * for every one without a route.',
  ],
  async run(given, tools) {
    const user = given.text('user') ?? ''
    const route = {
      destination: given.name,
      hosts: given.texts('host'),
      tls: given.text('tls') ?? '',
      legacyForm: given.text('legacy-form') ?? '',
      connectionsMax: countOf(given, 'connections'),
      messagesPerConnectionMax: countOf(given, 'per-connection'),
      messagesPerMinuteMax: countOf(given, 'per-minute'),
      pool: given.text('pool') ?? '',
      user,
      password: user === '' ? '' : await tools.readPassword(),
    }
    tools.output.item(COLUMNS, await requireDelivery(tools).setRoute(route))
    return undefined
  },
}

const list: Command = {
  name: 'route list',
  summary: 'List how destinations are reached that are not reached as usual',
  operands: [],
  options: {},
  async run(_, tools) {
    const { routes } = await requireDelivery(tools).listRoutes({})
    await tools.output.table(COLUMNS, onePage(routes))
    return undefined
  },
}

const remove: Command = {
  name: 'route delete',
  summary: 'Reach a destination as usual again',
  operands: ['DESTINATION'],
  options: {},
  async run({ name }, tools) {
    await requireDelivery(tools).deleteRoute({ id: name })
    tools.output.done(`Deleted the route for ${name}`, { deleted: name })
    return undefined
  },
}

export const routeCommands: readonly Command[] = [set, list, remove]
