import { z } from 'zod'
import { address, duration, limit, secret, size } from '#lib/node/config.ts'

/**
 * The settings of a cluster on one machine. Those of the services are given the same way and handed on to them; these
 * are the ones that the cluster itself needs to know. The addresses are those of haproxy.
 */
export const Config = z.object({
  DATA: z.string().default('./data-cluster').describe('The folder that everything is kept in'),
  CLUSTER_NODES: limit
    .default('3')
    .refine((nodes) => nodes >= 1 && nodes <= 5, 'must be from 1 to 5')
    .describe('Nodes with one of every service; there are three NATS servers in any case'),
  CLUSTER_ROOTS: z
    .string()
    .regex(/^(node-[1-5]=\/[^,]*)(,node-[1-5]=\/[^,]*)*$/, 'must be like node-1=/path,node-2=/path')
    .optional()
    .describe(
      'The trees that nodes are run from when it is not this one; the file `roots` in the data folder, read at each start of a process, says otherwise',
    ),
  EDGE_LISTEN: address.default('127.0.0.1:3525').describe('Where mail from strangers comes in'),
  SUBMISSION_LISTEN: address
    .default('127.0.0.1:3587')
    .describe('Where mail from users comes in, with STARTTLS'),
  SUBMISSIONS_LISTEN: address
    .default('127.0.0.1:3465')
    .describe('Where mail from users comes in, over TLS'),
  IMAP_LISTEN: address.default('127.0.0.1:3143').describe('Where IMAP with STARTTLS is served'),
  IMAPS_LISTEN: address.default('127.0.0.1:3993').describe('Where IMAP over TLS is served'),
  HTTP_LISTEN: address
    .default('127.0.0.1:8081')
    .describe('Where /health, /ready and /metrics of all services together are served'),
  NATS_SERVER_PATH: z.string().optional().describe('The nats-server to run; found by set-up'),
  HAPROXY_PATH: z.string().optional().describe('The haproxy to run; found by set-up'),
  MONGODB_URL: secret
    .optional()
    .describe('Keeps the databases on this server instead of one that the cluster starts itself'),
  DATABASE_PREFIX: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/i)
    .default('hikyaku')
    .describe('What the names of the databases begin with'),
  LOG_SIZE: size.default('64M').describe('When a log file is set aside; one old one is kept'),
  SHUTDOWN_DELAY: duration
    .default('2s')
    .describe('How long edge, submission and imap still accept after SIGTERM; haproxy looks twice'),
  SHUTDOWN_GRACE: duration
    .default('10s')
    .describe('How long what is under way may take after SIGTERM'),
})
export type Config = z.infer<typeof Config>
