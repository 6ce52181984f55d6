import { z } from 'zod'
import { hostName } from '#lib/node/config/host-name.ts'
import {
  address,
  Base,
  DirectoryLink,
  DnsLink,
  duration,
  ListenerLink,
  limit,
  NatsLinks,
  SpoolLink,
  size,
} from '#lib/node/config.ts'

/** Every setting of this service. docs/reference/config.md is generated from it. */
export const Config = Base.extend({
  ...NatsLinks.shape,
  ...SpoolLink.shape,
  ...DirectoryLink.shape,
  ...ListenerLink.shape,
  ...DnsLink.shape,
  EDGE_LISTEN: address.default('127.0.0.1:2525').describe('Where to take mail from strangers'),
  EDGE_HOSTNAME: hostName
    .optional()
    .describe("Our name in the greeting and in Received headers; the machine's if not given"),
  EDGE_POSTMASTER: z
    .string()
    .optional()
    .describe('Address that gets the mail for postmaster where a hosted domain has none'),
  EDGE_MESSAGE_SIZE: size.default('50M').describe('Largest message, announced by SIZE'),
  EDGE_LINE_LENGTH: size
    .default('64k')
    .describe('Longest line of a message; RFC 5321 asks for at least 1000'),
  EDGE_COMMAND_LENGTH: size.default('2k').describe('Longest command line'),
  EDGE_RECIPIENTS: limit.default('1000').describe('Recipients per message'),
  EDGE_FULL_GRACE: duration
    .default('7d')
    .describe('How long mail for a full mailbox is put off before it is refused'),
  EDGE_CONNECTIONS: limit.default('2000').describe('Connections in total'),
  EDGE_CONNECTIONS_PER_ADDRESS: limit.default('200').describe('Connections per client address'),
  EDGE_MESSAGES_PER_MINUTE: limit
    .default('off')
    .describe('Messages that one client address may send in a minute'),
  EDGE_PUBLISHES: limit
    .default('512')
    .describe('Messages on their way into the spool at a time; one client address has a quarter'),
  EDGE_SPOOL_FILL: limit
    .default('70')
    .describe(
      'Percent of the spool from which on no message begins; users may go on (SUBMISSION_SPOOL_FILL)',
    ),
  EDGE_PUBLISH_TIME: duration
    .default('2s')
    .describe('How long the spool may take for a message until no other begins'),
  EDGE_LAG: duration
    .default('500ms')
    .describe('How late the event loop may be until no message begins'),
  EDGE_ERRORS: limit
    .default('20')
    .describe('Refused commands, with no message accepted since, after which we hang up'),
  EDGE_RECEIVED: limit.default('100').describe('Received headers from which on a message loops'),
  EDGE_COMMAND_TIMEOUT: duration.default('5m').describe('Silence after which we hang up'),
  EDGE_DATA_TIMEOUT: duration
    .default('10m')
    .describe('Silence within a message after which we hang up'),
  EDGE_FOLDER: z
    .string()
    .optional()
    .describe("Where large messages lie while they come in; the system's folder if not given"),
})
export type Config = z.infer<typeof Config>
