import type { Outgoing } from './transport.ts'

/** What a message needs of the server that takes it, by its bytes. */
export interface ContentNeeds {
  /** A byte beyond ASCII in its own header. RFC 6532 §3 */
  readonly utf8Header: boolean
  /** One anywhere. RFC 6152 §1 */
  readonly eightBit: boolean
}

/** Reads the message once, in constant memory. */
export async function findContentNeeds(mail: Pick<Outgoing, 'stream'>): Promise<ContentNeeds> {
  let eightBit = false
  const header = new HeaderEnd()
  for await (const piece of mail.stream()) {
    const first = piece.findIndex((byte) => byte > 0x7f)
    const end = header.push(piece)
    if (first >= 0) {
      eightBit = true
      if (end === undefined || first < end) return { utf8Header: true, eightBit }
    }
    if (eightBit && end !== undefined) return { utf8Header: false, eightBit }
  }
  return { utf8Header: false, eightBit }
}

const LF = 0x0a
const CR = 0x0d

/** Finds where a header ends: after the first empty line. */
class HeaderEnd {
  #ended = false
  #lineEmpty = true

  /** Where in this piece the body begins; undefined while it is all header. */
  push(piece: Uint8Array): number | undefined {
    if (this.#ended) return 0
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at]
      if (byte === LF) {
        if (this.#lineEmpty) {
          this.#ended = true
          return at + 1
        }
        this.#lineEmpty = true
      } else if (byte !== CR) {
        this.#lineEmpty = false
      }
    }
    return undefined
  }
}
