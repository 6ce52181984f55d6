/** What the ledger and the forwarding need of a message's header. */

import { concatBytes } from '#lib/base/bytes.ts'
import { addressKey, parseAddress } from '#lib/mail/address.ts'
import { findField, findFields, parseHeader } from '#lib/mime/header.ts'
import type { Mail } from '../mail.ts'

/** Of a longer header, the rest is not looked at. */
const HEADER_BYTES_MAX = 64 * 1024
const MESSAGE_ID_CHARACTERS_MAX = 255

export interface Heading {
  /** With its angle brackets; empty when there is none. */
  readonly messageId: string
  /** On whose behalf it was forwarded already: keys of addresses. */
  readonly deliveredTo: ReadonlySet<string>
}

/** Reads no more of the mail than its beginning. */
export async function readHeading(mail: Mail): Promise<Heading> {
  const { fields } = parseHeader(await readHead(mail, HEADER_BYTES_MAX))
  return {
    messageId: toMessageId(findField(fields, 'message-id')?.value ?? ''),
    deliveredTo: new Set(findFields(fields, 'delivered-to').map(({ value }) => toKey(value))),
  }
}

/** The first bytes of a mail, so many of them if there are as many. */
export async function readHead(mail: Mail, bytesMax: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of mail.stream()) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= bytesMax) break
  }
  return concatBytes(chunks).subarray(0, bytesMax)
}

function toMessageId(value: string): string {
  const [id = value] = /<[^<>]*>/.exec(value) ?? []
  return id.slice(0, MESSAGE_ID_CHARACTERS_MAX)
}

/** What is no address is compared as it stands. */
function toKey(value: string): string {
  const text = value.replace(/^<(.*)>$/, '$1')
  try {
    return addressKey(parseAddress(text))
  } catch {
    return text.toLowerCase()
  }
}
