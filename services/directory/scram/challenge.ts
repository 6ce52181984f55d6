/** Logging in by proof: SCRAM-SHA-256 and CRAM-MD5, where the password itself does not travel. */

import { createHmac, timingSafeEqual } from 'node:crypto'
import { Fault } from '#lib/base/fault.ts'
import { networkOf } from '#lib/base/network.ts'
import { signServer, verifyProof } from '#lib/sasl/scram-keys.ts'
import { readAccountRules } from '../admission/senders.ts'
import {
  type Attempt,
  type Authenticated,
  type Authenticator,
  findUsable,
  takeGuess,
  type Usable,
} from '../authenticate.ts'
import { findLoginKey } from '../names.ts'
import { decoyOf, type OutageKeys, openOutageScram, openPassword, openScram } from './kept-keys.ts'

type Proving = Omit<Attempt, 'password'>

interface Proven {
  readonly account: Authenticated
  readonly serverSignature: Uint8Array
  /** By which it can be checked again while we are away. */
  readonly outageKeys: OutageKeys | undefined
}

const MD5_BYTES = 16
const MESSAGE_CHARACTERS_MAX = 8192

/**
 * What the server's first message of SCRAM needs. A login that does not exist, or has no keys yet, is answered alike, and
 * always the same. RFC 5802 §9
 */
export async function startScram(
  { login }: Pick<Attempt, 'login'>,
  { collections, defaultDomain, keeping }: Authenticator,
): Promise<{ readonly salt: Uint8Array; readonly iterations: number }> {
  const key = findLoginKey(login, defaultDomain)
  const account = await findUsable(key ?? '', collections)
  return account?.credential.scram ?? decoyOf(key ?? login, keeping)
}

/**
 * Checks the client's proof, and proves ourselves. Fails like `authenticate`.
 *
 * Which wrong password it was cannot be told from a wrong proof, so that each counts as a guess.
 *
 * @throws {Fault} unauthenticated, busy, unavailable
 */
export async function finishScram(
  attempt: Proving & { readonly authMessage: string; readonly clientProof: Uint8Array },
  authenticator: Authenticator,
): Promise<Proven> {
  const { keeping } = authenticator
  const { authMessage, clientProof } = attempt
  const key = findLoginKey(attempt.login, authenticator.defaultDomain)
  const found = await findUsable(key ?? '', authenticator.collections)
  const kept = found && openScram(found._id, found.credential, keeping)
  const keys = kept ?? decoyOf(key ?? attempt.login, keeping).keys
  const proven =
    authMessage.length <= MESSAGE_CHARACTERS_MAX && verifyProof(keys, authMessage, clientProof)
  const right = proven && kept !== undefined
  const account = await settle(attempt, key, right ? found : undefined, authenticator)
  const outageKeys =
    right && found ? openOutageScram(found._id, found.credential, keeping) : undefined
  return { account, serverSignature: signServer(keys, authMessage), outageKeys }
}

/**
 * Checks the answer to a CRAM-MD5 challenge, for accounts whose rules allow it and whose password has been set since they
 * do. Fails like `authenticate`. RFC 2195 §2
 *
 * @throws {Fault} unauthenticated, busy, forbidden: the platform keeps no passwords
 */
export async function authenticateCramMd5(
  attempt: Proving & { readonly challenge: string; readonly digest: string },
  authenticator: Authenticator,
): Promise<Authenticated> {
  const { collections, keeping, defaultDomain } = authenticator
  if (!keeping.sealer.ready) throw new Fault('forbidden', 'CRAM-MD5 is not offered here')
  const key = findLoginKey(attempt.login, defaultDomain)
  const found = await findUsable(key ?? '', collections)
  const allowed =
    found && (await readAccountRules(found, collections, keeping.defaults)).rules.cramMd5
  const password = allowed ? openPassword(found._id, found.credential, keeping) : undefined
  const expected = createHmac('md5', password ?? keeping.random(MD5_BYTES))
    .update(attempt.challenge.slice(0, MESSAGE_CHARACTERS_MAX))
    .digest()
  const given = Buffer.from(attempt.digest, 'hex')
  const proven = given.length === MD5_BYTES && timingSafeEqual(given, expected)
  const right = proven && password !== undefined
  return await settle(attempt, key, right ? found : undefined, authenticator)
}

/**
 * Counts the guess and answers. `account` is given when the proof was right. Who proved the same credential from the same
 * network a moment ago is let in whatever others guessed.
 */
async function settle(
  attempt: Proving,
  key: string | undefined,
  account: Usable | undefined,
  authenticator: Authenticator,
): Promise<Authenticated> {
  const { recent, events } = authenticator
  const digest =
    account &&
    recent.digest(
      account._id,
      `proof ${account.credential.version}`,
      networkOf(attempt.clientAddress),
    )
  if (digest === undefined || recent.recall(digest) !== 'right') {
    const guessed = await takeGuess(key, attempt, authenticator)
    if (digest === undefined || account === undefined) {
      await guessed.keep()
      events.refused(key, attempt)
      throw new Fault('unauthenticated', 'Wrong login or password')
    }
    guessed.giveBack()
    recent.remember(digest, true)
  }
  if (account === undefined) throw new Fault('unauthenticated', 'Wrong login or password')
  events.loggedIn(account._id, attempt)
  return account
}
