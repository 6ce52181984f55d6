/** The settings of mail to other hosts; config.ts spreads them among the others. */

import { isIP } from 'node:net'
import { z } from 'zod'
import { duration, flag, limit } from '#lib/node/config.ts'
import type { Pools, Source } from './smtp/pools.ts'

const DAY_MS = 86_400_000
const HOSTNAME = /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/

export const OutboundLink = z.object({
  DELIVERY_SMTP_PORT: limit
    .default('25')
    .describe("Where other hosts take mail; only tests need another than the world's"),
  DELIVERY_SMART_HOST: text(parseSmartHost)
    .default('none')
    .describe(
      'Hosts that take all mail for elsewhere that has no route of its own: name:port, [2001:db8::7]:25 or mx:name, in the order in which they are tried',
    ),
  DELIVERY_POOLS: text(parsePools)
    .default('default=0.0.0.0,::')
    .describe(
      'Addresses that mail leaves from, by pool: default=192.0.2.7,2001:db8::7;bulk=192.0.2.8/bulk.example.jp (the name behind the slash is said in EHLO there)',
    ),
  DELIVERY_OWN_HOSTS: text((words) => splitWords(words).map((word) => word.toLowerCase()))
    .default('none')
    .describe(
      'Names and addresses of our own mail servers, beside those of this machine: an MX record that points there is a loop',
    ),
  DELIVERY_ALLOW_PRIVATE: flag
    .default('no')
    .describe('Whether MX records may point to loopback and private addresses; routes always may'),
  DELIVERY_CONNECTIONS: limit
    .default('20')
    .describe('Connections of one process to a destination whose route sets no limit'),
  DELIVERY_MESSAGES_PER_CONNECTION: limit
    .default('100')
    .describe('Messages on one connection, where the route says nothing else'),
  DELIVERY_CONNECT_TIMEOUT: wait('30s').describe('How long connecting to one address may take'),
  DELIVERY_GREETING_TIMEOUT: wait('5m').describe('How long the greeting of a server may take'),
  DELIVERY_HELLO_TIMEOUT: wait('5m').describe('The same for EHLO, STARTTLS, AUTH and RSET'),
  DELIVERY_MAIL_TIMEOUT: wait('5m').describe('The same for MAIL'),
  DELIVERY_RCPT_TIMEOUT: wait('5m').describe('The same for each RCPT'),
  DELIVERY_DATA_TIMEOUT: wait('2m').describe('The same for DATA'),
  DELIVERY_BLOCK_TIMEOUT: wait('3m').describe(
    'How long a server may take nothing more of a message',
  ),
  DELIVERY_DOT_TIMEOUT: wait('10m').describe(
    'How long the answer to the end of a message may take',
  ),
})
export type OutboundLink = z.infer<typeof OutboundLink>

/** A duration with an end: a connection must not wait for ever. */
function wait(text: string) {
  return duration.default(text).refine((ms) => ms > 0 && ms <= DAY_MS, 'must be from 1ms to 1d')
}

function text<T>(parse: (text: string) => T) {
  const schema = z.string().transform((given, context) => {
    try {
      return parse(given.trim())
    } catch (error) {
      context.issues.push({ code: 'custom', input: given, message: (error as Error).message })
      return z.NEVER
    }
  })
  return { default: (usual: string) => schema.prefault(usual) }
}

function splitWords(words: string): string[] {
  if (words === 'none') return []
  return words
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
}

function parseSmartHost(words: string): string[] {
  return splitWords(words).map((word) => {
    if (!/^(?:mx:)?(?:\[[0-9A-Fa-f:.]+\]|[^\s:[\]]+)(?::[0-9]{1,5})?$/.test(word)) {
      throw new Error(`'${word}' is not a host (name:port, [2001:db8::7]:25, mx:name)`)
    }
    return word
  })
}

/** Reads `name=address,address/hostname;name=…`. */
function parsePools(words: string): Pools {
  const pools = new Map<string, readonly Source[]>()
  for (const part of words.split(';').filter((one) => one.trim() !== '')) {
    const [, name, addresses = ''] = /^\s*([A-Za-z0-9_-]{1,64})\s*=(.*)$/.exec(part) ?? []
    if (name === undefined) throw new Error(`'${part}' is not a pool (name=address,address)`)
    const sources = splitWords(addresses).map(parseSource)
    if (sources.length === 0) throw new Error(`The pool '${name}' has no address`)
    pools.set(name, sources)
  }
  return pools
}

function parseSource(word: string): Source {
  const [address = '', hostname] = word.split('/')
  if (isIP(address) === 0) throw new Error(`'${address}' is not an IP address`)
  if (hostname !== undefined && !HOSTNAME.test(hostname)) {
    throw new Error(`'${hostname}' is not a host's name`)
  }
  return { address, hostname }
}
