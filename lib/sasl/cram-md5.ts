import { Fault } from '#lib/base/fault.ts'

export interface CramMd5Response {
  readonly login: string
  /** In lower-case hex. */
  readonly digest: string
}

const LOGIN_CHARACTERS_MAX = 500
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in there
const CONTROL = /[\x00-\x1f\x7f]/

/** A challenge that never comes twice: `token` is chance. RFC 2195 §2 */
export function formatChallenge(token: string, timeMs: number, host: string): string {
  return `<${token}.${Math.floor(timeMs / 1000)}@${host}>`
}

/**
 * Reads the answer to the challenge: the login, a space, and the digest. The login may hold spaces.
 *
 * RFC 2195 §2
 *
 * @throws {Fault} invalid
 */
export function parseCramMd5(message: string): CramMd5Response {
  const [, login, digest] = /^(.+) ([0-9a-f]{32})$/i.exec(message) ?? []
  const odd = login === undefined || login.length > LOGIN_CHARACTERS_MAX || CONTROL.test(login)
  if (odd || digest === undefined) throw new Fault('invalid', 'Not an answer of CRAM-MD5')
  return { login, digest: digest.toLowerCase() }
}
