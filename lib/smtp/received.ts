/** The trace headers that a server adds. */

import type { Address } from '#lib/mail/address.ts'
import { formatPath } from '#lib/mail/path.ts'
import { formatDate } from '#lib/mime/date.ts'

export interface Hop {
  /** What the client said in HELO or EHLO. */
  readonly helo: string
  /** Its address, without brackets; missing: nothing is told of the client, not even what it called itself. */
  readonly address?: string | undefined
  /** What the DNS calls it. */
  readonly name?: string | undefined
  readonly by: string
  readonly esmtp: boolean
  readonly tls: boolean
  readonly smtpUtf8: boolean
  /** The client has logged in. */
  readonly authenticated?: boolean
  readonly id: string
  readonly recipients: readonly Address[]
  readonly time: number
}

const HELO_CHARACTERS_MAX = 255

/**
 * The Received header of one hop, CRLF at its end. Names the recipient only when there is just one: it must
 * not tell the others.
 *
 * RFC 5321 §4.4, §7.2
 */
export function formatReceived(hop: Hop): string {
  const [recipient, ...others] = hop.recipients
  const told = recipient !== undefined && others.length === 0
  const target = told ? ` for ${formatPath(recipient, 'raw')}` : ''
  const by = `by ${hop.by} with ${protocolOf(hop)} id ${hop.id}${target};`
  const { address } = hop
  return [
    ...(address === undefined
      ? [`Received: ${by}`]
      : [`Received: from ${toDomain(hop.helo)} (${toTcpInfo(hop.name, address)})`, `\t${by}`]),
    `\t${formatDate(hop.time)}`,
    '',
  ].join('\r\n')
}

/** The header that the last server puts before a message at final delivery. RFC 5321 §4.4 */
export function formatReturnPath(sender: Address | null): string {
  return `Return-Path: ${formatPath(sender, 'raw')}\r\n`
}

/** RFC 3848, RFC 6531 §4.3 */
function protocolOf({ esmtp, tls, smtpUtf8, authenticated }: Hop): string {
  if (!esmtp) return 'SMTP'
  return `${smtpUtf8 ? 'UTF8SMTP' : 'ESMTP'}${tls ? 'S' : ''}${authenticated ? 'A' : ''}`
}

/** Strangers choose it: what could end the header or open a comment in it becomes a question mark. */
function toDomain(helo: string): string {
  const domain = helo.slice(0, HELO_CHARACTERS_MAX).replace(/[^A-Za-z0-9._:[\]-]/g, '?')
  return domain === '' ? '?' : domain
}

/** RFC 5321 §4.4, rule TCP-info */
function toTcpInfo(name: string | undefined, address: string): string {
  return name === undefined ? toLiteral(address) : `${toDomain(name)} ${toLiteral(address)}`
}

/** RFC 5321 §4.1.3 */
function toLiteral(address: string): string {
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`
}
