import assert from 'node:assert/strict'
import type { FairPlaces, Whose } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import type { AppendPiece__Output } from '#proto/types/hikyaku/mailbox_store/AppendPiece.ts'
import type { AppendRequest__Output } from '#proto/types/hikyaku/mailbox_store/AppendRequest.ts'

/** A message whose bytes are still on their way. */
export interface StreamedMessage {
  readonly head: AppendRequest__Output
  /**
   * Ends only when it is certain that this is all of it, and when it is the last one, that the caller has said so: what
   * broke off throws.
   */
  readonly content: AsyncIterable<Uint8Array>
}

interface TurnsOfStreams {
  readonly places: FairPlaces
  readonly whose: (head: AppendRequest__Output) => Whose
}

/**
 * Takes a streamed append: the head, the bytes, and the word that these are all: without it the caller was cut off,
 * and nothing is stored. Bytes are handed on as they come; only so many streams are read beyond their heads at once, the
 * others wait for their turn, and gRPC's flow control stops their senders.
 *
 * @throws {Fault} invalid, unavailable, busy, and what `take` throws
 */
export async function takePieces<A>(
  pieces: AsyncIterable<AppendPiece__Output>,
  { places, whose }: TurnsOfStreams,
  take: (head: AppendRequest__Output, content: AsyncIterable<Uint8Array>) => Promise<A>,
): Promise<A> {
  for await (const { head, content } of takeMessages(pieces, 1)) {
    return await places.run(whose(head), () => take(head, content))
  }
  throw new Fault('invalid', 'A streamed append begins with its head')
}

/**
 * Splits a stream of pieces into messages, each of which is read to its end before the next one is asked for. When it
 * ends without throwing, the caller has said that these are all.
 *
 * @throws {Fault} invalid, unavailable
 */
export async function* takeMessages(
  pieces: AsyncIterable<AppendPiece__Output>,
  messagesMax = Number.POSITIVE_INFINITY,
): AsyncGenerator<StreamedMessage, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    let head = (await nextOf(iterator)).head
    if (!head) throw new Fault('invalid', 'A streamed append begins with its head')
    for (let count = 1; head; count++) {
      // Taken for nothing, it would be lost.
      if (head.content.length > 0) throw new Fault('invalid', 'A head has no content')
      const reading = new Reading(iterator, count < messagesMax)
      const content = reading.content()
      yield { head, content }
      // Of what is read already, nothing is left.
      for await (const _ of content);
      assert(reading.ended, 'Messages are read to their end')
      head = reading.nextHead
    }
  } finally {
    await iterator.return?.()
  }
}

/** One message, and what ended it. */
class Reading {
  ended = false
  nextHead: AppendRequest__Output | null | undefined
  readonly #iterator: AsyncIterator<AppendPiece__Output>
  readonly #moreMayCome: boolean

  constructor(iterator: AsyncIterator<AppendPiece__Output>, moreMayCome: boolean) {
    this.#iterator = iterator
    this.#moreMayCome = moreMayCome
  }

  async *content(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const { head, content, complete } = await nextOf(this.#iterator)
      if (head && !this.#moreMayCome) throw new Fault('invalid', 'A streamed append has one head')
      if (complete && (await this.#iterator.next()).done !== true) {
        throw new Fault('invalid', 'A streamed append goes on after its end')
      }
      if (head || complete) {
        this.nextHead = head
        this.ended = true
        return
      }
      if (content && content.length > 0) yield content
    }
  }
}

async function nextOf(iterator: AsyncIterator<AppendPiece__Output>): Promise<AppendPiece__Output> {
  const { done, value } = await iterator.next()
  if (done === true) throw new Fault('unavailable', 'The append broke off')
  return value
}
