import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { decodeBase64, encodeBase64 } from '#lib/sasl/base64.ts'
import { formatChallenge, parseCramMd5 } from '#lib/sasl/cram-md5.ts'
import { parsePlain } from '#lib/sasl/plain.ts'
import {
  authMessage,
  formatServerFinal,
  formatServerFirst,
  parseClientFinal,
  parseClientFirst,
} from '#lib/sasl/scram.ts'
import { ReplyFault } from '#lib/smtp/fault.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

/** Who has logged in. */
export interface Account {
  readonly id: string
  readonly tenant: string
  /** Canonical. */
  readonly login: string
  readonly domain: string
}

/** What the server says first in SCRAM. */
interface ScramStart {
  readonly salt: Uint8Array
  readonly iterations: number
  /** The directory was away: the proof is of keys that it knows nothing of. */
  readonly remembered?: boolean
}

/** What the client proves of its password. */
export interface Proved {
  readonly message: string
  readonly proof: Uint8Array
  /** As it was begun. */
  readonly remembered: boolean
}

/** What the directory knows of secrets. All of it fails `unauthenticated`, `busy` (guessing is slowed) or `unavailable`. */
export interface Credentials {
  authenticate(login: string, password: string, address: string): Promise<Account>
  startScram(login: string, address: string): Promise<ScramStart>
  finishScram(
    login: string,
    proved: Proved,
    address: string,
  ): Promise<{ account: Account; signature: Uint8Array }>
  authenticateCramMd5(
    login: string,
    answered: { readonly challenge: string; readonly digest: string },
    address: string,
  ): Promise<Account>
}

/** One AUTH command. */
export interface Dialogue {
  readonly address: string
  /** What came with the command, in base64. */
  readonly initial: string | undefined
  /**
   * Sends a challenge, in base64, and waits for the answer.
   *
   * @throws {ReplyFault} when the client cancels
   */
  ask(challenge: string): Promise<string>
}

export interface LogInRules {
  readonly credentials: Credentials
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  readonly hostname: string
  readonly cramMd5: boolean
}

type LogIn = (
  dialogue: Dialogue,
  rules: LogInRules,
  told: (login: string) => void,
) => Promise<Account>

const NONCE_BYTES = 18
const TOKEN_BYTES = 16

export function mechanisms({ cramMd5: offered }: Pick<LogInRules, 'cramMd5'>): string[] {
  return Object.keys(MECHANISMS).filter((name) => offered || name !== 'CRAM-MD5')
}

/**
 * Goes through a mechanism to its end. `told` hears the login as soon as the client has said it, for the log.
 *
 * RFC 4954 §4
 *
 * @throws {Fault}
 */
export function logIn(
  mechanism: string,
  dialogue: Dialogue,
  rules: LogInRules,
  told: (login: string) => void,
): Promise<Account> {
  const run = mechanisms(rules).includes(mechanism) ? MECHANISMS[mechanism] : undefined
  if (run === undefined) {
    throw new ReplyFault('invalid', reply(504, '5.5.4', 'There is no such mechanism'))
  }
  return run(dialogue, rules, told)
}

/** What a log-in that failed is answered. RFC 4954 §6 */
export function logInReply(error: unknown): Reply {
  if (error instanceof ReplyFault) return error.reply
  if (!(error instanceof Fault)) return AWAY
  switch (error.code) {
    case 'invalid':
      return reply(501, '5.5.2', error.message)
    case 'unauthenticated':
      return reply(535, '5.7.8', 'Wrong login or password')
    case 'forbidden':
      return reply(535, '5.7.8', error.message)
    case 'busy':
    case 'over-quota':
      return reply(454, '4.7.0', 'Too many attempts, try again later')
    default:
      return AWAY
  }
}

const AWAY = reply(454, '4.7.0', 'Log-ins cannot be checked now, try again later')

/** RFC 4616 */
const plain: LogIn = async ({ initial, ask, address }, { credentials }, told) => {
  const { login: name, password } = parsePlain(initial ?? (await ask('')))
  told(name)
  return credentials.authenticate(name, password, address)
}

/** No RFC has it, and many programs know nothing else. */
const login: LogIn = async ({ initial, ask, address }, { credentials }, told) => {
  const name = decodeBase64(initial ?? (await ask(encodeBase64('Username:'))))
  if (name === '' || name.includes('\0')) throw new Fault('invalid', 'The login is missing')
  told(name)
  const password = decodeBase64(await ask(encodeBase64('Password:')))
  if (password === '') throw new Fault('unauthenticated', 'No password')
  return credentials.authenticate(name, password, address)
}

/** RFC 5802 §3, RFC 7677 */
const scram: LogIn = async ({ initial, ask, address }, { credentials, random }, told) => {
  const first = parseClientFirst(decodeBase64(initial ?? (await ask(''))))
  told(first.login)
  const started = await credentials.startScram(first.login, address)
  const { salt, iterations, remembered = false } = started
  const nonce = first.nonce + Buffer.from(random(NONCE_BYTES)).toString('base64')
  const serverFirst = formatServerFirst(nonce, salt, iterations)
  const answer = decodeBase64(await ask(encodeBase64(serverFirst)))
  const final = parseClientFinal(answer, { nonce, gs2Header: first.gs2Header })
  const { account, signature } = await credentials.finishScram(
    first.login,
    { message: authMessage(first, serverFirst, final), proof: final.proof, remembered },
    address,
  )
  // There is nowhere else to put it: the client says nothing to it, and then learns that it is in. RFC 4954 §4
  if ((await ask(encodeBase64(formatServerFinal(signature)))) !== '') {
    throw new Fault('invalid', 'There is nothing more to say')
  }
  return account
}

/** RFC 2195 */
const cramMd5: LogIn = async (dialogue, { credentials, clock, random, hostname }, told) => {
  if (dialogue.initial !== undefined) throw new Fault('invalid', 'CRAM-MD5 begins with us')
  const token = Buffer.from(random(TOKEN_BYTES)).toString('hex')
  const challenge = formatChallenge(token, clock.now(), hostname)
  const { login: name, digest } = parseCramMd5(
    decodeBase64(await dialogue.ask(encodeBase64(challenge))),
  )
  told(name)
  return credentials.authenticateCramMd5(name, { challenge, digest }, dialogue.address)
}

/** Best first. */
const MECHANISMS: Readonly<Record<string, LogIn>> = {
  'SCRAM-SHA-256': scram,
  PLAIN: plain,
  LOGIN: login,
  'CRAM-MD5': cramMd5,
}
