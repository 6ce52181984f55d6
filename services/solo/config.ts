import { z } from 'zod'
import { address, duration, secret, size } from '#lib/node/config.ts'

/**
 * The settings of the whole platform on one machine. Those of the services are given the same way and handed
 * on to them; these are the ones that solo itself needs to know.
 */
export const Config = z.object({
  DATA: z.string().default('./data').describe('The folder that everything is kept in'),
  EDGE_LISTEN: address.default('127.0.0.1:2525').describe('Where mail from strangers comes in'),
  SUBMISSION_LISTEN: address
    .default('127.0.0.1:2587')
    .describe('Where mail from users comes in, with STARTTLS'),
  SUBMISSIONS_LISTEN: address
    .default('127.0.0.1:2465')
    .describe('Where mail from users comes in, over TLS'),
  IMAP_LISTEN: address.default('127.0.0.1:2143').describe('Where IMAP with STARTTLS is served'),
  IMAPS_LISTEN: address.default('127.0.0.1:2993').describe('Where IMAP over TLS is served'),
  HTTP_LISTEN: address
    .default('127.0.0.1:8080')
    .describe('Where /health, /ready and /metrics of all services together are served'),
  NATS_LISTEN: address
    .default('127.0.0.1:0')
    .describe('Where nats-server listens; port 0 takes any free one'),
  NATS_SERVER_PATH: z.string().optional().describe('The nats-server to run; found by set-up'),
  MONGODB_URL: secret
    .optional()
    .describe('Keeps the databases on this server instead of in SQLite files'),
  DATABASE_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/i)
    .default('hikyaku')
    .describe('What the names of the databases on MONGODB_URL begin with'),
  LOG_SIZE: size.default('64M').describe('When a log file is set aside; one old one is kept'),
  SHUTDOWN_DELAY: duration
    .default('0s')
    .describe('How long services still accept after SIGTERM; for load balancers before them'),
  SHUTDOWN_GRACE: duration
    .default('10s')
    .describe('How long what is under way may take after SIGTERM'),
})
export type Config = z.infer<typeof Config>
