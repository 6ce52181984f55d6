/** A transport with a name server and peers of its own, for the tests of this service. */

import { randomBytes } from 'node:crypto'
import { openDatabase } from '#lib/db/open.ts'
import { parseAddress } from '#lib/mail/address.ts'
import { systemClock } from '#lib/node/clock.ts'
import { readConfig } from '#lib/node/config.ts'
import { openResolver } from '#lib/node/dns.ts'
import { type RecordTelemetry, recordTelemetry } from '#lib/node/testing.ts'
import {
  type DnsRecords,
  type DnsServer,
  startDnsServer,
} from '../../../../test/clients/dns-server.ts'
import { type Peer, type PeerOptions, startPeer } from '../../../../test/clients/peer-mx.ts'
import { openCollections, type RouteDocument } from '../../documents.ts'
import type { Attempted, Outgoing, Transport, Transported } from '../../outbound/transport.ts'
import { openTransport } from '../transport.ts'
import { OutboundLink } from '../transport-settings.ts'

export interface TestOutbound extends AsyncDisposable {
  readonly dns: DnsServer
  readonly telemetry: RecordTelemetry
  readonly transport: Transport
  /** In the order of the addresses 127.0.0.1, 127.0.0.2 …, all on one port. */
  readonly peers: readonly Peer[]
  breakOff(): void
  /** A second process on the same database. */
  another(): Transport
  setRoute(destination: string, route: Partial<RouteDocument>): Promise<void>
  /** Hands a message to the transport, and returns what became of each recipient. */
  send(mail: Partial<Outgoing> & { readonly to: string | readonly string[] }): Promise<Attempted[]>
}

export interface TestOptions {
  readonly peers?: readonly PeerOptions[]
  readonly records?: DnsRecords
  readonly settings?: Readonly<Record<string, string>>
  /** By destination. */
  readonly routes?: Readonly<Record<string, Partial<RouteDocument>>>
}

const MESSAGE = Buffer.from('From: a@us.test\r\nSubject: x\r\n\r\nHello\r\n.\r\n..dots\r\n')

/** `example.test` has the first peer as its MX, unless `records` say otherwise. */
export async function openOutbound(options: TestOptions = {}): Promise<TestOutbound> {
  await using opened = new AsyncDisposableStack()
  const peers = await startPeers(opened, options.peers ?? [{}])
  const [first] = peers
  const dns = opened.use(
    await startDnsServer({
      'example.test': { mx: [[10, 'mx.example.test']] },
      'mx.example.test': { a: ['127.0.0.1'] },
      ...options.records,
    }),
  )
  const config = readConfig(OutboundLink, {
    DELIVERY_SMTP_PORT: String(first?.port ?? 9),
    DELIVERY_ALLOW_PRIVATE: 'yes',
    ...options.settings,
  })
  const database = opened.use(await openDatabase('sqlite::memory:', { clock: systemClock }))
  const collections = await openCollections(database)
  const telemetry = recordTelemetry()
  const servers = [dns.endpoint]
  const transports = opened.use(new AsyncDisposableStack())
  const open = () => {
    const opened = openTransport({
      ...{ config, collections, telemetry, clock: systemClock, random: randomBytes },
      resolver: openResolver({ servers, timeoutMs: 300, tries: 1 }),
      ...{ hostname: 'out.us.test', shareLeaseMs: 2000 },
    })
    return transports.use(opened)
  }
  const { transport, breakOff } = open()
  const setRoute: TestOutbound['setRoute'] = async (_id, route) => {
    await collections.routes.replaceOne({ _id }, { ...NO_ROUTE, ...route, _id }, { upsert: true })
  }
  for (const [destination, route] of Object.entries(options.routes ?? {})) {
    await setRoute(destination, route)
  }
  const closing = opened.move()
  return {
    ...{ dns, telemetry, transport, breakOff, peers, setRoute },
    another: () => open().transport,
    async send(mail) {
      const outgoing = outgoingTo(mail)
      const domain = outgoing.recipients[0]?.address.domain ?? ''
      const result = await transport({ domain, pool: 'default' }, outgoing, NEVER)
      return attempted(result)
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  }
}

export const NEVER = new AbortController().signal

const NO_ROUTE: Omit<RouteDocument, '_id'> = {
  ...{ hosts: [], tls: 'opportunistic', legacyForm: 'auto', pool: '' },
  ...{ connectionsMax: 0, messagesPerConnectionMax: 0, messagesPerMinuteMax: 0 },
}

/** A message of a few lines, dots at their start among them, unless `mail` says otherwise. */
export function outgoingTo({
  to,
  ...mail
}: Partial<Outgoing> & { readonly to: string | readonly string[] }): Outgoing {
  const addresses = typeof to === 'string' ? [to] : to
  return {
    ...{ mailId: 'm1', class: 'personal', sender: parseAddress('a@us.test'), attempt: 1 },
    ...{ body: '7bit', smtpUtf8: false, sizeBytes: MESSAGE.length },
    recipients: addresses.map((text) => ({ address: parseAddress(text) })),
    async *stream() {
      yield MESSAGE
    },
    stillOurs: () => true,
    ...mail,
  }
}

/** The results of an attempt; that it was busy is an error. */
export function attempted(result: Transported): Attempted[] {
  if (result.kind === 'busy') throw new Error('The destination is busy')
  return [...result.results]
}

/** What a message is made of, for `mail` of `send`. */
export function bytesOf(bytes: Buffer): Pick<Outgoing, 'sizeBytes' | 'stream'> {
  return {
    sizeBytes: bytes.length,
    async *stream() {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
    },
  }
}

/** Each on an address of its own, so that they can share a port, as the world's MXs share 25. */
async function startPeers(opened: AsyncDisposableStack, all: readonly PeerOptions[]) {
  const peers: Peer[] = []
  for (const [at, options] of all.entries()) {
    const host = `127.0.0.${at + 1}`
    const port = peers[0]?.port ?? 0
    peers.push(opened.use(await startPeer({ host, port, ...options })))
  }
  return peers
}
