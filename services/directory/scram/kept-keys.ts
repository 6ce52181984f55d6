/** What is kept of a password besides its hash: SCRAM keys always, the password itself only for CRAM-MD5. */

import { createHmac } from 'node:crypto'
import type { Random } from '#lib/base/clock.ts'
import { deriveKeys, KEY_BYTES, type ScramKeys } from '#lib/sasl/scram-keys.ts'
import { readAccountRules } from '../admission/senders.ts'
import type { EffectiveRules } from '../admission/sending-rules.ts'
import type { AccountDocument, Collections, Credential } from '../collections.ts'
import type { Sealer } from '../keys/sealer.ts'
import { toMessage } from '../password-hasher.ts'

export interface Keeping {
  readonly sealer: Sealer
  readonly random: Random
  /** PBKDF2's, of new SCRAM keys. */
  readonly scramIterations: number
  /** The same in all processes of the cluster, and known to nobody else: what unknown logins are answered with comes of it. */
  readonly decoyKey: string
  /** Sending rules where none are set. */
  readonly defaults: EffectiveRules
}

/** What a server of SCRAM needs for one account. */
export interface OutageKeys extends ScramKeys {
  readonly salt: Uint8Array
  readonly iterations: number
}

type Holder = Pick<AccountDocument, '_id' | 'login' | 'tenant' | 'domain'>
type Kept = Pick<Credential, 'scram' | 'sealed'>

const SALT_BYTES = 16

/**
 * What is kept of a new password. With a seal key all of it is sealed, for this account and this credential: SCRAM keys
 * are cheaper to try passwords against than the Argon2id hash beside them.
 */
export async function keepPassword(
  password: string,
  { account, version }: { readonly account: Holder; readonly version: string },
  { collections, keeping }: { readonly collections: Collections; readonly keeping: Keeping },
): Promise<Kept> {
  const scram = await keepScram(password, { account, version }, keeping)
  const message = toMessage(password)
  if (!keeping.sealer.ready || message === undefined) return scram
  const { rules } = await readAccountRules(account, collections, keeping.defaults)
  if (!rules.cramMd5) return scram
  const context = passwordContext(account._id, version)
  return { ...scram, sealed: keeping.sealer.seal(context, message) }
}

/** SCRAM keys alone, of a password that was just found right. */
export async function keepScram(
  password: string,
  { account, version }: { readonly account: Pick<Holder, '_id'>; readonly version: string },
  { sealer, random, scramIterations }: Keeping,
): Promise<Kept> {
  const message = toMessage(password)
  if (message === undefined) return {}
  const make = async (context: string) => {
    const salt = random(SALT_BYTES)
    const { storedKey, serverKey } = await deriveKeys(message, salt, scramIterations)
    const plain = Buffer.concat([storedKey, serverKey])
    return { salt, keys: sealer.ready ? sealer.seal(context, plain) : plain }
  }
  const own = await make(scramContext(account._id, version))
  const outage = await make(outageContext(account._id, version))
  return { scram: { ...own, iterations: scramIterations, outage } }
}

/** Whether there are no SCRAM keys yet, or such as would be made otherwise now. */
export function lacksScram({ scram }: Credential, { sealer, scramIterations }: Keeping): boolean {
  if (scram?.outage === undefined || scram.iterations !== scramIterations) return true
  return sealer.ready && !(isSealed(scram.keys) && isSealed(scram.outage.keys))
}

/** The keys as they were derived. @throws {Fault} unavailable: sealed with another key */
export function openScram(
  account: string,
  { scram, version }: Credential,
  keeping: Pick<Keeping, 'sealer'>,
): ScramKeys | undefined {
  return scram && openKeys(scramContext(account, version), scram.keys, keeping)
}

/**
 * Those for who goes on while we are away. Whoever has them can check proofs by them, and after seeing one make more; but
 * only where they are known: we ourselves take no such proof.
 *
 * @throws {Fault} unavailable: sealed with another key
 */
export function openOutageScram(
  account: string,
  { scram, version }: Credential,
  keeping: Pick<Keeping, 'sealer'>,
): OutageKeys | undefined {
  if (scram?.outage === undefined) return undefined
  const { salt, keys } = scram.outage
  const opened = openKeys(outageContext(account, version), keys, keeping)
  return { ...opened, salt, iterations: scram.iterations }
}

function openKeys(
  context: string,
  kept: Uint8Array,
  { sealer }: Pick<Keeping, 'sealer'>,
): ScramKeys {
  const plain = isSealed(kept) ? sealer.open(context, kept) : kept
  return { storedKey: plain.subarray(0, KEY_BYTES), serverKey: plain.subarray(KEY_BYTES) }
}

/** The password, where it is kept. @throws {Fault} unavailable: sealed with another key */
export function openPassword(
  account: string,
  { sealed, version }: Credential,
  { sealer }: Keeping,
): Buffer | undefined {
  return sealed && sealer.open(passwordContext(account, version), sealed)
}

/** For a login that has no keys: always the same salt, and keys that nothing proves. */
export function decoyOf(login: string, { decoyKey, scramIterations }: Keeping) {
  const make = (what: string) =>
    createHmac('sha256', decoyKey).update(`scram ${what} ${login}`).digest()
  return {
    salt: make('salt').subarray(0, SALT_BYTES),
    iterations: scramIterations,
    keys: { storedKey: make('stored'), serverKey: make('server') },
  }
}

function isSealed(keys: Uint8Array): boolean {
  return keys.length !== 2 * KEY_BYTES
}

function scramContext(account: string, version: string): string {
  return `scram ${account} ${version}`
}

function outageContext(account: string, version: string): string {
  return `scram outage ${account} ${version}`
}

function passwordContext(account: string, version: string): string {
  return `password ${account} ${version}`
}
