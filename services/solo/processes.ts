/** Which processes the platform on one machine consists of, and what each is told. */

import { nameDatabase } from './database-url.ts'
import { StartProblem } from './problem.ts'

export interface ProcessPlan {
  readonly name: string
  /** Arguments for this Node, or the program when `program` is given. */
  readonly arguments: readonly string[]
  readonly program?: string
  readonly env: Readonly<Record<string, string>>
}

/** What has been found and decided before anything starts. Addresses are in their text form. */
export interface Surroundings {
  /** The service's settings as the operator gave them. */
  readonly env: Readonly<Record<string, string>>
  readonly dataFolder: string
  /** Where sockets and ready files are: short, since a socket's path may have 107 bytes. */
  readonly runFolder: string
  readonly natsAddress: string
  /** Where Node keeps compiled code. Of all data folders together: to fill it takes seconds. */
  readonly compileCache: string
  /** Settings such as EDGE_LISTEN, with their ports decided. */
  readonly listens: Readonly<Record<string, string>>
  readonly secrets: {
    readonly cluster: string
    readonly blob: string
    readonly nats: string
    readonly seal: string
  }
  readonly mongodb?: { readonly url: string; readonly prefix: string }
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

/** @throws {StartProblem} */
export function planServices(around: Surroundings): ProcessPlan[] {
  const shared = {
    ...around.env,
    ...around.listens,
    CLUSTER_SECRET: around.secrets.cluster,
    NATS_SERVERS: around.natsAddress,
    NATS_TOKEN: around.secrets.nats,
    DIRECTORY_SERVERS: socket(around, 'directory'),
    MAILBOX_STORE_SERVERS: socket(around, 'mailbox-store'),
    TLS_FOLDER: around.env.TLS_FOLDER ?? `${around.dataFolder}/tls`,
    NODE_COMPILE_CACHE: around.env.NODE_COMPILE_CACHE ?? around.compileCache,
  }
  const own: Record<(typeof SERVICES)[number], Readonly<Record<string, string>>> = {
    edge: { EDGE_FOLDER: `${around.dataFolder}/edge` },
    submission: { SUBMISSION_FOLDER: `${around.dataFolder}/submission` },
    imap: { IMAP_FOLDER: `${around.dataFolder}/imap` },
    delivery: {
      DELIVERY_LISTEN: socket(around, 'delivery'),
      DELIVERY_DATABASE: database(around, 'delivery'),
    },
    'mailbox-store': {
      MAILBOX_STORE_LISTEN: socket(around, 'mailbox-store'),
      MAILBOX_STORE_DATABASE: database(around, 'mailbox-store'),
      BLOB_KEY: around.secrets.blob,
    },
    directory: {
      DIRECTORY_LISTEN: socket(around, 'directory'),
      DIRECTORY_DATABASE: database(around, 'directory'),
      SEAL_KEY: around.secrets.seal,
    },
  }
  return SERVICES.map((name) => ({
    name,
    arguments: [`services/${name}/main.ts`],
    env: { ...shared, ...own[name], READY_FILE: readyFile(around.runFolder, name) },
  }))
}

export function socket(around: Pick<Surroundings, 'runFolder'>, name: string): string {
  return `unix:${around.runFolder}/${name}.sock`
}

export function readyFile(runFolder: string, name: string): string {
  return `${runFolder}/${name}.ready.json`
}

function database(around: Surroundings, service: string): string {
  if (around.mongodb === undefined) return `sqlite:${around.dataFolder}/${service}.db`
  const name = `${around.mongodb.prefix}_${service.replace('-', '_')}`
  const url = nameDatabase(around.mongodb.url, name)
  if (url === undefined) {
    throw new StartProblem('MONGODB_URL: is not a MongoDB URL such as mongodb://127.0.0.1:27017')
  }
  return url
}
