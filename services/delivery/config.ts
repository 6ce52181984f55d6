import type { z } from 'zod'
import {
  Base,
  DirectoryLink,
  duration,
  limit,
  NatsLinks,
  SpoolLink,
  StoreLink,
} from '#lib/node/config.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  ...SpoolLink.shape,
  ...DirectoryLink.shape,
  ...StoreLink.shape,
  DELIVERY_CONCURRENCY: limit.default('64').describe('Mails under way at a time'),
  DELIVERY_RETRY_AGE: duration
    .default('5d')
    .describe('How long mail waits for a full mailbox; must be less than seven days'),
})
export type Config = z.infer<typeof Config>
