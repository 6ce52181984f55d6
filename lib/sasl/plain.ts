import { Fault } from '#lib/base/fault.ts'
import { decodeBase64 } from './base64.ts'

/**
 * Reads the one message of SASL PLAIN, in base64: `authorization NUL login NUL password`.
 *
 * To act as somebody else is not offered: an authorization identity must be empty or the login itself.
 *
 * RFC 4616 §2
 *
 * @throws {Fault} invalid, forbidden
 */
export function parsePlain(base64: string): { login: string; password: string } {
  const [authorization = '', login = '', password = '', ...rest] = decodeBase64(base64).split('\0')
  if (login === '' || password === '' || rest.length > 0) {
    throw new Fault('invalid', 'Not a PLAIN message')
  }
  if (authorization !== '' && authorization !== login) {
    throw new Fault('forbidden', 'Acting for another account is not offered')
  }
  return { login, password }
}
