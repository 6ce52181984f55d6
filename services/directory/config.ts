import { z } from 'zod'
import { address, Base, duration, limit, NatsLinks, size } from '#lib/node/config.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  DIRECTORY_LISTEN: address.default('127.0.0.1:7101').describe('Where to serve gRPC'),
  DIRECTORY_DATABASE: z
    .string()
    .meta({ secret: true })
    .describe('Its own database: sqlite:/path/file.db or mongodb://…/name'),
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
    .describe('Different wrong passwords for one login per window, per process'),
  DIRECTORY_GUESSES_PER_ADDRESS: limit
    .default('200')
    .describe('Different wrong passwords from one client address per window, per process'),
  DIRECTORY_GUESS_WINDOW: duration.default('10m').describe('The window of the limits on guessing'),
})
export type Config = z.infer<typeof Config>
