/** What run/solo.json says about a cluster: where the command line, drills and `hikyaku roll` find everything. */

interface Member {
  readonly plan: {
    readonly name: string
    readonly service: string
    readonly node?: string
    root?(): string
  }
  readonly pid: number | undefined
  readonly ready: boolean
}

interface Place {
  readonly process: string
  readonly listener: string
  readonly where: string
}

interface Places {
  readonly stats: string
  readonly nodes: readonly {
    readonly name: string
    readonly host: string
    readonly places: readonly Place[]
  }[]
}

export function describeCluster(members: readonly Member[], { stats, nodes }: Places) {
  const all = nodes.flatMap(({ places }) => places)
  const servers = (process: string) =>
    all
      .filter((place) => place.process === process && place.listener === 'grpc')
      .map(({ where }) => where)
  const haproxy = members.find(({ plan }) => plan.service === 'haproxy')
  return {
    directory: servers('directory'),
    mailboxStore: servers('mailbox-store'),
    delivery: servers('delivery'),
    processes: Object.fromEntries(
      members.flatMap(({ plan, pid }) => (pid === undefined ? [] : [[plan.name, pid]])),
    ),
    nodes: nodes.map(({ name, host, places }) => ({
      name,
      host,
      processes: Object.fromEntries(
        members
          .filter(({ plan }) => plan.node === name)
          .map((member) => [member.plan.service, describeProcess(member, places)]),
      ),
    })),
    haproxy: { pid: haproxy?.pid, ready: haproxy?.ready === true, stats },
  }
}

function describeProcess({ plan, pid, ready }: Member, places: readonly Place[]) {
  const own = places.filter(({ process }) => process === plan.service)
  return {
    pid,
    ready,
    root: plan.root?.(),
    ops: own.find(({ listener }) => listener === 'ops')?.where,
    listens: Object.fromEntries(
      own
        .filter(({ listener }) => listener !== 'ops')
        .map(({ listener, where }) => [listener, where]),
    ),
  }
}
