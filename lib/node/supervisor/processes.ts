/** Which processes are started, and what each service is told. */

import { join } from 'node:path'
import type { Endpoint } from '../setting.ts'
import { nameDatabase } from './database-url.ts'
import { StartProblem } from './problem.ts'

export interface ProcessPlan {
  readonly name: string
  /** What it is one of: its metrics are labelled with it. */
  readonly service: string
  readonly node?: string
  /** Arguments for this Node, or the program when `program` is given. */
  readonly arguments: readonly string[]
  readonly program?: string
  readonly env: Readonly<Record<string, string>>
  /** The tree that it is run from, asked at each start; our own when it is not given. */
  root?(): string
  /** How it tells that it is able to work: by this file, or by answering there. */
  readonly ready: { readonly file: string } | { readonly answersOn: Endpoint }
}

/** What has been found and decided before the services of a node start. Addresses are in their text form. */
export interface Surroundings {
  /** The services' settings as the operator gave them. */
  readonly env: Readonly<Record<string, string>>
  /** Where the services keep what is theirs alone and may be lost. */
  readonly folder: string
  readonly tlsFolder: string
  /** Settings such as EDGE_LISTEN, with their ports decided. */
  readonly listens: Readonly<Record<string, string>>
  /** Settings such as NATS_SERVERS: whom the services call. */
  readonly servers: Readonly<Record<string, string>>
  readonly secrets: {
    readonly cluster: string
    readonly blob: string
    readonly nats: string
    readonly seal: string
  }
  databaseOf(service: string): string
  readyFileOf(service: string): string
}

/** In the order in which they stop: first who talks to clients, last who keeps what they wrote. */
export const SERVICES = [
  'edge',
  'submission',
  'imap',
  'delivery',
  'mailbox-store',
  'directory',
] as const

type Service = (typeof SERVICES)[number]

/**
 * Where Node keeps compiled code: of all data folders together, since to fill it takes seconds, and away with the packages that it holds
 * the code of.
 */
const COMPILE_CACHE = join(import.meta.dirname, '../../../node_modules/.cache/compile')

/**
 * Of Node itself, for those that mail passes through: the bytes of a mail are garbage once it is on. V8 collects everything each time
 * 64 MB of bytes have come, unless it has collected what is young before that, which it does when this many megabytes of small objects
 * have. Its own choice is more: with it submission spent 1.5 s of CPU on 1,000 mails of 75 kB, with 8 MB it is 1.1, and no more for small ones.
 */
const NODE_OPTIONS: Partial<Record<Service, readonly string[]>> = {
  edge: ['--max-semi-space-size=8'],
  submission: ['--max-semi-space-size=8'],
  delivery: ['--max-semi-space-size=8'],
}

/** One of each service. */
export function planServices(around: Surroundings): ProcessPlan[] {
  const shared = {
    ...around.env,
    ...around.listens,
    ...around.servers,
    CLUSTER_SECRET: around.secrets.cluster,
    NATS_TOKEN: around.secrets.nats,
    TLS_FOLDER: around.env.TLS_FOLDER ?? around.tlsFolder,
    NODE_COMPILE_CACHE: around.env.NODE_COMPILE_CACHE ?? COMPILE_CACHE,
  }
  const own: Record<Service, Readonly<Record<string, string>>> = {
    edge: { EDGE_FOLDER: `${around.folder}/edge` },
    submission: { SUBMISSION_FOLDER: `${around.folder}/submission` },
    imap: { IMAP_FOLDER: `${around.folder}/imap` },
    delivery: { DELIVERY_DATABASE: around.databaseOf('delivery') },
    'mailbox-store': {
      MAILBOX_STORE_DATABASE: around.databaseOf('mailbox-store'),
      BLOB_KEY: around.secrets.blob,
    },
    directory: {
      DIRECTORY_DATABASE: around.databaseOf('directory'),
      SEAL_KEY: around.secrets.seal,
    },
  }
  return SERVICES.map((service) => {
    const file = around.readyFileOf(service)
    return {
      name: service,
      service,
      arguments: [...(NODE_OPTIONS[service] ?? []), `services/${service}/main.ts`],
      env: { ...shared, ...own[service], READY_FILE: file },
      ready: { file },
    }
  })
}

/** The database of a service on the server that all share. @throws {StartProblem} */
export function databaseOn(url: string, prefix: string, service: string): string {
  const named = nameDatabase(url, `${prefix}_${service.replace('-', '_')}`)
  if (named !== undefined) return named
  throw new StartProblem('MONGODB_URL: is not a MongoDB URL such as mongodb://127.0.0.1:27017')
}
