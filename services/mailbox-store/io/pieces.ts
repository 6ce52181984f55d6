import { Fault } from '#lib/base/fault.ts'
import type { Places } from '#lib/base/places.ts'
import type { AppendPiece__Output } from '#proto/types/hikyaku/mailbox_store/AppendPiece.ts'
import type { AppendRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'

/**
 * Takes a streamed append: the head, the bytes, and the word that these are all: without it the caller was cut off,
 * and nothing is stored. They are held in memory until they are stored, which is why only
 * so many streams are read at once; the others wait, and gRPC's flow control stops their senders.
 *
 * @throws {Fault} invalid, too-large, unavailable
 */
export async function takePieces<A>(
  pieces: AsyncIterable<AppendPiece__Output>,
  bytesMax: number,
  slots: Places,
  take: (head: AppendRequest__Output, content: Uint8Array) => Promise<A>,
): Promise<A> {
  return slots.run(async () => {
    let head: AppendRequest__Output | undefined
    const chunks: Uint8Array[] = []
    let bytes = 0
    let complete = false
    for await (const piece of pieces) {
      if (piece.head) {
        if (head) throw new Fault('invalid', 'A streamed append has one head')
        head = piece.head
        continue
      }
      if (complete) throw new Fault('invalid', 'A streamed append goes on after its end')
      if (!head) throw new Fault('invalid', 'A streamed append begins with its head')
      if (piece.complete) complete = true
      const content = piece.content ?? new Uint8Array()
      bytes += content.length
      if (bytes > bytesMax) throw new Fault('too-large', 'The message is too big')
      chunks.push(content)
    }
    if (!head) throw new Fault('invalid', 'A streamed append begins with its head')
    if (!complete) throw new Fault('unavailable', 'The append broke off')
    const whole = Buffer.concat(chunks)
    // Not twice in memory while it is being stored.
    chunks.length = 0
    return take(head, whole)
  })
}
