/** What listens where on the nodes of a cluster on one machine. */

import { DOORS } from '#lib/node/supervisor/doors.ts'
import { SERVICES } from '#lib/node/supervisor/processes.ts'

/** Ports of one process of a node: the name of each and the setting that carries it. */
interface PortPlan {
  readonly process: string
  readonly listener: string
  readonly setting: string
}

const SERVICE_PORTS: readonly PortPlan[] = [
  ...DOORS.map(({ key, setting, service }) => ({ process: service, listener: key, setting })),
  { process: 'delivery', listener: 'grpc', setting: 'DELIVERY_LISTEN' },
  { process: 'mailbox-store', listener: 'grpc', setting: 'MAILBOX_STORE_LISTEN' },
  { process: 'directory', listener: 'grpc', setting: 'DIRECTORY_LISTEN' },
  ...SERVICES.map((process) => ({
    process,
    listener: 'ops',
    setting: 'OPS_LISTEN',
  })),
]

const BROKER_PORTS: readonly PortPlan[] = [
  { process: 'nats-server', listener: 'nats', setting: '' },
  { process: 'nats-server', listener: 'route', setting: '' },
  { process: 'nats-server', listener: 'ops', setting: '' },
]

/** Streams are kept by three. */
const BROKERS = 3

export interface NodePlan {
  readonly name: string
  readonly withServices: boolean
  readonly withBroker: boolean
  readonly ports: readonly PortPlan[]
}

/** The nodes, of which so many have services. */
export function planNodes(withServices: number): NodePlan[] {
  return Array.from({ length: Math.max(BROKERS, withServices) }, (_, at) => {
    const services = at < withServices
    const broker = at < BROKERS
    return {
      name: `node-${at + 1}`,
      withServices: services,
      withBroker: broker,
      ports: [...(services ? SERVICE_PORTS : []), ...(broker ? BROKER_PORTS : [])],
    }
  })
}
