/** The zstd frames that bytes are kept in. */

import { constants, zstdCompress, zstdCompressSync } from 'node:zlib'

const COMPRESSION = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/**
 * A small frame takes 0.1 to 0.2 ms: less than another thread would cost. The size told in advance halves it, since
 * zstd then makes its tables no larger than they have to be.
 */
export function compress(bytes: Uint8Array): Uint8Array {
  return zstdCompressSync(bytes, { ...COMPRESSION, pledgedSrcSize: bytes.length })
}

/** In another thread: for frames of pieces, of which many come one after another. */
export function compressAside(bytes: Uint8Array): Promise<Uint8Array> {
  const options = { ...COMPRESSION, pledgedSrcSize: bytes.length }
  return new Promise((resolve, reject) => {
    zstdCompress(bytes, options, (error, frame) => {
      if (error === null) resolve(frame)
      else reject(error)
    })
  })
}
