/** A view in as few bytes as are cheap to read: what most mailboxes have is one run of UIDs and few flags. */

/** What is known of messages, as arrays of equal length but for the flags, of which each has `flagWords`. */
export interface Columns {
  readonly uids: Uint32Array
  readonly flags: Uint32Array
  readonly modSeqs: Float64Array
  readonly flagWords: number
}

/** Little-endian arrays as the contract describes them. */
export interface Packed {
  readonly uids: Uint8Array
  readonly flags: Uint8Array
  readonly modSeqs: Uint8Array
  readonly flagWords: number
}

/** What the contract has for those who asked for less: each field in place of another, which is empty then. */
export interface Compact extends Packed {
  readonly uidSet: string
  readonly flagBytes: number
  readonly modSeqBase: number
  readonly modSeqOffsets: Uint8Array
}

const WORD_BYTES = 4
/** Text takes longer to read than numbers: it must be that much shorter. */
const TEXT_WORTH = 8
const NONE = new Uint8Array()

/** The machines we run on are little-endian, as the contract is. */
export function pack({ uids, flags, modSeqs, flagWords }: Columns): Packed {
  return { uids: bytesOf(uids), flags: bytesOf(flags), modSeqs: bytesOf(modSeqs), flagWords }
}

/** May share memory with what it is made from. */
export function compact(columns: Columns): Compact {
  const { uids, flagWords } = columns
  const uidSet = textOf(uids)
  return {
    uids: uidSet === '' ? bytesOf(uids) : NONE,
    uidSet,
    flagWords,
    ...compactFlags(columns),
    ...compactModSeqs(columns.modSeqs),
  }
}

/** Memory that it takes. */
export function sizeOf({ uids, flags, modSeqs, uidSet, modSeqOffsets }: Compact): number {
  const arrays = uids.length + flags.length + modSeqs.length + modSeqOffsets.length
  return arrays + uidSet.length
}

/** The UIDs as a UID set; nothing when that is not much shorter. */
function textOf(uids: Uint32Array): string {
  const lengthMax = uids.byteLength / TEXT_WORTH
  let text = ''
  for (let from = 0; from < uids.length; ) {
    const first = uids[from] ?? 0
    let to = from + 1
    while (to < uids.length && uids[to] === first + to - from) to++
    text += `${text === '' ? '' : ','}${first}`
    if (to - from > 1) text += `:${first + to - from - 1}`
    if (text.length > lengthMax) return ''
    from = to
  }
  return text
}

function compactFlags({ flags, flagWords }: Columns): Pick<Compact, 'flags' | 'flagBytes'> {
  if (flags.length === 0) return { flags: NONE, flagBytes: 0 }
  let used = 0
  let equal = true
  for (let i = 0; i < flags.length; i++) {
    const word = flags[i] ?? 0
    used |= i % flagWords === 0 ? word : word && 0xffff_ffff
    if (i >= flagWords && word !== flags[i - flagWords]) equal = false
  }
  const some = equal ? flags.slice(0, flagWords) : flags
  if (used >>> 0 > 0xffff) return { flags: bytesOf(some), flagBytes: WORD_BYTES * flagWords }
  const narrow = new (used > 0xff ? Uint16Array : Uint8Array)(some.length / flagWords)
  for (let i = 0; i < narrow.length; i++) narrow[i] = some[i * flagWords] ?? 0
  return { flags: bytesOf(narrow), flagBytes: narrow.BYTES_PER_ELEMENT }
}

function compactModSeqs(
  modSeqs: Float64Array,
): Pick<Compact, 'modSeqs' | 'modSeqBase' | 'modSeqOffsets'> {
  let base = modSeqs[0] ?? 0
  let last = base
  for (let i = 0; i < modSeqs.length; i++) {
    const modSeq = modSeqs[i] ?? 0
    if (modSeq < base) base = modSeq
    else if (modSeq > last) last = modSeq
  }
  const span = last - base
  if (span === 0) return { modSeqs: NONE, modSeqBase: base, modSeqOffsets: NONE }
  if (span > 0xffff_ffff) {
    return { modSeqs: bytesOf(modSeqs), modSeqBase: 0, modSeqOffsets: NONE }
  }
  const Offsets = span > 0xffff ? Uint32Array : span > 0xff ? Uint16Array : Uint8Array
  const offsets = new Offsets(modSeqs.length)
  for (let i = 0; i < offsets.length; i++) offsets[i] = (modSeqs[i] ?? 0) - base
  return { modSeqs: NONE, modSeqBase: base, modSeqOffsets: bytesOf(offsets) }
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
}
