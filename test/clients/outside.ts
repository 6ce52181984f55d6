/** The world outside the platform: a name server, and mail servers of other domains, each at an address of its own. */

import type { World } from '../world.ts'
import { type DnsServer, startDnsServer } from './dns-server.ts'
import { type Peer, type PeerOptions, startPeer } from './peer-mx.ts'

export interface Outside extends AsyncDisposable {
  readonly dns: DnsServer
  /** Settings of a world whose mail goes there, and that does within seconds what others do within days. */
  readonly env: Readonly<Record<string, string>>
  /** Where all mail servers listen. */
  readonly port: number
  /** An address that no server has yet. */
  nextAddress(): string
  /** Starts the mail server of a domain, and publishes its MX. */
  open(domain: string, options?: PeerOptions): Promise<Peer>
}

/** What `hikyaku ledger check --json` says at last. */
export interface LedgerCount {
  readonly mails: number
  readonly accepted: number
  readonly delivered: number
  readonly bounced: number
  readonly held: number
  readonly queued: number
  readonly deleted: number
  readonly expanded: number
  readonly open: number
  readonly findings: number
}

export interface TracedLine {
  readonly event: string
  readonly recipient: string
  readonly reply: string
  readonly reason: string
  readonly host: string
  readonly tls: string
  readonly into: readonly string[]
  readonly attempt: number
}

/** What `hikyaku trace --json` says of one mail. */
export interface Traced {
  readonly mailId: string
  readonly sender: string
  readonly recipients: readonly string[]
  readonly lines: readonly TracedLine[]
  readonly queued: readonly { readonly id: string; readonly state: string }[]
}

export async function startOutside(): Promise<Outside> {
  await using opened = new AsyncDisposableStack()
  const dns = opened.use(await startDnsServer())
  // The first one chooses the port; nobody else listens on the others' addresses.
  const { port } = opened.use(await startPeer({ host: '127.0.1.1' }))
  let last = 1
  const nextAddress = () => {
    last += 1
    return `127.0.1.${last}`
  }
  const rest = opened.move()
  return {
    ...{ dns, port, nextAddress },
    env: {
      NAME_SERVERS: dns.address,
      DNS_TIMEOUT: '500ms',
      DELIVERY_HOSTNAME: 'mx.world.test',
      DELIVERY_SMTP_PORT: String(port),
      DELIVERY_ALLOW_PRIVATE: 'yes',
      DELIVERY_RETRY_DELAYS: '300ms',
      DELIVERY_QUEUE_POLL: '100ms',
    },
    async open(domain, options = {}) {
      const host = nextAddress()
      const peer = rest.use(await startPeer({ ...options, host, port }))
      const name = options.hostname ?? `mx.${domain}`
      dns.set({ [domain]: { mx: [[10, name]] }, [name]: { a: [host] } })
      return peer
    },
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  }
}

/** Everything that is known of a mail. */
export async function trace(world: Pick<World, 'cli'>, messageId: string): Promise<Traced[]> {
  const { stdout } = await world.cli(['trace', '--json', '--message-id', messageId])
  return readJson(stdout)
}

/** Whether it adds up, and how; what does not is in the error. */
export async function checkLedger(world: Pick<World, 'cli'>): Promise<LedgerCount> {
  const { code, stdout, stderr } = await world.cli(['ledger', 'check', '--json'])
  if (code !== 0) throw new Error(`The ledger does not add up: ${code} ${stdout}${stderr}`)
  const count = readJson<LedgerCount>(stdout).at(-1)
  if (count === undefined) throw new Error('The ledger check said nothing')
  const { delivered, bounced, held, queued, deleted, expanded, open } = count
  const sum = delivered + bounced + held + queued + deleted + expanded + open
  if (sum !== count.accepted) throw new Error(`It does not add up: ${stdout}`)
  return count
}

export function readJson<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
}
