/** The messages of SCRAM-SHA-256, as a server reads and writes them. What is secret in it, the directory knows. */

import { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'

/** How a client begins. */
export interface ClientFirst {
  readonly login: string
  readonly nonce: string
  /** What it says of channel binding and of whom it acts for; comes back in its last message. */
  readonly gs2Header: string
  /** The message without that header: what the proof is made over begins with it. */
  readonly bare: string
}

/** How it ends. */
export interface ClientFinal {
  readonly withoutProof: string
  readonly proof: Uint8Array
}

const MESSAGE_CHARACTERS_MAX = 4096
const PROOF_BYTES = 32
/** `,` and `=` cannot stand in a name. RFC 5802 §5.1, rule saslname */
const NAME = '(?:[^,=\\0]|=2C|=3D)+'
const PRINTABLE = '[!-+\\--~]+'
const FIRST = new RegExp(`^(n|y|p=[A-Za-z0-9.-]+),(?:a=(${NAME}))?,(.*)$`, 's')
const FIRST_BARE = new RegExp(`^n=(${NAME}),r=(${PRINTABLE})(?:,[^\\0]*)?$`)
const FINAL = new RegExp(`^(c=([^,]*),r=(${PRINTABLE})(?:,[A-Za-z]=[^,\\0]*)*),p=([^,]+)$`)

/**
 * Reads a client's first message. One that binds to the channel is refused, since that is not offered (`-PLUS`); one that
 * would have liked to, and was not offered it, goes on.
 *
 * RFC 5802 §5.1, §6, §7
 *
 * @throws {Fault} invalid, forbidden
 */
export function parseClientFirst(message: string): ClientFirst {
  if (message.length > MESSAGE_CHARACTERS_MAX) throw bad()
  const [, flag, authorization, bare] = FIRST.exec(message) ?? []
  if (flag === undefined || bare === undefined) throw bad()
  if (flag.startsWith('p')) throw new Fault('invalid', 'Channel binding is not offered')
  if (bare.startsWith('m=')) throw new Fault('invalid', 'Extensions of SCRAM are not offered')
  const [, name, nonce] = FIRST_BARE.exec(bare) ?? []
  if (name === undefined || nonce === undefined) throw bad()
  if (authorization !== undefined && authorization !== name) {
    throw new Fault('forbidden', 'Acting for another account is not offered')
  }
  const gs2Header = message.slice(0, message.length - bare.length)
  const login = name.replaceAll('=2C', ',').replaceAll('=3D', '=')
  return { login, nonce, gs2Header, bare }
}

/** What the server answers; `nonce` is the client's with our own behind it. RFC 5802 §5.1 */
export function formatServerFirst(nonce: string, salt: Uint8Array, iterations: number): string {
  return `r=${nonce},s=${Buffer.from(salt).toString('base64')},i=${iterations}`
}

/**
 * Reads a client's last message; it must repeat `nonce` and the header of its first.
 *
 * RFC 5802 §5.1, §7
 *
 * @throws {Fault} invalid, unauthenticated
 */
export function parseClientFinal(
  message: string,
  expected: { readonly nonce: string; readonly gs2Header: string },
): ClientFinal {
  if (message.length > MESSAGE_CHARACTERS_MAX) throw bad()
  const [, withoutProof, binding = '', nonce, proofText = ''] = FINAL.exec(message) ?? []
  if (withoutProof === undefined) throw bad()
  const proof = Buffer.from(proofText, 'base64')
  if (proof.length !== PROOF_BYTES || proof.toString('base64') !== proofText) throw bad()
  if (nonce !== expected.nonce) throw new Fault('unauthenticated', 'Another nonce than ours')
  const header = Buffer.from(expected.gs2Header, 'utf8').toString('base64')
  if (binding !== header) throw new Fault('unauthenticated', 'Another channel than at first')
  return { withoutProof, proof }
}

/** Proves to the client that we know the password too. RFC 5802 §5.1 */
export function formatServerFinal(signature: Uint8Array): string {
  return `v=${Buffer.from(signature).toString('base64')}`
}

/** What proof and signature are made over. RFC 5802 §3 */
export function authMessage(first: ClientFirst, serverFirst: string, final: ClientFinal): string {
  return `${first.bare},${serverFirst},${final.withoutProof}`
}

function bad(): Fault {
  return new Fault('invalid', 'Not a message of SCRAM')
}
