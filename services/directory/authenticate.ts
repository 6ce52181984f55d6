import assert from 'node:assert/strict'
import type { Whose } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import { networkOf } from '#lib/base/network.ts'
import type { Quota } from '#lib/mail/quota.ts'
import type { AccountDocument, Collections } from './collections.ts'
import type { Events } from './events.ts'
import type { Guess, GuessLimit } from './guess-limit.ts'
import { findLoginKey } from './names.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { quotasOf } from './quotas.ts'
import type { RecentPasswords } from './recent-passwords.ts'
import { type Keeping, keepScram, lacksScram } from './scram/kept-keys.ts'

export interface Attempt {
  /** As typed: an address, or a bare name in the default domain. */
  readonly login: string
  readonly password: string
  readonly protocol: string
  readonly clientAddress: string
}

export interface Authenticator {
  readonly collections: Collections
  readonly hasher: PasswordHasher
  readonly recent: RecentPasswords
  readonly guesses: GuessLimit
  readonly events: Pick<Events, 'loggedIn' | 'refused' | 'slowed'>
  readonly defaultDomain: string | undefined
  readonly keeping: Keeping
}

/** Who logged in, and what limits what it may hold. */
export type Authenticated = AccountDocument & { readonly quotas: readonly Quota[] }

/** An account that has a password. */
export type Usable = Authenticated & Required<Pick<AccountDocument, 'credential'>>

/**
 * Checks a password and returns whose it is. Whatever is wrong (no such login, suspended, password), the
 * answer is the same and takes about as long.
 *
 * A password that was right a moment ago is let in without another slow hash, and where it was right from the same
 * network whatever guesses others made. Not from everywhere: who guesses, and is told "too many" for all that is wrong,
 * would be let in with what is right, however often he tries. The same wrong one again (a phone that was never told
 * of the new password) is refused without counting as another guess.
 *
 * @throws {Fault} unauthenticated, busy: guessing, or too much to do
 */
export async function authenticate(
  attempt: Attempt,
  authenticator: Authenticator,
): Promise<Authenticated> {
  const { recent, events } = authenticator
  const key = findLoginKey(attempt.login, authenticator.defaultDomain)
  const account = await findUsable(key ?? '', authenticator.collections)
  const login = key ?? attempt.login
  const owner = account?._id ?? `unknown ${login}`
  const version = account?.credential.version ?? ''
  const digest = recent.digest(owner, version, attempt.password)
  const here = recent.digest(
    `${owner} ${networkOf(attempt.clientAddress)}`,
    version,
    attempt.password,
  )
  const known = recent.recall(digest)
  if (known !== 'right') {
    const right = known === undefined && (await guess(key, account, attempt, authenticator))
    if (known === undefined) recent.remember(digest, right)
    if (!right) {
      events.refused(key, attempt)
      throw new Fault('unauthenticated', 'Wrong login or password')
    }
    recent.remember(here, true)
  } else if (recent.recall(here) === undefined) {
    const guessed = await takeGuess(key, attempt, authenticator)
    guessed.giveBack()
    recent.remember(here, true)
  }
  assert(account !== undefined)
  events.loggedIn(account._id, attempt)
  return account
}

/** The account that may log in under this login now. */
export async function findUsable(
  login: string,
  collections: Collections,
): Promise<Usable | undefined> {
  const address = await collections.addresses.findOne({ _id: login })
  const usable = address?.kind === 'login' && address.removedAt === undefined
  // Asked for even when there is none, so that an unknown login takes as long.
  const where = usable ? address : { account: '', domain: '', tenant: '' }
  const [account, domain, tenant] = await Promise.all([
    collections.accounts.findOne({ _id: where.account }),
    collections.domains.findOne({ _id: where.domain }),
    collections.tenants.findOne({ _id: where.tenant }),
  ])
  const living = [account, domain, tenant].every(
    (each) => each?.state === 'active' && !each.suspended,
  )
  if (!living || account?.credential === undefined) return undefined
  const { credential } = account
  return { ...account, credential, quotas: quotasOf(account, domain, tenant) }
}

/** One guess more for this login (its key, when it can be one). @throws {Fault} busy */
export async function takeGuess(
  key: string | undefined,
  attempt: Omit<Attempt, 'password'>,
  { guesses, events }: Pick<Authenticator, 'guesses' | 'events'>,
): Promise<Guess> {
  try {
    return await guesses.take(key ?? attempt.login, attempt.clientAddress, key !== undefined)
  } catch (error) {
    if (error instanceof Fault && error.code === 'busy') events.slowed(attempt)
    throw error
  }
}

async function guess(
  key: string | undefined,
  account: Usable | undefined,
  attempt: Attempt,
  authenticator: Authenticator,
): Promise<boolean> {
  const { hasher } = authenticator
  const guessed = await takeGuess(key, attempt, authenticator)
  let right = false
  try {
    right = await hasher.verify(attempt.password, account?.credential.hash, toWhose(account))
  } catch (error) {
    // Nobody looked at the password.
    guessed.giveBack()
    throw error
  }
  if (!right || account === undefined) {
    await guessed.keep()
    return false
  }
  guessed.giveBack()
  await improve(account, attempt.password, authenticator)
  return true
}

function toWhose(account: Usable | undefined): Whose | undefined {
  return account && { tenant: account.tenant, account: account._id }
}

/** Replaces an imported or older hash, and makes the keys for SCRAM, now that the password is at hand. */
async function improve(
  account: Usable,
  password: string,
  { hasher, collections, keeping }: Authenticator,
): Promise<void> {
  const { _id, credential } = account
  const { hash, version } = credential
  const [outdated, lacking] = [hasher.outdated(hash), lacksScram(credential, keeping)]
  if (!outdated && !lacking) return
  try {
    const scram = lacking ? await keepScram(password, { account: { _id }, version }, keeping) : {}
    const $set = {
      ...(outdated && { 'credential.hash': await hasher.hash(password, toWhose(account)) }),
      ...(scram.scram && { 'credential.scram': scram.scram }),
    }
    const unchanged = { _id, 'credential.hash': hash, 'credential.version': version }
    await collections.accounts.updateOne(unchanged, { $set })
  } catch (error) {
    // Busy, or the database went away: the login is right all the same, and the next one tries again.
    if (!(error instanceof Fault)) throw error
  }
}
