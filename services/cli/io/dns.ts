/** The DNS for `domain check`; SPF is evaluated by mailauth. */

import { spf as evaluateSpf } from 'mailauth/lib/spf/index.js'
import { Fault } from '#lib/base/fault.ts'
import { openResolver, type Resolver } from '#lib/node/dns.ts'
import type { Dns } from '../domain-check/look.ts'
import { readServers } from './platform.ts'

const TIMEOUT_MS = 3000
const TRIES = 2

/** Asks the name servers of NAME_SERVERS, or the system's. */
export function openDns(env: Readonly<Record<string, string | undefined>>): Dns {
  const servers = readServers(env, 'NAME_SERVERS')
  const resolver = openResolver({ servers, timeoutMs: TIMEOUT_MS, tries: TRIES })
  return {
    mx: (domain) => told(resolver.mx(domain), domain),
    a: (name) => told(resolver.a(name), name),
    aaaa: (name) => told(resolver.aaaa(name), name),
    txt: (name) => told(resolver.txt(name), name),
    ptr: (address) => told(resolver.ptr(address), address),
    async spf(domain, address) {
      const { status } = await evaluateSpf({
        ...{ sender: `postmaster@${domain}`, helo: domain, ip: address, mta: 'hikyaku' },
        resolver: (name, type) => resolve(name, type, resolver),
      })
      return status.result
    },
  }
}

/** Who gave no answer here is not the platform. */
async function told<T>(answer: Promise<T>, name: string): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    throw new Fault('busy', `The DNS gave no answer about ${name}`, { cause })
  }
}

/** In the shapes of node's `dns.resolve`, which throws where there is nothing. */
async function resolve(
  name: string,
  type: string,
  resolver: Resolver,
): Promise<string[] | string[][]> {
  const records = await ask(name, type, resolver)
  if (records.length > 0) return records
  throw Object.assign(new Error(`${name} has no ${type}`), { code: 'ENODATA' })
}

async function ask(name: string, type: string, resolver: Resolver): Promise<string[] | string[][]> {
  switch (type) {
    case 'TXT':
      return (await resolver.txt(name)).map((text) => [text])
    case 'MX':
      // The library's type has no records with fields.
      return (await resolver.mx(name)) as unknown as string[]
    case 'A':
      return await resolver.a(name)
    case 'AAAA':
      return await resolver.aaaa(name)
    case 'PTR':
      return await resolver.ptr(name)
    default:
      return []
  }
}
