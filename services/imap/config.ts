import { z } from 'zod'
import {
  address,
  Base,
  DirectoryLink,
  duration,
  flag,
  ListenerLink,
  limit,
  NatsLinks,
  StoreLink,
  size,
} from '#lib/node/config.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  ...DirectoryLink.shape,
  ...ListenerLink.shape,
  ...StoreLink.shape,
  IMAP_LISTEN: address.default('127.0.0.1:2143').describe('Where to serve IMAP with STARTTLS'),
  IMAPS_LISTEN: address.default('127.0.0.1:2993').describe('Where to serve IMAP over TLS'),
  IMAP_CLEARTEXT_LOGIN: flag
    .default('no')
    .describe('Whether clients may log in without TLS; only for networks where nobody listens'),
  IMAP_MESSAGE_SIZE: size.default('100M').describe('Largest message that APPEND takes'),
  IMAP_FOLDER: z
    .string()
    .optional()
    .describe("Where large messages lie while they come in; the system's folder if not given"),
  IMAP_COMMAND_SIZE: size
    .default('8k')
    .describe('Largest command before the log-in, literals included; afterwards at least 64k'),
  IMAP_CONNECTIONS: limit.default('20000').describe('Connections in total, per listener'),
  IMAP_CONNECTIONS_PER_ADDRESS: limit
    .default('200')
    .describe('Connections per client address, per listener'),
  IMAP_CONNECTIONS_PER_ACCOUNT: limit
    .default('50')
    .describe('Sessions of one account, per process'),
  IMAP_COMMANDS: limit
    .default('128')
    .describe('Commands that run at a time; a tenant has half of them, an account a quarter'),
  IMAP_LOGIN_FAILURES: limit.default('3').describe('Failed log-ins after which we hang up'),
  IMAP_LOGIN_TIMEOUT: duration.default('60s').describe('Time to log in, TLS handshake included'),
  IMAP_IDLE_TIMEOUT: duration
    .default('30m')
    .describe('Silence after which we hang up; RFC 9051 asks for at least 30m'),
  IMAP_POLL_INTERVAL: duration
    .default('30s')
    .describe('How often a selected mailbox is looked at although no change was announced'),
})
export type Config = z.infer<typeof Config>
