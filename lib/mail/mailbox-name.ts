import { Fault } from '#lib/base/fault.ts'

/** The mailbox that every account has. RFC 9051 §5.1 */
export const INBOX = 'INBOX'
/** Between the levels of the hierarchy. */
export const DELIMITER = '/'

const NAME_OCTETS_MAX = 1000
const LEVEL_OCTETS_MAX = 255
const LEVELS_MAX = 32

/** What Net-Unicode leaves out: controls and the separators of lines and paragraphs. RFC 5198 §2 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be in there
const FORBIDDEN = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/

/**
 * The canonical form of a mailbox name: Unicode in NFC, INBOX in capitals wherever it is the first level.
 * Names are equal when their canonical forms are.
 *
 * RFC 9051 §5.1
 *
 * @throws {Fault} invalid
 */
export function parseMailboxName(text: string): string {
  if (text.length > NAME_OCTETS_MAX) throw new Fault('invalid', 'The mailbox name is too long')
  if (FORBIDDEN.test(text) || !text.isWellFormed()) {
    throw new Fault('invalid', 'The mailbox name holds a control character')
  }
  // `#` starts a namespace. RFC 9051 §5.1.2.1
  if (text.startsWith('#')) throw new Fault('invalid', 'There is no such namespace')
  const levels = text.normalize('NFC').split(DELIMITER)
  if (levels.includes('')) throw new Fault('invalid', 'A level of the mailbox name is empty')
  if (levels.length > LEVELS_MAX) throw new Fault('invalid', 'The mailbox name is too deep')
  if (levels.some((level) => Buffer.byteLength(level) > LEVEL_OCTETS_MAX)) {
    throw new Fault('invalid', 'A level of the mailbox name is too long')
  }
  // Not by toUpperCase, which turns a Turkish dotless i into the I of INBOX.
  if (/^inbox$/i.test(levels[0] ?? '')) levels[0] = INBOX
  const name = levels.join(DELIMITER)
  if (Buffer.byteLength(name) > NAME_OCTETS_MAX) {
    throw new Fault('invalid', 'The mailbox name is too long')
  }
  return name
}

/** The names above a canonical name, highest first: of `a/b/c` they are `a` and `a/b`. */
export function ancestorNames(name: string): string[] {
  const levels = name.split(DELIMITER)
  return levels.slice(1).map((_, i) => levels.slice(0, i + 1).join(DELIMITER))
}

/** Whether a canonical name lies below another. */
export function isBelow(name: string, ancestor: string): boolean {
  return name.startsWith(ancestor + DELIMITER)
}
