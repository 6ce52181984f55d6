/** Whether a message's document makes sense by itself. */

import type { MessageDocument } from '../documents.ts'

const UID_MAX = 0xffff_fffe
const WORD_MAX = 0xffff_ffff
/** 5 system flags and 300 keywords fit into ten words. */
const WORDS_MAX = 10

export const MESSAGE_FIELDS = [
  ...['mailbox', 'uid', 'modSeq', 'flags', 'size', 'internalDate', 'blob', 'mailId', 'expiresAt'],
] as const

/** The UID that the place of a document says; 0 when that is no place for a message. */
export function uidOfPlace(id: string, mailbox: string): number {
  if (!id.startsWith(`${mailbox}/`)) return 0
  const digits = id.slice(mailbox.length + 1)
  const uid = /^[0-9]{10}$/.test(digits) ? Number(digits) : 0
  return uid <= UID_MAX ? uid : 0
}

/** What is wrong with the fields of a message that lives; undefined when nothing is. */
export function findNonsense(message: MessageDocument): string | undefined {
  const bad: string[] = []
  if (!isWhole(message.modSeq, 1)) bad.push('modSeq')
  if (!isWhole(message.size, 0)) bad.push('size')
  if (typeof message.internalDate !== 'number') bad.push('internalDate')
  if (typeof message.blob !== 'string') bad.push('blob')
  if (typeof message.mailId !== 'string') bad.push('mailId')
  if (!areWords(message.flags)) bad.push('flags')
  return bad.length === 0 ? undefined : bad.join(', ')
}

export function isWhole(value: unknown, min: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= min
}

/** The highest bit that is set; -1 for none. */
export function highestBit(flags: readonly number[]): number {
  for (let word = flags.length - 1; word >= 0; word--) {
    const bits = flags[word] ?? 0
    if (bits !== 0) return word * 32 + 31 - Math.clz32(bits)
  }
  return -1
}

function areWords(flags: unknown): boolean {
  if (!Array.isArray(flags) || flags.length > WORDS_MAX) return false
  return flags.every((word) => isWhole(word, 0) && word <= WORD_MAX)
}
