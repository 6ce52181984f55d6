/** The packed messages of proto/mailbox-store.proto, in their long form or in the compact one, as arrays. */
import { countUids, parseUidSet } from '#lib/mail/uid-set.ts'
import type { PackedMessages__Output } from '#proto/types/hikyaku/mailbox_store/PackedMessages.ts'
import type { Packed } from '../mail-store.ts'

const NOTHING: Packed = {
  uids: new Uint32Array(),
  flags: new Uint32Array(),
  flagWords: 1,
  modSeqs: new Float64Array(),
}

/** The numbers come little-endian, as every machine that Node.js runs on has them. */
export function toPacked(packed: PackedMessages__Output | null): Packed {
  if (packed === null) return NOTHING
  const { flagWords } = packed
  const uids = packed.uidSet === '' ? toUids(packed.uids) : fromUidSet(packed.uidSet)
  const count = uids.length
  return { uids, flags: flagsOf(packed, count), flagWords, modSeqs: modSeqsOf(packed, count) }
}

export function toUids(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(aligned(bytes))
}

function fromUidSet(text: string): Uint32Array {
  const set = parseUidSet(text)
  const uids = new Uint32Array(countUids(set))
  let at = 0
  for (const [first, last] of set) for (let uid = first; uid <= last; uid++) uids[at++] = uid
  return uids
}

function flagsOf(packed: PackedMessages__Output, count: number): Uint32Array {
  const { flagBytes, flagWords } = packed
  const width = flagBytes || 4 * flagWords
  const narrow = width === 1 || width === 2
  const given = narrow ? numbersOf(packed.flags, width) : toUids(packed.flags)
  const words = narrow ? 1 : flagWords
  const same = given.length === words
  if (words === flagWords && !same)
    return given instanceof Uint32Array ? given : new Uint32Array(given)
  const flags = new Uint32Array(count * flagWords)
  for (let i = 0; i < count; i++) {
    const from = same ? 0 : i * words
    for (let word = 0; word < words; word++) flags[i * flagWords + word] = given[from + word] ?? 0
  }
  return flags
}

function modSeqsOf(packed: PackedMessages__Output, count: number): Float64Array {
  const { modSeqBase, modSeqOffsets } = packed
  if (modSeqBase === 0) return new Float64Array(aligned(packed.modSeqs))
  const modSeqs = new Float64Array(count).fill(modSeqBase)
  if (modSeqOffsets.length === 0) return modSeqs
  const offsets = numbersOf(modSeqOffsets, modSeqOffsets.length / count)
  for (let i = 0; i < count; i++) modSeqs[i] = modSeqBase + (offsets[i] ?? 0)
  return modSeqs
}

function numbersOf(bytes: Uint8Array, width: number): Uint8Array | Uint16Array | Uint32Array {
  if (width === 1) return bytes
  return width === 2 ? new Uint16Array(aligned(bytes)) : toUids(bytes)
}

/** A copy of its own: a piece of a received frame begins anywhere, and would keep all of the frame. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}
