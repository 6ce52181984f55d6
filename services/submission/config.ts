import { z } from 'zod'
import { hostName } from '#lib/node/config/host-name.ts'
import {
  address,
  Base,
  DirectoryLink,
  duration,
  flag,
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
  SUBMISSION_LISTEN: address
    .default('127.0.0.1:2587')
    .describe('Where to take mail from users, with STARTTLS'),
  SUBMISSIONS_LISTEN: address
    .default('127.0.0.1:2465')
    .describe('Where to take mail from users, over TLS'),
  SUBMISSION_HOSTNAME: hostName
    .optional()
    .describe("Our name in the greeting and in the headers we add; the machine's if not given"),
  SUBMISSION_MESSAGE_SIZE: size
    .default('50M')
    .describe('Largest message, announced by SIZE; a sending rule may allow less'),
  SUBMISSION_LINE_LENGTH: size
    .default('64k')
    .describe('Longest line of a message; RFC 5321 asks for at least 1000'),
  SUBMISSION_COMMAND_LENGTH: size
    .default('16k')
    .describe('Longest command line; RFC 4954 asks for at least 12288'),
  SUBMISSION_RECIPIENTS: limit
    .default('1000')
    .describe('Recipients per message; a sending rule may allow fewer'),
  SUBMISSION_HIDE_CLIENT: flag
    .default('no')
    .describe(
      "Whether users' addresses are left out of all messages; a sending rule may ask for it",
    ),
  SUBMISSION_CRAM_MD5: flag
    .default('no')
    .describe('Whether CRAM-MD5 is offered; for accounts whose sending rules keep what it needs'),
  SUBMISSION_DATA_PER_ACCOUNT: limit
    .default('4')
    .describe('Messages of one account that may come in at the same time, per process'),
  SUBMISSION_CONNECTIONS: limit.default('5000').describe('Connections in total, per listener'),
  SUBMISSION_CONNECTIONS_PER_ADDRESS: limit
    .default('100')
    .describe('Connections per client address, per listener'),
  SUBMISSION_PUBLISHES: limit
    .default('512')
    .describe('Messages on their way into the spool at a time; a tenant has half of them'),
  SUBMISSION_SPOOL_FILL: limit
    .default('90')
    .describe('Percent of the spool from which on no message begins'),
  SUBMISSION_PUBLISH_TIME: duration
    .default('8s')
    .describe('How long the spool may take for a message until no other begins'),
  SUBMISSION_LAG: duration
    .default('2s')
    .describe('How late the event loop may be until no message begins'),
  SUBMISSION_ERRORS: limit
    .default('20')
    .describe('Refused commands, with no message accepted since, after which we hang up'),
  SUBMISSION_LOGIN_FAILURES: limit.default('3').describe('Failed log-ins after which we hang up'),
  SUBMISSION_LOGIN_TIMEOUT: duration
    .default('60s')
    .describe('Time to log in, TLS handshake included'),
  SUBMISSION_RECEIVED: limit
    .default('100')
    .describe('Received headers from which on a message loops'),
  SUBMISSION_COMMAND_TIMEOUT: duration.default('5m').describe('Silence after which we hang up'),
  SUBMISSION_DATA_TIMEOUT: duration
    .default('10m')
    .describe('Silence within a message after which we hang up'),
  SUBMISSION_FOLDER: z
    .string()
    .optional()
    .describe("Where large messages lie while they come in; the system's folder if not given"),
})
export type Config = z.infer<typeof Config>
