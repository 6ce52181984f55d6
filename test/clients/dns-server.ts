/** A name server for tests: authoritative for everything, over UDP and TCP on one free port of the loopback. */

import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, isIP, type Socket } from 'node:net'
import packet, { type Answer, AUTHORITATIVE_ANSWER, type Packet, type Question } from 'dns-packet'
import type { Endpoint } from '../world.ts'

/** What is known of one name. A type without records is "no such record"; a name without an entry is NXDOMAIN. */
export interface DnsName {
  /** `[[0, '']]` is a null MX. RFC 7505 §3 */
  readonly mx?: readonly (readonly [priority: number, host: string])[]
  readonly a?: readonly string[]
  readonly aaaa?: readonly string[]
  readonly txt?: readonly string[]
  readonly ptr?: readonly string[]
  readonly cname?: string
  /** Instead of any record; `silent` never answers. */
  readonly fails?: 'servfail' | 'refused' | 'silent'
}

/** By name in lower case, or by IP address, which stands for its name under in-addr.arpa or ip6.arpa. */
export type DnsRecords = Readonly<Record<string, DnsName>>

export interface DnsServer extends AsyncDisposable {
  /** For NAME_SERVERS: `127.0.0.1:port`. */
  readonly endpoint: Endpoint
  readonly address: string
  /** Adds names, or replaces what was known of them; `undefined` makes one unknown. */
  set(records: Readonly<Record<string, DnsName | undefined>>): void
  /** Each question, such as `MX example.test`, in the order in which they came. */
  readonly asked: string[]
}

const RCODES = { servfail: 2, nxdomain: 3, refused: 5 }
const TTL_SECONDS = 60
/** What a question without EDNS may be answered with over UDP. RFC 1035 §4.2.1 */
const UDP_BYTES_MAX = 512
const TRUNCATED = 0x200
const CNAMES_MAX = 8

export async function startDnsServer(records: DnsRecords = {}): Promise<DnsServer> {
  const names = new Map<string, DnsName>()
  const asked: string[] = []
  const server: Pick<DnsServer, 'set' | 'asked'> = {
    asked,
    set(more) {
      for (const [name, known] of Object.entries(more)) {
        if (known === undefined) names.delete(toKey(name))
        else names.set(toKey(name), known)
      }
    },
  }
  server.set(records)
  const answer = (query: Packet) => {
    const [question] = query.questions ?? []
    if (question === undefined) return undefined
    asked.push(`${question.type} ${question.name}`)
    return respond(names, query, question)
  }
  const { udp, tcp, port, sockets } = await bind()
  udp.on('message', (bytes, peer) => {
    const query = packet.decode(bytes)
    const response = answer(query)
    if (response === undefined) return
    const whole = packet.encode(response)
    const fits = whole.length <= udpBytesMax(query)
    const flags = (response.flags ?? 0) | TRUNCATED
    udp.send(
      fits ? whole : packet.encode({ ...response, flags, answers: [] }),
      peer.port,
      peer.address,
    )
  })
  tcp.on('connection', (socket) => serveStream(socket, answer))
  return {
    ...server,
    endpoint: { host: '127.0.0.1', port },
    address: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      udp.close()
      tcp.close()
      await Promise.all([once(udp, 'close'), once(tcp, 'close')])
    },
  }
}

/** Each question behind its length. RFC 1035 §4.2.2 */
function serveStream(socket: Socket, answer: (query: Packet) => Packet | undefined): void {
  let kept = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (bytes) => {
    kept = Buffer.concat([kept, Buffer.from(bytes)])
    while (kept.length >= 2 && kept.length >= 2 + kept.readUInt16BE(0)) {
      const end = 2 + kept.readUInt16BE(0)
      const response = answer(packet.decode(kept.subarray(2, end)))
      kept = kept.subarray(end)
      if (response !== undefined) socket.write(packet.streamEncode(response))
    }
  })
}

/** Undefined: no answer at all. */
function respond(
  names: ReadonlyMap<string, DnsName>,
  query: Packet,
  question: Question,
): Packet | undefined {
  const answers: Answer[] = []
  const rcode = collect(names, question, answers)
  if (rcode === undefined) return undefined
  const flags = AUTHORITATIVE_ANSWER | rcode
  return {
    type: 'response',
    id: query.id ?? 0,
    flags,
    questions: [question],
    answers,
    additionals: [],
  }
}

/** Adds what is known to `answers`, along aliases; returns the response code. */
function collect(names: ReadonlyMap<string, DnsName>, question: Question, answers: Answer[]) {
  let name = question.name
  for (let aliases = 0; aliases < CNAMES_MAX; aliases++) {
    const known = names.get(toKey(name))
    if (known === undefined) return RCODES.nxdomain
    if (known.fails === 'silent') return undefined
    if (known.fails !== undefined) return RCODES[known.fails]
    if (known.cname === undefined) {
      answers.push(...answersOf(known, name, question.type))
      return 0
    }
    answers.push({ name, type: 'CNAME', ttl: TTL_SECONDS, data: known.cname })
    name = known.cname
  }
  return RCODES.servfail
}

function answersOf(known: DnsName, name: string, type: Question['type']): Answer[] {
  const common = { name, ttl: TTL_SECONDS }
  switch (type) {
    case 'MX':
      return (known.mx ?? []).map(([preference, exchange]) => ({
        ...{ ...common, type, data: { preference, exchange } },
      }))
    case 'A':
      return (known.a ?? []).map((data) => ({ ...common, type, data }))
    case 'AAAA':
      return (known.aaaa ?? []).map((data) => ({ ...common, type, data }))
    case 'TXT':
      return (known.txt ?? []).map((text) => ({ ...common, type, data: toStrings(text) }))
    case 'PTR':
      return (known.ptr ?? []).map((data) => ({ ...common, type, data }))
    default:
      return []
  }
}

/** A TXT record is strings of at most 255 bytes. RFC 1035 §3.3 */
function toStrings(text: string): string[] {
  return text.match(/.{1,255}/gs) ?? ['']
}

function udpBytesMax(query: Packet): number {
  const edns = query.additionals?.find((one) => one.type === 'OPT')
  return Math.max(UDP_BYTES_MAX, edns?.type === 'OPT' ? edns.udpPayloadSize : 0)
}

function toKey(name: string): string {
  const version = isIP(name)
  if (version === 0) return name.toLowerCase().replace(/\.$/, '')
  if (version === 4) return `${name.split('.').reverse().join('.')}.in-addr.arpa`
  return `${[...expandIpv6(name)].reverse().join('.')}.ip6.arpa`
}

/** The 32 digits of an address without a dotted part. */
function expandIpv6(address: string): string {
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const left = groups(head)
  const right = groups(tail ?? '')
  const zeros = Array(8 - left.length - right.length).fill('0')
  return [...left, ...zeros, ...right].map((group) => String(group).padStart(4, '0')).join('')
}

/** UDP and TCP on one port: another test may take the second between the two steps. */
async function bind() {
  for (;;) {
    const sockets = new Set<Socket>()
    const tcp = createServer((socket) => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }).listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const { port } = tcp.address() as AddressInfo
    const udp: UdpSocket = createSocket('udp4')
    udp.bind(port, '127.0.0.1')
    try {
      await once(udp, 'listening')
      return { udp, tcp, port, sockets }
    } catch {
      tcp.close()
      udp.close()
    }
  }
}
