/** MongoDB's wire protocol, as far as a proxy looks into it: frames, the command in one, a reply to it. */
import { type Document, deserialize, serialize } from 'bson'

const HEADER_BYTES = 16
const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

/** One message, with its header. */
export class Frame {
  readonly bytes: Buffer

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get requestId(): number {
    return this.bytes.readInt32LE(4)
  }

  get responseTo(): number {
    return this.bytes.readInt32LE(8)
  }

  /** What is asked or answered, without the documents of a bulk; undefined when it cannot be read. */
  get body(): Document | undefined {
    const at = bodyStart(this.bytes)
    if (at === undefined) return undefined
    const document = this.bytes.subarray(at, at + this.bytes.readInt32LE(at))
    return deserialize(document, { promoteValues: false })
  }
}

/** Cuts a stream of bytes into frames. */
export class FrameReader {
  #rest = Buffer.alloc(0)

  push(chunk: Uint8Array): Frame[] {
    this.#rest = Buffer.concat([this.#rest, chunk])
    const frames: Frame[] = []
    while (this.#rest.length >= HEADER_BYTES) {
      const length = this.#rest.readInt32LE(0)
      if (this.#rest.length < length) break
      frames.push(new Frame(this.#rest.subarray(0, length)))
      this.#rest = this.#rest.subarray(length)
    }
    return frames
  }
}

/** The answer to a frame, in the form that its kind asks for. */
export function replyTo({ bytes, requestId }: Frame, body: Document): Buffer {
  const document = Buffer.from(serialize(body, { ignoreUndefined: true }))
  const isQuery = bytes.readInt32LE(12) === OP_QUERY
  const before = Buffer.alloc(isQuery ? 20 : 5)
  // Of a query: flags, cursor, where it starts, how many there are. Of a message: flags, kind of the section.
  if (isQuery) before.writeInt32LE(1, 16)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32LE(HEADER_BYTES + before.length + document.length, 0)
  header.writeInt32LE(requestId, 8)
  header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12)
  return Buffer.concat([header, before, document])
}

/** Where the first document begins. */
function bodyStart(bytes: Buffer): number | undefined {
  switch (bytes.readInt32LE(12)) {
    case OP_REPLY:
      return HEADER_BYTES + 20
    case OP_QUERY:
      return bytes.indexOf(0, HEADER_BYTES + 4) + 1 + 8
    case OP_MSG:
      return messageBody(bytes)
    default:
      return undefined
  }
}

/** The body may stand behind the documents of a bulk. */
function messageBody(bytes: Buffer): number | undefined {
  for (let at = HEADER_BYTES + 4; at < bytes.length; ) {
    if (bytes[at] === 0) return at + 1
    at += 1 + bytes.readInt32LE(at + 1)
  }
  return undefined
}
