/** The zstd frames that bytes are kept in. */

import { constants, zstdCompress, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** Up to here the fastest level makes nothing larger, and takes a quarter less time. */
const FAST_BYTES_MAX = 32 * 1024
const FAST = { [constants.ZSTD_c_compressionLevel]: 1 }
const USUAL = { [constants.ZSTD_c_compressionLevel]: 3 }

/** A small frame takes some 20 µs, one of the largest heads 0.3 ms: less than another thread would cost. */
export function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, optionsFor(bytes))
}

/** In another thread: for frames of pieces, of which many come one after another. */
export function compressAside(bytes: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zstdCompress(bytes, optionsFor(bytes), (error, frame) => {
      if (error === null) resolve(frame)
      else reject(error)
    })
  })
}

/** Given the size of what is in it, all of it is written to one place, and nothing is copied. */
export function decompress(frame: Uint8Array, size: number): Uint8Array {
  return zstdDecompressSync(frame, { chunkSize: roomFor(size) })
}

/**
 * The size told in advance halves the time, since zstd then makes its tables no larger than they have to be. So does
 * room for all of the frame in one place: without it, there would be 16 kB for a message of 2 kB, and for a large one
 * many such pieces to be joined.
 */
function optionsFor({ length }: Uint8Array) {
  const params = length <= FAST_BYTES_MAX ? FAST : USUAL
  return { params, pledgedSrcSize: length, chunkSize: roomFor(length) }
}

/** Also of what cannot be compressed; one byte more than needed, or there would be a second place. */
function roomFor(size: number): number {
  return size + (size >>> 8) + 128
}
