/** The settings of a nats-server that we start ourselves: for one machine, and for tests. */

export interface NatsServerSettings {
  readonly host: string
  readonly port: number
  /** Where JetStream keeps what it has acknowledged. */
  readonly storeDir: string
  readonly token?: string
  readonly serverName?: string
  /** What the server may keep on disk; absent: what the disk offers. */
  readonly storeBytesMax?: number
}

/** A spool message has at most 512 kB of mail, and its envelope. */
const PAYLOAD_BYTES_MAX = 2 * 1024 * 1024

/**
 * The text of the configuration file. `sync_interval: always` is what the `250` stands on: JetStream answers
 * a publish only once it is on the disk.
 */
export function natsServerConfig(settings: NatsServerSettings): string {
  const { host, port, storeDir, token, serverName = 'hikyaku', storeBytesMax } = settings
  return [
    `server_name: ${quote(serverName)}`,
    `listen: ${quote(`${host.includes(':') ? `[${host}]` : host}:${port}`)}`,
    `max_payload: ${PAYLOAD_BYTES_MAX}`,
    'max_pending: 67108864',
    'jetstream {',
    `  store_dir: ${quote(storeDir)}`,
    '  sync_interval: always',
    ...(storeBytesMax === undefined ? [] : [`  max_file_store: ${storeBytesMax}`]),
    '}',
    ...(token === undefined ? [] : ['authorization {', `  token: ${quote(token)}`, '}']),
    '',
  ].join('\n')
}

/** The server's format knows the escapes of JSON that matter in a path or a token. */
function quote(text: string): string {
  return JSON.stringify(text)
}
