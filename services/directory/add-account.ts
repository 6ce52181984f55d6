import { Fault } from '#lib/base/fault.ts'
import {
  auditForwarding,
  type ForwardingChange,
  forwardingFields,
} from './addressing/forwarding.ts'
import { claimAddress } from './claim.ts'
import type { AccountDocument, Credential } from './collections.ts'
import { readOwner } from './domains.ts'
import { type HostedAddress, parseAlias, parseHostedAddress, parseTitle } from './names.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { type LimitChange, limitFields } from './quotas.ts'
import { audit, freshId, type Registry } from './registry.ts'
import { keepPassword } from './scram/kept-keys.ts'
import { parseStoredHash } from './stored-hash.ts'

/** What is to be of an account; undefined: as it is, or nothing. */
export interface AccountChange extends LimitChange, ForwardingChange {
  readonly login: string
  readonly title: string | undefined
  readonly password: string | undefined
  readonly passwordHash: string | undefined
  readonly suspended: boolean | undefined
  /** Aliases to have besides. */
  readonly addresses: readonly string[]
  /** A repeat with the same one gets the account that the first made; empty: none. */
  readonly request: string
  readonly reuse: boolean
}

const ALIASES_MAX = 1000
/** An unfinished attempt is cleared away after this. */
const ADDING_KEPT_MS = 24 * 3_600_000

/**
 * Adds an account with its addresses.
 *
 * It takes several documents, and only the last write makes the account exist: first the account as
 * `adding`, then its addresses, then `active`. Killed in between, nothing has happened that anyone
 * can see, and a repeat takes over what was left (claim.ts).
 *
 * @throws {Fault} invalid, not-found: a domain, exists: an address, conflict, busy
 */
export async function addAccount(
  change: AccountChange,
  registry: Registry,
  hasher: Pick<PasswordHasher, 'hash'>,
): Promise<AccountDocument> {
  const { accounts } = registry.collections
  const login = parseHostedAddress(change.login)
  const aliases = parseAliases(change.addresses, login.key)
  const domains = [login, ...aliases].map(({ domain }) => domain)
  const tenant = await readOwner(domains, registry.collections)
  const there = await findLiving(login.key, registry)
  if (there !== undefined) {
    if (change.request !== '' && there.request === change.request) return there
    // claimAddress would say so too, but only after the work of hashing: an import given twice has much of it.
    throw new Fault('exists', `${login.key} exists already`)
  }

  const who = { _id: freshId(registry), login: login.key, tenant }
  const keys = aliases.map(({ key }) => key)
  const forwarding = await forwardingFields(change, who, keys, registry.collections)
  const { expiresAt, ...account } = {
    ...who,
    ...forwarding,
    domain: login.domain,
    title: parseTitle(change.title ?? ''),
    ...limitFields(change),
    suspended: change.suspended ?? false,
    state: 'adding' as const,
    request: change.request,
    createdAt: new Date(registry.clock.now()),
    expiresAt: new Date(registry.clock.now() + ADDING_KEPT_MS),
    ...(await newCredential(change, { ...who, domain: login.domain }, registry, hasher)),
  }
  await audit(registry, 'account.add', login.key)
  await auditForwarding(forwarding, login.key, registry)
  await accounts.insertOne({ ...account, expiresAt })
  try {
    const claim = { account, reuse: change.reuse }
    await claimAddress({ ...claim, address: login, kind: 'login' }, registry)
    for (const address of aliases)
      await claimAddress({ ...claim, address, kind: 'alias' }, registry)
    // A domain may have begun to go away after it was read; one of the two then sees the other.
    await readOwner(domains, registry.collections)
    await activate(account, registry)
  } catch (error) {
    await takeBack(account._id, registry)
    throw error
  }
  registry.announce({ addresses: [login, ...aliases].map(({ key }) => key) })
  return { ...account, state: 'active' }
}

/** The aliases, each once, without the login. @throws {Fault} invalid */
export function parseAliases(texts: readonly string[], login: string): HostedAddress[] {
  if (texts.length > ALIASES_MAX) throw new Fault('invalid', 'Too many aliases at once')
  const parsed = texts.map(parseAlias).map((address) => [address.key, address] as const)
  const aliases = new Map(parsed)
  aliases.delete(login)
  return [...aliases.values()]
}

/** The credential that the change asks for, when it asks for one. @throws {Fault} invalid, busy */
export async function newCredential(
  { password, passwordHash }: Pick<AccountChange, 'password' | 'passwordHash'>,
  account: Pick<AccountDocument, '_id' | 'login' | 'tenant' | 'domain'>,
  registry: Registry,
  hasher: Pick<PasswordHasher, 'hash'>,
): Promise<{ credential?: Credential }> {
  if (password !== undefined && passwordHash !== undefined) {
    throw new Fault('invalid', 'Give a password or its hash, not both')
  }
  const version = freshId(registry)
  if (password !== undefined) {
    const hash = await hasher.hash(password)
    const kept = await keepPassword(password, { account, version }, registry)
    return { credential: { version, hash, ...kept } }
  }
  if (passwordHash === undefined) return {}
  parseStoredHash(passwordHash)
  return { credential: { version, hash: passwordHash } }
}

/** The account that has the login now. */
async function findLiving(
  login: string,
  { collections: { accounts, addresses } }: Registry,
): Promise<AccountDocument | undefined> {
  const address = await addresses.findOne({ _id: login })
  if (address === undefined || address.removedAt !== undefined) return undefined
  const account = await accounts.findOne({ _id: address.account })
  return account?.state === 'active' && account.login === login ? account : undefined
}

async function activate({ _id, login }: AccountDocument, registry: Registry): Promise<void> {
  const activated = await registry.collections.accounts.updateOne(
    { _id, state: 'adding' },
    { $set: { state: 'active' }, $unset: { expiresAt: true } },
  )
  if (activated.matched === 0) {
    throw new Fault('conflict', `Someone else adds ${login} at the same time`)
  }
}

/** The account first: what it leaves behind when it is killed here then belongs to nobody. */
async function takeBack(_id: string, { collections }: Registry): Promise<void> {
  const gone = await collections.accounts.deleteOne({ _id, state: 'adding' })
  const account = gone ? undefined : await collections.accounts.findOne({ _id })
  if (account === undefined) await collections.addresses.deleteMany({ account: _id })
}
