import { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'

/**
 * Reads one message of a log-in as protocols carry it: UTF-8 in base64. A single `=` is an empty message, where a
 * protocol has no other way to send one with its command.
 *
 * RFC 4648 §4, RFC 4954 §4
 *
 * @throws {Fault} invalid
 */
export function decodeBase64(text: string): string {
  if (text === '=') return ''
  const bytes = Buffer.from(text, 'base64')
  if (bytes.toString('base64') !== text) throw new Fault('invalid', 'Not base64')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new Fault('invalid', 'Not UTF-8', { cause })
  }
}

export function encodeBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
