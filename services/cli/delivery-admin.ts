/** What the commands ask of delivery's admin service. */

import type { Empty } from '#proto/types/hikyaku/delivery/Empty.ts'
import type { EntryRequest } from '#proto/types/hikyaku/delivery/EntryRequest.ts'
import type { LedgerCheckReport__Output } from '#proto/types/hikyaku/delivery/LedgerCheckReport.ts'
import type { LedgerCheckRequest } from '#proto/types/hikyaku/delivery/LedgerCheckRequest.ts'
import type { PauseList__Output } from '#proto/types/hikyaku/delivery/PauseList.ts'
import type { PauseRequest } from '#proto/types/hikyaku/delivery/PauseRequest.ts'
import type { QueueActed__Output } from '#proto/types/hikyaku/delivery/QueueActed.ts'
import type { QueueAction } from '#proto/types/hikyaku/delivery/QueueAction.ts'
import type { QueueEntry__Output } from '#proto/types/hikyaku/delivery/QueueEntry.ts'
import type { QueueFilter } from '#proto/types/hikyaku/delivery/QueueFilter.ts'
import type { QueueSummary__Output } from '#proto/types/hikyaku/delivery/QueueSummary.ts'
import type { Route, Route__Output } from '#proto/types/hikyaku/delivery/Route.ts'
import type { RouteList__Output } from '#proto/types/hikyaku/delivery/RouteList.ts'
import type { TracedMail__Output } from '#proto/types/hikyaku/delivery/TracedMail.ts'
import type { TraceRequest } from '#proto/types/hikyaku/delivery/TraceRequest.ts'
import { type Tools, UsageError } from './command.ts'

type Call<Request, Response> = (request: Request) => Promise<Response>
type Stream<Request, Report> = (
  request: Request,
  options: { readonly deadlineMs: number },
) => AsyncIterable<Report>

export interface DeliveryAdmin {
  listQueue: Stream<QueueFilter, QueueEntry__Output>
  summarizeQueue: Call<QueueFilter, QueueSummary__Output>
  showEntry: Call<EntryRequest, QueueEntry__Output>
  actOnQueue: Stream<QueueAction, QueueActed__Output>
  pause: Call<PauseRequest, PauseList__Output>
  resume: Call<PauseRequest, PauseList__Output>
  listPauses: Call<Empty, PauseList__Output>
  setRoute: Call<Route, Route__Output>
  deleteRoute: Call<EntryRequest, unknown>
  listRoutes: Call<Empty, RouteList__Output>
  trace: Stream<TraceRequest, TracedMail__Output>
  checkLedger: Stream<LedgerCheckRequest, LedgerCheckReport__Output>
}

/** @throws {UsageError} when nobody told where delivery is */
export function requireDelivery({ deliveryAdmin }: Tools): DeliveryAdmin {
  if (deliveryAdmin !== undefined) return deliveryAdmin
  throw new UsageError('DELIVERY_SERVERS does not say where delivery is')
}
