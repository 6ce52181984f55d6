/** The addresses of a cluster on one machine: what each process of each node listens on, chosen before any starts. */

import { randomInt } from 'node:crypto'
import type { Endpoint } from '#lib/node/setting.ts'
import { type Asked, chooseListens, mayListenOn } from '#lib/node/supervisor/ports.ts'
import type { NodePlan } from './nodes.ts'

export type HostPort = Extract<Endpoint, { port: number }>

export interface Place {
  readonly process: string
  readonly listener: string
  readonly setting: string
  readonly where: string
  readonly endpoint: HostPort
}

export interface NodePlaces extends NodePlan {
  /** Its own address where the system lends us some: then faults can be made for one node alone. */
  readonly host: string
  readonly places: readonly Place[]
}

/** Chooses them, and those of haproxy. @throws {StartProblem} */
export async function choosePlaces(
  doors: readonly Asked[],
  plans: readonly NodePlan[],
  command: string,
) {
  const hosts = await chooseHosts(plans.length)
  const stats = { key: 'stats', what: 'haproxy', setting: '', endpoint: onAny('127.0.0.1') }
  const database = { key: 'database', what: 'database', setting: '', endpoint: onAny('127.0.0.1') }
  const asked = plans.flatMap((plan, at) =>
    plan.ports.map((port) => ({
      key: `${plan.name}.${port.process}.${port.listener}`,
      what: `${plan.name} ${port.process}`,
      setting: port.setting,
      endpoint: onAny(hosts[at] ?? ''),
    })),
  )
  const chosen = await chooseListens([...doors, stats, database, ...asked], command)
  const find = (key: string) => {
    const one = chosen.find((candidate) => candidate.key === key)
    if (one === undefined) throw new Error(`No place for ${key}`)
    return one
  }
  const nodes: NodePlaces[] = plans.map((plan, at) => ({
    ...plan,
    host: hosts[at] ?? '',
    places: plan.ports.map((port) => {
      const { where, endpoint } = find(`${plan.name}.${port.process}.${port.listener}`)
      return { ...port, where, endpoint: endpoint as HostPort }
    }),
  }))
  return {
    doors: doors.map(({ key }) => find(key)),
    stats: find('stats').where,
    database: find('database').endpoint as HostPort,
    nodes,
  }
}

export function placeOf(node: NodePlaces, process: string, listener: string): Place {
  const place = node.places.find((one) => one.process === process && one.listener === listener)
  if (place === undefined) throw new Error(`${node.name} has no ${process} ${listener}`)
  return place
}

/**
 * An address of the loopback for each node, other ones in each cluster, so that the ports of many clusters never meet.
 * Systems that lend only 127.0.0.1 have to do with that.
 */
async function chooseHosts(nodes: number): Promise<string[]> {
  const net = `127.${randomInt(64, 128)}.${randomInt(0, 256)}`
  const hosts = Array.from({ length: nodes }, (_, at) => `${net}.${at + 1}`)
  const lent = await Promise.all(hosts.map(mayListenOn))
  return lent.every(Boolean) ? hosts : hosts.map(() => '127.0.0.1')
}

function onAny(host: string): HostPort {
  return { host, port: 0 }
}
