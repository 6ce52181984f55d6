/** The settings of a nats-server that we start ourselves: for one machine, for tests, and as one of a cluster. */

export interface NatsServerSettings {
  readonly host: string
  readonly port: number
  /** Where JetStream keeps what it has acknowledged. */
  readonly storeDir: string
  readonly token?: string
  /** Unlike any other's of its cluster. */
  readonly serverName?: string
  /** What the server may keep on disk; absent: what the disk offers. */
  readonly storeBytesMax?: number
  /** With others, JetStream keeps each stream on as many of them as the stream asks for. */
  readonly cluster?: NatsClusterSettings
  /** Where `/healthz`, `/varz` and `/jsz` are served, to whoever asks: on loopback only. */
  readonly monitor?: HostPort
}

interface NatsClusterSettings {
  /** Where the other servers reach this one. */
  readonly route: HostPort
  /** Where it reaches the others. */
  readonly routes: readonly HostPort[]
  /** What the servers show each other. */
  readonly secret: string
}

interface HostPort {
  readonly host: string
  readonly port: number
}

/** A spool message has at most 512 kB of mail, and its envelope. */
const PAYLOAD_BYTES_MAX = 2 * 1024 * 1024
const ROUTE_USER = 'route'

/**
 * The text of the configuration file. `sync_interval: always` is what the `250` stands on: JetStream answers
 * a publish only once it is on the disk; in a cluster, on the disks of a majority.
 */
export function natsServerConfig(settings: NatsServerSettings): string {
  const { storeDir, token, serverName = 'hikyaku', storeBytesMax, cluster, monitor } = settings
  return [
    `server_name: ${quote(serverName)}`,
    `listen: ${quote(hostPort(settings))}`,
    ...(monitor === undefined ? [] : [`http: ${quote(hostPort(monitor))}`]),
    `max_payload: ${PAYLOAD_BYTES_MAX}`,
    'max_pending: 67108864',
    'jetstream {',
    `  store_dir: ${quote(storeDir)}`,
    '  sync_interval: always',
    ...(storeBytesMax === undefined ? [] : [`  max_file_store: ${storeBytesMax}`]),
    '}',
    ...(token === undefined ? [] : ['authorization {', `  token: ${quote(token)}`, '}']),
    ...(cluster === undefined ? [] : clusterBlock(cluster)),
    '',
  ].join('\n')
}

function clusterBlock({ route, routes, secret }: NatsClusterSettings): string[] {
  const urls = routes.map((to) => `nats-route://${ROUTE_USER}:${secret}@${hostPort(to)}`)
  return [
    'cluster {',
    '  name: hikyaku',
    `  listen: ${quote(hostPort(route))}`,
    '  authorization {',
    `    user: ${ROUTE_USER}`,
    `    password: ${quote(secret)}`,
    '  }',
    '  routes: [',
    ...urls.map((url) => `    ${quote(url)}`),
    '  ]',
    '}',
  ]
}

function hostPort({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** The server's format knows the escapes of JSON that matter in a path or a token. */
function quote(text: string): string {
  return JSON.stringify(text)
}
