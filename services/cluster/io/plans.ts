/** Every process of the cluster, with what each is told. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { planBroker } from '#lib/node/supervisor/broker.ts'
import type { DataFolder } from '#lib/node/supervisor/data-folder.ts'
import { DOORS } from '#lib/node/supervisor/doors.ts'
import {
  databaseOn,
  type ProcessPlan,
  planServices,
  type Surroundings,
} from '#lib/node/supervisor/processes.ts'
import type { Config } from '../config.ts'
import { parseRoots } from '../roots.ts'
import { type HostPort, type NodePlaces, placeOf } from './places.ts'

const MONGO_SERVER = join(import.meta.dirname, '../../../deploy/setup/mongo-server.js')
/** Those that clients come to through haproxy, which needs a while to see that one is leaving. */
const BEHIND_HAPROXY: ReadonlySet<string> = new Set(DOORS.map(({ service }) => service))

export interface ClusterParts {
  readonly config: Config
  readonly env: Readonly<Record<string, string>>
  readonly folder: DataFolder
  readonly nodes: readonly NodePlaces[]
  readonly secrets: Surroundings['secrets'] & { readonly route: string }
  /** Of the server that all databases are on. */
  readonly databaseUrl: string
}

/** The addresses that every client of a service is given. */
function serversOf(nodes: readonly NodePlaces[], process: string, listener = 'grpc') {
  return nodes
    .filter(({ ports }) => ports.some((port) => port.process === process))
    .map((node) => placeOf(node, process, listener).where)
}

/** One of every service on each node that has services. */
export function planNodeServices(parts: ClusterParts): ProcessPlan[] {
  return parts.nodes.filter(({ withServices }) => withServices).flatMap((node) => plan(node, parts))
}

function plan(node: NodePlaces, parts: ClusterParts): ProcessPlan[] {
  const { config, env, folder, nodes, secrets } = parts
  const listens = node.places.filter(
    ({ setting, listener }) => setting !== '' && listener !== 'ops',
  )
  const services = planServices({
    env: { SPOOL_REPLICAS: '3', ...env },
    folder: join(folder.path, node.name),
    tlsFolder: join(folder.path, 'tls'),
    listens: Object.fromEntries(listens.map(({ setting, where }) => [setting, where])),
    servers: {
      NATS_SERVERS: serversOf(nodes, 'nats-server', 'nats').join(','),
      DIRECTORY_SERVERS: serversOf(nodes, 'directory').join(','),
      MAILBOX_STORE_SERVERS: serversOf(nodes, 'mailbox-store').join(','),
      DELIVERY_SERVERS: serversOf(nodes, 'delivery').join(','),
    },
    secrets,
    databaseOf: (service) => databaseOn(parts.databaseUrl, config.DATABASE_PREFIX, service),
    readyFileOf: (service) => join(folder.runFolder, `${node.name}.${service}.ready.json`),
  })
  return services.map((one) => ({
    ...one,
    name: `${node.name}.${one.service}`,
    node: node.name,
    root: () => rootOf(node.name, parts),
    env: {
      ...one.env,
      OPS_LISTEN: placeOf(node, one.service, 'ops').where,
      SHUTDOWN_DELAY: BEHIND_HAPROXY.has(one.service) ? `${config.SHUTDOWN_DELAY}ms` : '0s',
    },
  }))
}

/** The file wins: it can be changed while the cluster runs. */
function rootOf(node: string, { config, folder }: Pick<ClusterParts, 'config' | 'folder'>) {
  const own = join(import.meta.dirname, '../../..')
  const told = parseRoots(config.CLUSTER_ROOTS ?? '').get(node)
  return parseRoots(readRoots(folder)).get(node) ?? told ?? own
}

function readRoots(folder: DataFolder): string {
  try {
    return readFileSync(join(folder.path, 'roots'), 'utf8')
  } catch {
    return ''
  }
}

/** The nats-servers, as one cluster. */
export async function planBrokers(parts: ClusterParts, program: string): Promise<ProcessPlan[]> {
  const nodes = parts.nodes.filter(({ withBroker }) => withBroker)
  const routeOf = (node: NodePlaces) => placeOf(node, 'nats-server', 'route').endpoint
  return Promise.all(
    nodes.map((node) =>
      planBroker({
        name: `${node.name}.nats-server`,
        node: node.name,
        program,
        configFile: join(parts.folder.path, node.name, 'nats.conf'),
        settings: {
          ...placeOf(node, 'nats-server', 'nats').endpoint,
          storeDir: join(parts.folder.path, node.name, 'nats'),
          token: parts.secrets.nats,
          serverName: node.name,
          monitor: placeOf(node, 'nats-server', 'ops').endpoint,
          cluster: {
            route: routeOf(node),
            routes: nodes.filter((other) => other !== node).map(routeOf),
            secret: parts.secrets.route,
          },
        },
      }),
    ),
  )
}

/** The MongoDB-speaking server that set-up provides; its data is kept beside the rest. */
export function planDatabase(endpoint: HostPort, folder: DataFolder, env: ClusterParts['env']) {
  const kept = ['--keep', join(folder.path, 'database'), '--port', `${endpoint.port}`]
  const database: ProcessPlan = {
    name: 'mongo-server',
    service: 'mongo-server',
    arguments: [MONGO_SERVER, ...kept],
    env,
    ready: { answersOn: endpoint },
  }
  return database
}
