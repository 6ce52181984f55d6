/** What operators ask of delivery: translates, decides nothing. */

import { Fault } from '#lib/base/fault.ts'
import { type GrpcService, grpcService } from '#lib/node/grpc.ts'
import type { LedgerCheckReport } from '#proto/types/hikyaku/delivery/LedgerCheckReport.ts'
import type { QueueAction__Output } from '#proto/types/hikyaku/delivery/QueueAction.ts'
import type { QueueEntry } from '#proto/types/hikyaku/delivery/QueueEntry.ts'
import type { TracedMail as TracedMailMessage } from '#proto/types/hikyaku/delivery/TracedMail.ts'
import type { TraceLine } from '#proto/types/hikyaku/delivery/TraceLine.ts'
import type { Collections, EntryDocument, Outcome, RouteDocument } from '../documents.ts'
import { checkLedger } from '../ledger/check.ts'
import { type TracedMail, trace } from '../ledger/trace.ts'
import { deleteRoute, listRoutes, setRoute } from '../outbound/set-route.ts'
import { type Action, type ActionParts, act, summarize } from '../queue/actions.ts'
import { EVERYTHING, list, stateOf } from '../queue/filter.ts'
import { listPauses, type Pauses, pause, resume } from '../queue/pauses.ts'

export interface AdminParts {
  readonly collections: Collections
  readonly actions: ActionParts
  /** Of this process: it goes by what was asked at once, the others within seconds. */
  readonly pauses: Pick<Pauses, 'refresh'>
}

const ACTIONS = {
  RETRY: 'retry',
  HOLD: 'hold',
  RELEASE: 'release',
  BOUNCE: 'bounce',
  DELETE: 'delete',
} as const satisfies Record<QueueAction__Output['action'], Action>

const FINDINGS_AT_ONCE = 100

export function deliveryAdminService(parts: AdminParts): GrpcService {
  return grpcService('delivery', 'DeliveryAdmin', {
    ...queueHandlers(parts),
    ...pauseHandlers(parts),
    ...routeHandlers(parts),
    trace: (request) => mapEach(trace(request, parts.collections), (mail) => toTraced(mail, now)),
    checkLedger: ({ from, until }) =>
      toReports(checkLedger({ from, until }, { collections: parts.collections, now })),
  })

  function now(): number {
    return parts.actions.clock.now()
  }
}

function queueHandlers({ collections, actions }: AdminParts) {
  const now = () => actions.clock.now()
  return {
    listQueue: (filter: typeof EVERYTHING) =>
      mapEach(list(filter, collections.entries, now()), (entry) => toEntry(entry, now())),
    summarizeQueue: async (filter: typeof EVERYTHING) => ({
      rows: await summarize(filter, actions),
    }),
    async showEntry({ id }: { readonly id: string }) {
      const [entry] = await Array.fromAsync(
        list({ ...EVERYTHING, id, limit: 1 }, collections.entries, now()),
      )
      if (id === '' || entry === undefined) throw new Fault('not-found', `There is no entry ${id}`)
      return toEntry(entry, now())
    },
    actOnQueue({ filter, action, reason, dryRun }: QueueAction__Output) {
      const wish = { filter: filter ?? EVERYTHING, action: ACTIONS[action], reason, dryRun }
      return act(wish, actions)
    },
  }
}

function pauseHandlers({ collections, actions: { clock }, pauses }: AdminParts) {
  const tell = async () => {
    await pauses.refresh()
    const items = await listPauses(collections)
    return { items: items.map(({ since, ...item }) => ({ ...item, since: since.getTime() })) }
  }
  return {
    async pause(request: { kind: string; name: string; reason: string }) {
      await pause(request, collections, clock)
      return await tell()
    },
    async resume(request: { kind: string; name: string }) {
      await resume(request, collections, clock)
      return await tell()
    },
    listPauses: tell,
  }
}

function routeHandlers({ collections }: AdminParts) {
  return {
    setRoute: async (request: Parameters<typeof setRoute>[0]) =>
      toRoute(await setRoute(request, collections)),
    async deleteRoute({ id }: { readonly id: string }) {
      await deleteRoute(id, collections)
      return {}
    },
    listRoutes: async () => ({ routes: (await listRoutes(collections)).map(toRoute) }),
  }
}

/** The password is never shown. */
function toRoute({ _id, hosts, user = '', password: _, ...route }: RouteDocument) {
  return { ...route, destination: _id, hosts: [...hosts], user }
}

function toEntry(entry: EntryDocument, now: number): QueueEntry {
  const { _id, recipients, next, queuedAt, expiresAt, lease: _, fence: __, ...rest } = entry
  return {
    ...rest,
    id: _id,
    recipients: recipients.map(({ address, original }) => (address.includes('@') ? address : (original ?? address))), // biome-ignore format: one thing
    state: stateOf(entry, now),
    queuedAt: queuedAt.getTime(),
    nextAt: next.getTime(),
    expiresAt: expiresAt.getTime(),
  }
}

function toTraced({ mail, lines, queued }: TracedMail, now: () => number): TracedMailMessage {
  const { _id, at, outcomes: _, expiresAt: __, recipients, ...rest } = mail
  return {
    ...rest,
    mailId: _id,
    at: at.getTime(),
    recipients: [...recipients],
    lines: lines.map(toLine),
    queued: queued.map((entry) => toEntry(entry, now())),
  }
}

function toLine({ at, into = [], ...line }: Outcome): TraceLine {
  return { ...line, at: at.getTime(), into: [...into] }
}

/** Findings go out many at a time; the last report says that it is the last. */
async function* toReports(
  reports: ReturnType<typeof checkLedger>,
): AsyncGenerator<LedgerCheckReport> {
  let findings: string[] = []
  let counts = {}
  for await (const report of reports) {
    if ('finding' in report) findings.push(report.finding)
    else counts = report.count
    if ('finding' in report && findings.length < FINDINGS_AT_ONCE) continue
    yield { ...counts, findings }
    findings = []
  }
  yield { ...counts, findings, complete: true }
}

async function* mapEach<From, To>(
  items: AsyncIterable<From>,
  map: (item: From) => To,
): AsyncGenerator<To> {
  for await (const item of items) yield map(item)
}
