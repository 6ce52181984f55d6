import type { Pieces } from '#lib/base/bytes.ts'
import { INLINE_BYTES_MAX } from './message.ts'

/** The whole body when it is small, else a stream of all of it. */
export async function split(body: Uint8Array | Pieces) {
  if (body instanceof Uint8Array) return { small: [body], rest: undefined }
  if (!(Symbol.asyncIterator in body)) return { small: body, rest: undefined }
  const parts: Uint8Array[] = []
  let bytes = 0
  const iterator = body[Symbol.asyncIterator]()
  for (;;) {
    const { done, value } = await iterator.next()
    if (done === true) return { small: parts, rest: undefined }
    parts.push(value)
    bytes += value.length
    if (bytes <= INLINE_BYTES_MAX) continue
    return { small: [], rest: resume(parts, iterator) }
  }
}

/** Ends the source also when nobody reads as far as that. */
async function* resume(parts: Uint8Array[], iterator: AsyncIterator<Uint8Array>) {
  try {
    yield* parts
    yield* { [Symbol.asyncIterator]: () => iterator }
  } finally {
    await iterator.return?.()
  }
}

export async function* streamOf(pieces: readonly Uint8Array[]) {
  yield* pieces
}
