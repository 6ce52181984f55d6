/** What the commands ask of each service about the form of its documents. */

import type { SchemaReport__Output } from '#proto/types/hikyaku/schema/SchemaReport.ts'

type Call = (request: object) => Promise<SchemaReport__Output>

export interface SchemaAdmin {
  readonly service: string
  readonly show: Call
  readonly start: Call
}
