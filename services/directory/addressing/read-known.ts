/** Reads what tells where mail goes: in rounds, each a few queries by `_id`, however many addresses there are. */

import type { Document } from '#lib/db/port.ts'
import { type Address, addressKey, parseAddress } from '#lib/mail/address.ts'
import type {
  AccountDocument,
  AddressDocument,
  Collections,
  DomainDocument,
  TenantDocument,
} from '../collections.ts'
import { candidatesOf, keysOf } from './candidates.ts'
import { linksOf, locate } from './locate.ts'

/** How often mail goes on, from a group to its member or by a forwarding. */
export const DEPTH_MAX = 10
/** What members and forwardings may be read in one call, so that its memory and time are bounded. */
const LINKS_MAX = 10_000
const IDS_PER_QUERY = 2000

/** Everything that `locate` needs for some addresses and for those that they lead to. */
export class KnownSoFar {
  readonly domains = new Map<string, DomainDocument>()
  readonly tenants = new Map<string, TenantDocument>()
  readonly addresses = new Map<string, AddressDocument>()
  readonly accounts = new Map<string, AccountDocument>()
  readonly #asked = new Set<string>()
  #links = 0

  get tooMany(): boolean {
    return this.#links > LINKS_MAX
  }

  add(link: readonly string[] | undefined): void {
    this.#links += link?.length ?? 0
  }

  /** Those of the addresses that nobody has asked for yet, each once. */
  unasked(addresses: readonly Address[]): Address[] {
    return addresses.filter((address) => {
      const key = addressKey(address)
      return !this.#asked.has(key) && this.#asked.add(key)
    })
  }
}

/**
 * Reads what is needed to resolve these addresses, and all that they lead to within `DEPTH_MAX` steps. Ends early
 * when it becomes `tooMany`: it is incomplete then.
 */
export async function readKnown(
  questions: readonly Address[],
  collections: Collections,
): Promise<KnownSoFar> {
  const known = new KnownSoFar()
  let round = known.unasked(questions)
  for (let depth = 0; round.length > 0 && depth <= DEPTH_MAX && !known.tooMany; depth++) {
    await readRound(round, known, collections)
    if (known.tooMany) break
    const links = round.flatMap((address) => linksOf(locate(address, known)))
    round = known.unasked(links.map(parseAddress))
  }
  return known
}

async function readRound(
  round: readonly Address[],
  known: KnownSoFar,
  collections: Collections,
): Promise<void> {
  const { domains, tenants, addresses, accounts } = known
  await readInto(
    domains,
    collections.domains,
    round.map(({ domain }) => domain),
  )
  const hosts = round.map(({ domain }) => domains.get(domain)).filter((one) => one !== undefined)
  await readInto(domains, collections.domains, defined(hosts.map(({ aliasOf }) => aliasOf)))
  const keys = round.flatMap((address) => {
    const domain = domains.get(address.domain)
    const home = domain?.aliasOf === undefined ? domain : domains.get(domain.aliasOf)
    return home === undefined ? [] : keysOf(candidatesOf(address, home))
  })
  const owning = hosts.map(({ tenant }) => tenant)
  const [found] = await Promise.all([
    readInto(addresses, collections.addresses, keys, ({ members }) => {
      known.add(members)
      return !known.tooMany
    }),
    readInto(tenants, collections.tenants, owning),
  ])
  const owners = found.map(({ account }) => account).filter((account) => account !== '')
  const reached = await readInto(accounts, collections.accounts, owners, ({ forwards }) => {
    known.add(forwards)
    return !known.tooMany
  })
  // An alias may be in another domain than the login, whose quota it is.
  const homes = reached.map(({ domain }) => domain)
  await readInto(domains, collections.domains, homes)
}

/** Reads those that are not there yet; returns what it read. `take` false: that was the last one. */
async function readInto<T extends Document>(
  there: Map<string, T>,
  collection: { find(filter: { _id: { $in: string[] } }): AsyncIterable<T> },
  ids: readonly string[],
  take: (document: T) => boolean = () => true,
): Promise<T[]> {
  const missing = [...new Set(ids)].filter((id) => !there.has(id))
  const read: T[] = []
  for (let at = 0; at < missing.length; at += IDS_PER_QUERY) {
    const $in = missing.slice(at, at + IDS_PER_QUERY)
    for await (const document of collection.find({ _id: { $in } })) {
      there.set(document._id, document)
      read.push(document)
      if (!take(document)) return read
    }
  }
  return read
}

function defined<T>(values: readonly (T | undefined)[]): T[] {
  return values.filter((value) => value !== undefined)
}
