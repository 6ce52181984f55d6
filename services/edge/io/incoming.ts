import { Body } from '#lib/node/incoming/body.ts'
import { type DataLimits, type DataProblem, DataReader } from '#lib/smtp/data.ts'
import { type Reply, reply } from '#lib/smtp/reply.ts'

/** How far beyond the limit a message is read, so that the client gets an answer instead of a reset. */
const OVERRUN_BYTES_MAX = 10 * 1024 * 1024

/** A message between DATA and its final dot. */
export class Incoming {
  readonly body: Body
  readonly #reader: DataReader
  readonly #sizeBytesMax: number
  #wait: Promise<void> | undefined

  constructor(limits: DataLimits, temporaryFolder: string | undefined) {
    this.#sizeBytesMax = limits.sizeBytesMax
    this.body = new Body(temporaryFolder)
    this.#reader = new DataReader(limits, (bytes) => {
      this.#wait = this.body.add(bytes) ?? this.#wait
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
    if (this.#reader.endInDoubt) {
      return reply(550, '5.6.0', 'Lines must end with CRLF; a CR or LF stands alone')
    }
    if (this.#reader.readBytes > this.#sizeBytesMax + OVERRUN_BYTES_MAX) {
      return reply(552, '5.3.4', 'The message is too large')
    }
    return undefined
  }
}
