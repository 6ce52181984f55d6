/** Whether the streams of a nats-server are where they should be, from what its monitoring page says. */

/** The part of `/jsz?streams=true&consumers=true` that tells. */
export interface StreamPage {
  readonly meta_cluster?: Group
  readonly account_details?: readonly {
    readonly stream_detail?: readonly (Placed & { readonly consumer_detail?: readonly Placed[] })[]
  }[]
}

interface Placed {
  readonly name: string
  readonly cluster?: Group
}

interface Group {
  readonly leader?: string
  readonly replicas?: readonly {
    readonly name: string
    readonly current: boolean
    readonly offline?: boolean
    readonly lag?: number
  }[]
}

/**
 * What is not current, a line each. Only the leader of a group knows how far the others are: asked of every server, each
 * group is looked at once where it counts.
 */
export function brokerTroubles(page: StreamPage): string[] {
  const streams = (page.account_details ?? []).flatMap(({ stream_detail = [] }) => stream_detail)
  const groups: [name: string, group: Group | undefined][] = [
    ['the cluster', page.meta_cluster],
    ...streams.flatMap((stream) => [
      [`stream ${stream.name}`, stream.cluster] as [string, Group | undefined],
      ...(stream.consumer_detail ?? []).map(
        ({ name, cluster }) =>
          [`consumer ${name} of ${stream.name}`, cluster] as [string, Group | undefined],
      ),
    ]),
  ]
  return groups.flatMap(([name, group]) => troublesOf(name, group))
}

function troublesOf(name: string, group: Group | undefined): string[] {
  if (group === undefined) return []
  if (group.leader === undefined || group.leader === '') return [`${name} has no leader`]
  const replicas = group.replicas ?? []
  // A leader is not among its own replicas: who has it there follows, and knows nothing of other followers.
  if (replicas.some((replica) => replica.name === group.leader)) return []
  return replicas
    .filter(({ current, offline }) => !current || offline === true)
    .map((replica) => `${name}: the copy on ${replica.name} is not current`)
}
