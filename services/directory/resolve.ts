import { Fault } from '#lib/base/fault.ts'
import { addressKey, parseAddress } from '#lib/mail/address.ts'
import type { Quota } from '#lib/mail/quota.ts'
import { type AccountDocument, type Collections, collect } from './collections.ts'
import { quotasOf } from './quotas.ts'

/** Where mail for one address goes. */
export type Resolution =
  | { readonly kind: 'elsewhere' | 'unknown' | 'disabled' }
  | {
      readonly kind: 'accounts'
      readonly account: AccountDocument
      readonly quotas: readonly Quota[]
    }

const ADDRESSES_MAX = 1000

interface Question {
  readonly key: string
  readonly domain: string
}

/**
 * Tells where mail for these addresses goes, one answer each, in order. A few rounds of queries by `_id`,
 * however many there are.
 *
 * @throws {Fault} too-large: more than 1,000
 */
export async function resolve(
  texts: readonly string[],
  collections: Collections,
): Promise<Resolution[]> {
  if (texts.length > ADDRESSES_MAX) throw new Fault('too-large', 'Too many addresses at once')
  const questions = texts.map(toQuestion)
  const asked = questions.filter((question) => question !== undefined)
  const [domains, addresses] = await Promise.all([
    readAll(
      collections.domains,
      asked.map(({ domain }) => domain),
    ),
    readAll(
      collections.addresses,
      asked.map(({ key }) => key),
    ),
  ])
  const [accounts, tenants] = await Promise.all([
    readAll(
      collections.accounts,
      [...addresses.values()].map(({ account }) => account),
    ),
    readAll(
      collections.tenants,
      [...domains.values()].map(({ tenant }) => tenant),
    ),
  ])
  // An alias may be in another domain than the login, whose quota it is.
  const homes = await readAll(
    collections.domains,
    [...accounts.values()].map(({ domain }) => domain).filter((name) => !domains.has(name)),
  )

  return questions.map((question) => {
    // What is no address at all is not relayed either.
    if (question === undefined) return { kind: 'unknown' }
    const domain = domains.get(question.domain)
    if (domain?.state !== 'active') return { kind: 'elsewhere' }
    const address = addresses.get(question.key)
    const account = address && accounts.get(address.account)
    if (!address || address.removedAt || account?.state !== 'active') return { kind: 'unknown' }
    const suspended = account.suspended || domain.suspended || tenants.get(domain.tenant)?.suspended
    if (suspended) return { kind: 'disabled' }
    const home = domains.get(account.domain) ?? homes.get(account.domain)
    return {
      kind: 'accounts',
      account,
      quotas: quotasOf(account, home, tenants.get(account.tenant)),
    }
  })
}

function toQuestion(text: string): Question | undefined {
  try {
    const address = parseAddress(text)
    return { key: addressKey(address), domain: address.domain }
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

async function readAll<T extends { readonly _id: string }>(
  collection: { find(filter: { _id: { $in: string[] } }): AsyncIterable<T> },
  ids: readonly string[],
): Promise<Map<string, T>> {
  if (ids.length === 0) return new Map()
  const found = await collect(collection.find({ _id: { $in: [...new Set(ids)] } }))
  return new Map(found.map((document) => [document._id, document]))
}
