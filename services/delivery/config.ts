import { z } from 'zod'
import { hostName } from '#lib/node/config/host-name.ts'
import {
  address,
  Base,
  DirectoryLink,
  DnsLink,
  duration,
  limit,
  NatsLinks,
  SpoolLink,
  StoreLink,
} from '#lib/node/config.ts'
import { parseDuration, splitList } from '#lib/node/setting.ts'
import { OutboundLink } from './io/transport-settings.ts'

/** Durations, separated by commas. */
const durations = z.string().transform((text, context): number[] => {
  try {
    const list = splitList(text).map(parseDuration)
    if (list.length > 0) return list
    throw new Error('needs at least one duration')
  } catch (error) {
    context.issues.push({ code: 'custom', input: text, message: (error as Error).message })
    return z.NEVER
  }
})

const DAY_MS = 86_400_000

/** The mailbox-store knows for seven days which mails it has: later, one that was not noted would be put there twice. */
function retryAge(text: string) {
  return duration.default(text).refine((ms) => ms < 7 * DAY_MS, 'must be less than 7d')
}

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  ...SpoolLink.shape,
  ...DirectoryLink.shape,
  ...StoreLink.shape,
  ...DnsLink.shape,
  ...OutboundLink.shape,
  DELIVERY_LISTEN: address.default('127.0.0.1:7103').describe('Where to serve gRPC'),
  DELIVERY_DATABASE: z
    .string()
    .meta({ secret: true })
    .describe('Its own database: sqlite:/path/file.db or mongodb://…/name'),
  DELIVERY_HOSTNAME: hostName
    .optional()
    .describe(
      'What we call ourselves to other hosts and in notices; by default the name of the machine',
    ),
  DELIVERY_CONCURRENCY: limit
    .default('64')
    .describe(
      'Mails from the spool under way at a time; half of them may be at other hosts, seven eighths at mailboxes',
    ),
  DELIVERY_QUEUE_CONCURRENCY: limit
    .default('64')
    .describe('Entries of the queue under way at a time'),
  DELIVERY_FIRST_ATTEMPT: duration
    .default('30s')
    .describe('How long a first attempt may take until the message itself is sent'),
  DELIVERY_RETRY_DELAYS: durations
    .prefault('1m,5m,15m,30m,1h,2h')
    .describe('What is waited after the first, second … attempt; the last goes on'),
  DELIVERY_RETRY_AGE: retryAge('5d').describe(
    'How long we try to deliver personal mail; must be less than seven days',
  ),
  DELIVERY_RETRY_AGE_TRANSACTIONAL: retryAge('1d').describe('The same, transactional mail'),
  DELIVERY_RETRY_AGE_BULK: retryAge('1d').describe('The same, bulk mail'),
  DELIVERY_RETRY_AGE_ANNOUNCEMENT: retryAge('1d').describe('The same, announcements'),
  DELIVERY_RETRY_AGE_SYSTEM: retryAge('5d').describe(
    'The same, mail of the platform itself, such as bounces',
  ),
  DELIVERY_DELAY_NOTICE: duration
    .default('4h')
    .describe('When the sender is told that it takes longer; off: never'),
  DELIVERY_LEASE: duration
    .default('20s')
    .refine((ms) => ms >= 1000 && ms <= DAY_MS, 'must be from 1s to 1d')
    .describe(
      'How long a process that does not answer keeps its entries; the clocks of all nodes must agree within a quarter of it',
    ),
  DELIVERY_QUEUE_POLL: duration
    .default('1s')
    .describe('How often the queue is looked at for what others have put there'),
  DELIVERY_LEDGER_AGE: duration
    .default('90d')
    // What is tried must not be forgotten meanwhile.
    .refine((ms) => ms >= 7 * DAY_MS && ms <= 36_500 * DAY_MS, 'must be from 7d to 36500d')
    .describe('How long the ledger remembers what became of a mail'),
})
export type Config = z.infer<typeof Config>
