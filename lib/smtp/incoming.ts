import { type DataLimits, type DataProblem, DataReader } from './data.ts'
import { type Reply, reply } from './reply.ts'

/** Where the bytes of a message go. */
export interface Sink {
  /** Returns a promise when the sender should wait for it; it never rejects. */
  add(bytes: Buffer): Promise<void> | undefined
  /** Lets go of everything; what is added afterwards is dropped. */
  close(): void
}

/** How far beyond the limit a message is read, so that the client gets an answer instead of a reset. */
const OVERRUN_BYTES_MAX = 10 * 1024 * 1024

/** A message between DATA and its final dot. */
export class Incoming<Kept extends Sink> {
  readonly body: Kept
  readonly #reader: DataReader
  readonly #sizeBytesMax: number
  #wait: Promise<void> | undefined

  constructor(limits: DataLimits, body: Kept) {
    this.#sizeBytesMax = limits.sizeBytesMax
    this.body = body
    this.#reader = new DataReader(limits, (bytes) => {
      this.#wait = body.add(bytes) ?? this.#wait
    })
  }

  /** Reads a piece; returns what came behind the end of the message. */
  push(piece: Buffer): Buffer {
    this.#wait = undefined
    const rest = this.#reader.push(piece)
    if (this.#reader.problem !== undefined) this.body.close()
    return rest
  }

  get ended(): boolean {
    return this.#reader.ended
  }

  get problem(): DataProblem | undefined {
    return this.#reader.problem
  }

  get sizeBytes(): number {
    return this.#reader.sizeBytes
  }

  get received(): number {
    return this.#reader.received
  }

  /** Settles when there is room for more; undefined when there is now. */
  get room(): Promise<void> | undefined {
    return this.#wait
  }

  /** Why the rest is not worth waiting for: after this answer the connection is closed. */
  get hopeless(): Reply | undefined {
    if (this.#reader.endInDoubt) return BARE
    if (this.#reader.readBytes > this.#sizeBytesMax + OVERRUN_BYTES_MAX) return TOO_LARGE
    return undefined
  }
}

const BARE = reply(550, '5.6.0', 'Lines must end with CRLF; a CR or LF stands alone')
const TOO_LARGE = reply(552, '5.3.4', 'The message is too large')

/** Why a message that came to its end is not taken. */
export function problemReply(problem: DataProblem): Reply {
  switch (problem) {
    case 'bare-line-end':
      return BARE
    case 'line-too-long':
      return reply(550, '5.6.0', 'A line is too long')
    case 'too-large':
      return TOO_LARGE
  }
}
