/** DKIM signatures: what is signed, in which form, and the field that carries it. RFC 6376, RFC 8463 */

import { createHash, type KeyObject, sign } from 'node:crypto'
import { toBuffer } from '#lib/base/bytes.ts'
import { parseDomain } from '#lib/mail/address.ts'
import { parseAddressList } from './address-list.ts'
import { findFields, type HeaderField } from './header.ts'

export interface DkimKey {
  /** In A-labels. */
  readonly domain: string
  readonly selector: string
  readonly algorithm: 'rsa' | 'ed25519'
  readonly privateKey: KeyObject
}

/** A message's header as `parseHeader` read it, and the bytes that it read. */
export interface DkimHeader {
  readonly bytes: Uint8Array
  readonly fields: readonly HeaderField[]
}

const TAB = 0x09
const LF = 0x0a
const CR = 0x0d
const SPACE = 0x20
const CHUNK_BYTES = 64 * 1024
const WORD_BYTES_MIN = 32
const LINE_CHARACTERS = 72

/** Fields that say what the message is, and that nobody has to change on the way. RFC 6376 §5.4.1 */
const SIGNED = [
  'from subject date to cc message-id reply-to sender in-reply-to references auto-submitted',
  'mime-version content-type content-transfer-encoding content-disposition',
  'list-id list-help list-unsubscribe list-unsubscribe-post list-subscribe list-post list-owner',
  'list-archive',
].flatMap((names) => names.split(' '))
/** Of a name that occurs more often, the message is broken anyway. */
const SAME_FIELDS_MAX = 100

/**
 * The domain that a message is from, which is the one to sign as. Undefined when that is not plain: no From field or two of
 * them, no address or several.
 */
export function findFromDomain(fields: readonly HeaderField[]): string | undefined {
  const [from, ...others] = findFields(fields, 'from')
  if (!from || others.length > 0) return undefined
  const [address, ...more] = parseAddressList(from.value)
  if (!address?.host || more.length > 0) return undefined
  try {
    return parseDomain(address.host)
  } catch {
    return undefined
  }
}

/**
 * The hash of a body in relaxed form, computed while it comes: whatever its lines are, it keeps 64 kB. Blanks are one space,
 * none at the ends of lines; empty lines at the end do not count. RFC 6376 §3.4.4
 */
export class RelaxedBodyHash {
  readonly #hash = createHash('sha256')
  readonly #out = Buffer.allocUnsafe(CHUNK_BYTES)
  #length = 0
  #lines = 0
  #blank = false
  #return = false
  #some = false

  update(bytes: Uint8Array): void {
    const { length } = bytes
    for (let at = 0; at < length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#return) {
        this.#return = false
        if (byte !== LF) this.#add(CR)
      }
      if (byte > SPACE) {
        const start = at
        while (at + 1 < length && (bytes[at + 1] ?? 0) > SPACE) at++
        this.#addWord(bytes, start, at + 1)
      } else if (byte === CR) this.#return = true
      else if (byte === LF) this.#endLine()
      else if (byte === SPACE || byte === TAB) this.#blank = true
      else this.#add(byte)
    }
  }

  /** In base64. Nothing may come after it. */
  digest(): string {
    if (this.#return) this.#add(CR)
    if (this.#some) this.#putLineEnd()
    this.#flush()
    return this.#hash.digest('base64')
  }

  #endLine(): void {
    this.#blank = false
    this.#lines++
  }

  #add(byte: number): void {
    this.#putHeldBack()
    this.#put(byte)
  }

  /** Nearly all of a body. */
  #addWord(bytes: Uint8Array, from: number, to: number): void {
    this.#putHeldBack()
    // A view of so few bytes would cost more than copying them one by one.
    if (to - from < WORD_BYTES_MIN) {
      for (let at = from; at < to; at++) this.#put(bytes[at] ?? 0)
      return
    }
    for (let at = from; at < to; ) {
      if (this.#length === CHUNK_BYTES) this.#flush()
      const end = Math.min(to, at + CHUNK_BYTES - this.#length)
      this.#out.set(bytes.subarray(at, end), this.#length)
      this.#length += end - at
      at = end
    }
  }

  /** It was not at the end of its line, or of the body. */
  #putHeldBack(): void {
    for (; this.#lines > 0; this.#lines--) this.#putLineEnd()
    if (this.#blank) this.#put(SPACE)
    this.#blank = false
    this.#some = true
  }

  #putLineEnd(): void {
    this.#put(CR)
    this.#put(LF)
  }

  #put(byte: number): void {
    if (this.#length === CHUNK_BYTES) this.#flush()
    this.#out[this.#length++] = byte
  }

  #flush(): void {
    this.#hash.update(this.#out.subarray(0, this.#length))
    this.#length = 0
  }
}

/** A field in relaxed form, without line end; one character per byte, in and out. RFC 6376 §3.4.2 */
export function relaxField(field: string): string {
  const colon = field.indexOf(':')
  const name = field.slice(0, colon).trim().toLowerCase()
  const value = field
    .slice(colon + 1)
    .replace(/\r?\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/^ | $/g, '')
  return `${name}:${value}`
}

/**
 * The DKIM-Signature field of one key, folded, CRLF at its end, to be put before the message. From is named once more than it
 * occurs, so that a second one cannot be added; the length of the body is not limited.
 *
 * RFC 6376 §3.5, §3.7, §5.4.2, RFC 8463 §3
 */
export async function formatDkimSignature(
  header: DkimHeader,
  bodyHash: string,
  key: DkimKey,
  time: number,
): Promise<string> {
  const fields = signedFields(header)
  const tags = [
    `DKIM-Signature: v=1; a=${key.algorithm}-sha256; c=relaxed/relaxed;`,
    `\td=${key.domain}; s=${key.selector};`,
    `\tt=${Math.floor(time / 1000)};`,
    foldNames(fields.map(({ name }) => name)),
    `\tbh=${bodyHash};`,
    '\tb=',
  ]
  const unsigned = tags.join('\r\n')
  const signed = fields.flatMap(({ text }) =>
    text === undefined ? [] : [`${relaxField(text)}\r\n`],
  )
  const input = Buffer.from(signed.join('') + relaxField(unsigned), 'latin1')
  const signature = (await signBytes(input, key)).toString('base64')
  return `${unsigned}${signature.replace(/(.{72})(?=.)/g, '$1\r\n\t')}\r\n`
}

/** RFC 8463 §3: of ed25519 it is the hash that is signed. */
async function signBytes(input: Buffer, { algorithm, privateKey }: DkimKey): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  // With a callback it runs beside this thread: an rsa signature takes a millisecond.
  const done = (error: Error | null, signature: Buffer) =>
    error ? reject(error) : resolve(signature)
  if (algorithm === 'rsa') sign('sha256', input, privateKey, done)
  else sign(null, createHash('sha256').update(input).digest(), privateKey, done)
  return await promise
}

interface SignedField {
  readonly name: string
  /** Missing: that there is no such field, or no further one. */
  readonly text?: string
}

/** Of fields of one name, the last comes first. RFC 6376 §5.4.2 */
function signedFields({ bytes, fields }: DkimHeader): SignedField[] {
  const buffer = toBuffer(bytes)
  return SIGNED.flatMap((name) => {
    const found: SignedField[] = findFields(fields, name)
      .slice(-SAME_FIELDS_MAX)
      .reverse()
      .map(({ start, end }) => ({ name, text: buffer.toString('latin1', start, end) }))
    return name === 'from' ? [...found, { name }] : found
  })
}

function foldNames(names: readonly string[]): string {
  let line = '\th='
  let folded = ''
  for (const [index, name] of names.entries()) {
    const piece = index === 0 ? name : `:${name}`
    if (line.length + piece.length > LINE_CHARACTERS) {
      folded += `${line}\r\n`
      line = '\t '
    }
    line += piece
  }
  return `${folded}${line};`
}
