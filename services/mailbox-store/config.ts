import { z } from 'zod'
import { address, Base, duration, limit, NatsLinks, secretOf, size } from '#lib/node/config.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  MAILBOX_STORE_LISTEN: address.default('127.0.0.1:7102').describe('Where to serve gRPC'),
  MAILBOX_STORE_DATABASE: z
    .string()
    .meta({ secret: true })
    .describe('Its own database: sqlite:/path/file.db or mongodb://…/name'),
  BLOB_KEY: secretOf(16).describe(
    'Key of the addresses of contents; with another one, what is stored is not recognized again',
  ),
  MAILBOX_STORE_MESSAGE_MAX: size.default('100M').describe('Bytes of the largest message'),
  MAILBOX_STORE_CALLS: limit
    .default('64')
    .describe(
      'Calls under way at a time, but for dear ones and appends; a tenant has half of them',
    ),
  MAILBOX_STORE_DEAR_CALLS: limit
    .default('16')
    .describe(
      'Searches, copies, moves and the like under way at a time; a tenant has half of them',
    ),
  MAILBOX_STORE_WAITING: limit
    .default('2000')
    .describe('Calls of each kind that may wait; what comes beyond is told to try again'),
  MAILBOX_STORE_APPENDS: limit
    .default('256')
    .describe('Appends under way at a time; a tenant has half of them'),
  MAILBOX_STORE_BIG_APPENDS: limit
    .default('16')
    .describe('Streamed appends at the same time; each holds some 4 MB, whatever its size'),
  MAILBOX_STORE_SEARCHES: limit
    .default('4')
    .describe('Searches that read messages at the same time; the others wait'),
  MAILBOX_STORE_VIEW_MEMORY: size
    .default('256M')
    .describe('Memory for views of busy mailboxes, some 28 bytes per message'),
  MAILBOX_STORE_OPEN_MAILBOXES: limit
    .default('20000')
    .describe('Mailboxes of which anything is remembered'),
  MAILBOX_STORE_KEEP_VANISHED: duration
    .default('90d')
    .describe(
      'How long a client may be away and still learn what was expunged, without starting over',
    ),
  MAILBOX_STORE_KEEP_RECEIPTS: duration
    .default('7d')
    .describe('How long a repeated delivery is recognized'),
  MAILBOX_STORE_COLLECT_EVERY: duration
    .default('1d')
    .describe('How often bytes that nothing refers to are looked for; off: only when asked to'),
  MAILBOX_STORE_COLLECT_MEMORY: size
    .default('64M')
    .describe('Memory for looking; with too little of it, some garbage stays until a later time'),
})
export type Config = z.infer<typeof Config>
