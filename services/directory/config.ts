import { z } from 'zod'
import {
  address,
  Base,
  duration,
  flag,
  limit,
  NatsLinks,
  secretOf,
  size,
} from '#lib/node/config.ts'
import type { EffectiveRules } from './admission/sending-rules.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  DIRECTORY_LISTEN: address.default('127.0.0.1:7101').describe('Where to serve gRPC'),
  DIRECTORY_DATABASE: z
    .string()
    .meta({ secret: true })
    .describe('Its own database: sqlite:/path/file.db or mongodb://…/name'),
  DIRECTORY_CALLS: limit
    .default('64')
    .describe('Questions under way at a time, but for passwords; a tenant has half of them'),
  DIRECTORY_WAITING: limit
    .default('2000')
    .describe('Questions that may wait; what comes beyond is told to try again'),
  DIRECTORY_DEFAULT_DOMAIN: z
    .string()
    .optional()
    .describe('The domain that a bare login name belongs to'),
  DIRECTORY_KEEP_DELETED: duration
    .default('30d')
    .describe('How long what is deleted can be restored and keeps its addresses'),
  DIRECTORY_PASSWORD_MEMORY: size
    .default('19M')
    .refine((bytes) => bytes >= 8192 && bytes <= 256 * 1024 ** 2, 'must be from 8k to 256M')
    .describe('Memory that a new password hash (Argon2id) takes'),
  DIRECTORY_PASSWORD_PASSES: limit
    .default('2')
    .refine((passes) => passes >= 1 && passes <= 16, 'must be from 1 to 16')
    .describe('Passes of a new password hash (Argon2id) over its memory'),
  DIRECTORY_HASHES_AT_ONCE: limit
    .default('2')
    .refine((hashes) => hashes >= 1, 'must be at least 1')
    .describe('Password hashes computed at the same time'),
  DIRECTORY_HASHES_WAITING: limit
    .default('128')
    .describe('Password hashes that may wait; what comes beyond is told to try again'),
  DIRECTORY_PASSWORD_REMEMBERED: duration
    .default('5m')
    .describe('How long a checked password is known again without computing its hash'),
  DIRECTORY_GUESSES_PER_LOGIN: limit
    .default('20')
    .describe('Wrong passwords for one login per window, however many processes there are'),
  DIRECTORY_GUESSES_PER_ADDRESS: limit
    .default('200')
    .describe(
      'Wrong passwords from one client address per window, however many processes there are',
    ),
  DIRECTORY_GUESS_WINDOW: duration.default('10m').describe('The window of the limits on guessing'),
  SEAL_KEY: secretOf(32)
    .optional()
    .describe(
      'Seals DKIM keys, SCRAM keys and passwords for CRAM-MD5 in the database; without it there are no DKIM keys and no CRAM-MD5. The same for all processes, and kept apart from backups of the database',
    ),
  DIRECTORY_SCRAM_ITERATIONS: limit
    .default('4096')
    .refine((count) => count >= 4096 && count <= 1_000_000, 'must be from 4096 to 1000000')
    .describe('Iterations of new SCRAM-SHA-256 keys, which clients must compute too'),
  DIRECTORY_SEND_MESSAGES_PER_HOUR: limit
    .default('200')
    .describe('Messages an account may send in any hour, unless a sending rule says otherwise'),
  DIRECTORY_SEND_MESSAGES_PER_DAY: limit
    .default('1000')
    .describe('Messages an account may send in any day, unless a sending rule says otherwise'),
  DIRECTORY_SEND_RECIPIENTS_PER_HOUR: limit
    .default('500')
    .describe(
      'Recipients an account may send to in any hour, unless a sending rule says otherwise',
    ),
  DIRECTORY_SEND_RECIPIENTS_PER_DAY: limit
    .default('2000')
    .describe('Recipients an account may send to in any day, unless a sending rule says otherwise'),
  DIRECTORY_SEND_RECIPIENTS_PER_MESSAGE: limit
    .default('100')
    .describe('Recipients of one message, unless a sending rule says otherwise'),
  DIRECTORY_SEND_SIZE: size
    .default('50M')
    .describe('Bytes of the largest message sent, unless a sending rule says otherwise'),
  DIRECTORY_SEND_HIDE_CLIENT: flag
    .default('no')
    .describe("Leave users' addresses out of Received, unless a sending rule says otherwise"),
  DIRECTORY_SEND_TENANT_MESSAGES_PER_HOUR: limit
    .default('off')
    .describe(
      'Messages all accounts of a tenant may send in any hour, unless a rule says otherwise',
    ),
  DIRECTORY_SEND_TENANT_MESSAGES_PER_DAY: limit
    .default('off')
    .describe(
      'Messages all accounts of a tenant may send in any day, unless a rule says otherwise',
    ),
  DIRECTORY_SEND_TENANT_RECIPIENTS_PER_HOUR: limit
    .default('off')
    .describe(
      'Recipients all accounts of a tenant may send to in any hour, unless a rule says otherwise',
    ),
  DIRECTORY_SEND_TENANT_RECIPIENTS_PER_DAY: limit
    .default('off')
    .describe(
      'Recipients all accounts of a tenant may send to in any day, unless a rule says otherwise',
    ),
})
export type Config = z.infer<typeof Config>

/** What may be sent where no rule says otherwise; a limit that is off is 0. */
export function sendingDefaults(config: Config): EffectiveRules {
  const most = (limit: number) => (limit === Number.POSITIVE_INFINITY ? 0 : limit)
  return {
    messagesPerHour: most(config.DIRECTORY_SEND_MESSAGES_PER_HOUR),
    messagesPerDay: most(config.DIRECTORY_SEND_MESSAGES_PER_DAY),
    recipientsPerHour: most(config.DIRECTORY_SEND_RECIPIENTS_PER_HOUR),
    recipientsPerDay: most(config.DIRECTORY_SEND_RECIPIENTS_PER_DAY),
    recipientsPerMessage: most(config.DIRECTORY_SEND_RECIPIENTS_PER_MESSAGE),
    sizeBytes: most(config.DIRECTORY_SEND_SIZE),
    hideClient: config.DIRECTORY_SEND_HIDE_CLIENT,
    cramMd5: false,
    hold: false,
    tenantMessagesPerHour: most(config.DIRECTORY_SEND_TENANT_MESSAGES_PER_HOUR),
    tenantMessagesPerDay: most(config.DIRECTORY_SEND_TENANT_MESSAGES_PER_DAY),
    tenantRecipientsPerHour: most(config.DIRECTORY_SEND_TENANT_RECIPIENTS_PER_HOUR),
    tenantRecipientsPerDay: most(config.DIRECTORY_SEND_TENANT_RECIPIENTS_PER_DAY),
  }
}
