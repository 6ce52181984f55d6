/** What the commands ask of the mailbox-store's admin service. */

import type { CheckReport__Output } from '#proto/types/hikyaku/mailbox_store/CheckReport.ts'
import type { CheckRequest } from '#proto/types/hikyaku/mailbox_store/CheckRequest.ts'
import type { CollectReport__Output } from '#proto/types/hikyaku/mailbox_store/CollectReport.ts'

type Stream<Request, Report> = (
  request: Request,
  options: { readonly deadlineMs: number },
) => AsyncIterable<Report>

export interface StoreAdmin {
  check: Stream<CheckRequest, CheckReport__Output>
  collect: Stream<object, CollectReport__Output>
}
