import { formatAddress, parseAddress } from '#lib/mail/address.ts'
import type { DsnAction } from '#lib/mime/dsn.ts'
import type { BounceClass } from './bounce-class.ts'
import type { NoticeRecipient } from './notice.ts'

const REPLY_CHARACTERS_MAX = 2000

/** What a class is in numbers, for replies that name none; the first digit is that of the outcome. RFC 3463 §3 */
const STATUSES: Readonly<Record<BounceClass, string>> = {
  'bad-mailbox': '1.1',
  'bad-domain': '1.2',
  'null-mx': '1.10',
  'inactive-mailbox': '2.1',
  'mailbox-full': '2.2',
  'message-too-large': '3.4',
  'content-refused': '6.0',
  'spam-refused': '7.1',
  'policy-refused': '7.1',
  'sender-refused': '1.8',
  'authentication-failed': '7.1',
  reputation: '7.1',
  'rate-limited': '4.5',
  greylisted: '7.1',
  'not-supported': '3.3',
  'protocol-error': '5.0',
  'tls-failed': '7.10',
  'dns-failed': '4.3',
  'connection-failed': '4.1',
  'connection-lost': '4.2',
  'host-busy': '3.2',
  loop: '4.6',
  expired: '4.7',
  operator: '7.1',
  other: '0.0',
}

/**
 * The status that a notice tells. That of the reply where there is one and it fits: a failure may have come of a reply that
 * meant to be temporary, when time was up, and keeps its number then. RFC 3464 §2.3.4
 */
export function statusOf(
  kind: DsnAction,
  { reply = '', reason = 'other' }: NoticeRecipient,
): string {
  const [, status] = /^(?:\d{3}[ -])?([245]\.\d{1,3}\.\d{1,3})\b/.exec(reply) ?? []
  const digits = { failed: '45', delayed: '4', relayed: '2', delivered: '2', expanded: '2' }[kind]
  if (reason !== 'expired' && status !== undefined && digits.includes(status.charAt(0)))
    return status
  const digit = { failed: '5', delayed: '4', relayed: '2', delivered: '2', expanded: '2' }[kind]
  if (digit === '2') return '2.0.0'
  return `${digit}.${STATUSES[reason]}`
}

/** The reply on lines of its own, cut to a sensible length; an address that the sender must not learn is not in it. */
export function diagnosticOf({ reply = '', address, original }: NoticeRecipient): string {
  const text = reply.slice(0, REPLY_CHARACTERS_MAX)
  if (original === undefined || original === address) return text
  const { local, domain } = parseAddress(address)
  const hidden = [formatAddress({ local, domain, legacy: false }), local].filter(
    (one) => one.length > 2,
  )
  let shown = text
  for (const one of hidden) {
    const literal = one.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    const replaced = one.includes('@') ? original : '…'
    shown = shown.replace(new RegExp(literal, 'gi'), () => replaced)
  }
  return shown
}
