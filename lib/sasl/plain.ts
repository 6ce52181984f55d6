import { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'

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
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.toString('base64') !== base64) throw new Fault('invalid', 'Not base64')
  const [authorization = '', login = '', password = '', ...rest] = bytes.toString().split('\0')
  if (login === '' || password === '' || rest.length > 0) {
    throw new Fault('invalid', 'Not a PLAIN message')
  }
  if (authorization !== '' && authorization !== login) {
    throw new Fault('forbidden', 'Acting for another account is not offered')
  }
  return { login, password }
}
