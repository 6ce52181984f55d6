/** Bytes in pieces: a list when all are in memory, else a stream that can be read once. */
export type Pieces = readonly Uint8Array[] | AsyncIterable<Uint8Array>

/** The same memory seen as a Buffer, for its searches and conversions; nothing is copied. */
export function toBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** One array of all chunks. A single chunk is handed back as it is, not copied. */
export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks
  return chunks.length === 1 && first ? first : Buffer.concat(chunks)
}

/** Where `needle` starts in `bytes` at or after `from`; -1 when it does not occur. */
export function indexOfBytes(bytes: Uint8Array, needle: Uint8Array | string, from = 0): number {
  return toBuffer(bytes).indexOf(needle, from, 'latin1')
}

/** One character per byte: for protocol text, whose bytes must survive the way there and back. */
export function toLatin1(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return toBuffer(bytes).toString('latin1', start, end)
}

/** The bytes of text that has one byte per character; the inverse of `toLatin1`. */
export function fromLatin1(text: string): Uint8Array {
  return Buffer.from(text, 'latin1')
}

/** Reads UTF-8; what is not becomes U+FFFD. */
export function toUtf8(bytes: Uint8Array, start = 0, end = bytes.length): string {
  return toBuffer(bytes).toString('utf8', start, end)
}

export function fromUtf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8')
}
