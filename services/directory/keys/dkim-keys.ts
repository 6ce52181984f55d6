/** The keys that sign the mail of a domain: made here, sealed in the database, exchanged with an overlap. */

import { Fault } from '#lib/base/fault.ts'
import { DuplicateKey } from '#lib/db/port.ts'
import { parseDomain } from '#lib/mail/address.ts'
import type { Collections, DkimDocument, DkimKey } from '../collections.ts'
import { listDomains } from '../domains.ts'
import { parseHostedDomain } from '../names.ts'
import { audit, type Registry } from '../registry.ts'
import { ALGORITHMS, type DkimAlgorithm, makeKeyPair } from './key-pair.ts'
import type { Sealer } from './sealer.ts'

/** Makes a pair; another one in tests, since RSA takes its time. */
export type MakeKeyPair = typeof makeKeyPair

/** What a domain has of keys, those that have not expired. */
export interface DomainKeys {
  readonly domain: string
  readonly keys: readonly DkimKey[]
}

/** A key that signs now. */
export interface SigningKey {
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  /** PKCS #8, PEM. */
  readonly privateKey: string
}

/** Mail signed before may be on its way, or lie unread by a filter, for as long as a queue keeps it. */
const RETIRED_KEPT_MS = 7 * 24 * 3_600_000
const KEYS_MAX = 20
const TRIES_MAX = 5

type Kept = Pick<DkimDocument, 'day' | 'made' | 'keys'>

/** @throws {Fault} invalid, not-found: the domain */
export async function listDkimKeys(name: string, registry: Registry): Promise<DomainKeys> {
  const { domain, kept } = await readKept(name, registry)
  return { domain, keys: kept.keys }
}

/**
 * Makes a key of each algorithm that the domain has none of; they sign at once. With `rotate`, new ones that wait until
 * they are activated, so that their records can be published first; none when some wait already. Safe to repeat.
 *
 * @throws {Fault} invalid, not-found: the domain, forbidden: nothing can be sealed, conflict
 */
export async function makeDkimKeys(
  { domain: name, rotate }: { readonly domain: string; readonly rotate: boolean },
  registry: Registry,
  makePair: MakeKeyPair = makeKeyPair,
): Promise<DomainKeys> {
  const wanted = rotate ? 'waiting' : 'active'
  return await changeKeys(name, 'dkim.make', registry, async (kept, domain) => {
    const missing = ALGORITHMS.filter(
      (algorithm) => !kept.keys.some((key) => key.algorithm === algorithm && key.state === wanted),
    )
    if (missing.length === 0) return kept
    if (kept.keys.length + missing.length > KEYS_MAX) {
      throw new Fault('conflict', `${domain} has too many keys, delete some`)
    }
    const now = registry.clock.now()
    const day = new Date(now).toISOString().slice(0, 10).replaceAll('-', '')
    const made = kept.day === day ? kept.made + 1 : 1
    const fresh = missing.map(async (algorithm) => {
      const selector = `hk${day}${algorithm.charAt(0)}${made === 1 ? '' : made}`
      const { publicKey, privateKey } = await makePair(algorithm)
      const sealed = registry.keeping.sealer.seal(
        contextOf(domain, selector),
        Buffer.from(privateKey),
      )
      return { selector, algorithm, state: wanted, publicKey, sealed, createdAt: new Date(now) }
    })
    return { day, made, keys: [...kept.keys, ...(await Promise.all(fresh))] as DkimKey[] }
  })
}

/**
 * From now on the waiting keys sign, and those that signed before no more: they stay published for a week, without their
 * private halves. One write, so that there is always one of each algorithm. Safe to repeat.
 *
 * @throws {Fault} invalid, not-found: the domain, or it has no keys, conflict
 */
export async function activateDkimKeys(name: string, registry: Registry): Promise<DomainKeys> {
  return await changeKeys(name, 'dkim.activate', registry, async (kept, domain) => {
    if (kept.keys.length === 0) throw new Fault('not-found', `${domain} has no DKIM keys`)
    const waiting = kept.keys.filter(({ state }) => state === 'waiting')
    if (waiting.length === 0) return kept
    const replaced = new Set(waiting.map(({ algorithm }) => algorithm))
    const retiredAt = new Date(registry.clock.now())
    const keys = kept.keys.map((key): DkimKey => {
      if (key.state === 'waiting') return { ...key, state: 'active' }
      if (key.state !== 'active' || !replaced.has(key.algorithm)) return key
      const { sealed: _, ...published } = key
      return { ...published, state: 'retired', retiredAt }
    })
    return { ...kept, keys }
  })
}

/** Takes away one key, whatever it does now. @throws {Fault} invalid, not-found, conflict */
export async function deleteDkimKey(
  name: string,
  selector: string,
  registry: Registry,
): Promise<void> {
  await changeKeys(name, 'dkim.delete', registry, async (kept, domain) => {
    const keys = kept.keys.filter((key) => key.selector !== selector)
    if (keys.length < kept.keys.length) return { ...kept, keys }
    throw new Fault('not-found', `${domain} has no DKIM key ${selector}`)
  })
}

/**
 * The keys that sign mail of a domain now; none when it is not hosted here, suspended, or has none.
 *
 * @throws {Fault} unavailable: they cannot be opened; mail must wait then, not leave unsigned
 */
export async function signingKeys(
  name: string,
  { domains, tenants, dkim }: Pick<Collections, 'domains' | 'tenants' | 'dkim'>,
  sealer: Sealer,
): Promise<SigningKey[]> {
  const domain = await domains.findOne({ _id: toDomain(name) })
  if (domain?.state !== 'active' || domain.suspended) return []
  const [tenant, document] = await Promise.all([
    tenants.findOne({ _id: domain.tenant }),
    dkim.findOne({ _id: idOf(domain._id, domain.tenant) }),
  ])
  if (tenant?.state !== 'active' || tenant.suspended) return []
  return (document?.keys ?? []).flatMap(({ selector, algorithm, state, sealed }) => {
    if (state !== 'active' || sealed === undefined) return []
    const privateKey = sealer.open(contextOf(domain._id, selector), sealed).toString()
    return [{ selector, algorithm, privateKey }]
  })
}

/** One compare-and-set on all keys of a domain; what `change` gives back as it was is not written. */
async function changeKeys(
  name: string,
  what: string,
  registry: Registry,
  change: (kept: Kept, domain: string) => Promise<Kept>,
): Promise<DomainKeys> {
  const { dkim } = registry.collections
  let audited = false
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { domain, tenant, kept, old } = await readKept(name, registry)
    const changed = await change(kept, domain)
    if (changed === kept) return { domain, keys: kept.keys }
    if (!audited) await audit(registry, what, domain)
    audited = true
    const version = (old?.version ?? 0) + 1
    const document = { _id: idOf(domain, tenant), version, ...changed }
    if (await write(document, old, dkim)) {
      registry.announce({ domains: [domain] })
      return { domain, keys: changed.keys }
    }
  }
  throw new Fault('conflict', 'Someone else changes the keys at the same time, try again')
}

async function write(
  document: DkimDocument,
  old: DkimDocument | undefined,
  dkim: Collections['dkim'],
): Promise<boolean> {
  if (old !== undefined) {
    const unchanged = { _id: old._id, version: old.version }
    const { _id, ...fields } = document
    return (await dkim.updateOne(unchanged, { $set: { ...fields } })).matched === 1
  }
  try {
    await dkim.insertOne(document)
    return true
  } catch (error) {
    if (error instanceof DuplicateKey) return false
    throw error
  }
}

async function readKept(text: string, { collections, clock }: Registry) {
  const question = { tenant: '', domain: parseHostedDomain(text), after: '', limit: 1 }
  const [found] = (await listDomains(question, collections)).items
  if (found === undefined) throw new Fault('not-found', `There is no domain ${text} here`)
  const { _id: domain, tenant } = found
  const old = await collections.dkim.findOne({ _id: idOf(domain, tenant) })
  const { day = '', made = 0, keys = [] } = old ?? {}
  const since = clock.now() - RETIRED_KEPT_MS
  const kept: Kept = {
    day,
    made,
    keys: keys.filter(({ retiredAt }) => retiredAt === undefined || retiredAt.getTime() > since),
  }
  return { domain, tenant, kept, old }
}

/** A domain that another tenant gets one day starts without keys. */
function idOf(domain: string, tenant: string): string {
  return `${domain} ${tenant}`
}

function contextOf(domain: string, selector: string): string {
  return `dkim ${domain} ${selector}`
}

function toDomain(text: string): string {
  try {
    return parseDomain(text)
  } catch (error) {
    if (error instanceof Fault) return ''
    throw error
  }
}
