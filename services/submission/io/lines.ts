import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { LineReader } from '#lib/smtp/line.ts'
import type { Reply } from '#lib/smtp/reply.ts'

/** So many commands of one client run before others have their turn. */
const COMMANDS_PER_TURN = 100

/** What comes between DATA and the answer to the message. */
export interface DataTaker {
  /** Takes a piece; returns what does not belong to the message any more. */
  push(piece: Buffer): Buffer
  /** Settles when there is room for more; undefined when there is now. */
  room(): Promise<void> | undefined
  over(): boolean
  /** Called once when it is over; the next command is read when it is done. */
  finish(): Promise<void>
}

export interface LineOwner {
  /** Nothing is read before. */
  readonly ready: Promise<void>
  /** The next line is read when `done` is called. */
  command(line: Buffer, done: () => void): void
  /** A line that is none; the next is read when `done` is called. */
  problem(reply: Reply, done: () => void): void
  broken(error: unknown): void
}

/**
 * Cuts what a client sends into commands and messages, in the place of smtp-server's own parser: that takes a bare LF for
 * the end of a line and lets CRs and LFs through that stand alone. What the client sends ahead stays in its socket.
 *
 * RFC 5321 §2.3.8, RFC 2920 §3.2
 */
export class Lines extends Writable {
  /** Set by smtp-server, when what has come must not run any more. */
  isClosed = false
  readonly #owner: () => LineOwner
  readonly #lines: LineReader
  #left: Buffer | null = null
  #data: DataTaker | undefined

  /** `owner` is asked for late: it makes us before it is complete itself. */
  constructor(owner: () => LineOwner, lineBytesMax: number) {
    super()
    this.#owner = owner
    this.#lines = new LineReader(lineBytesMax)
  }

  /** What comes from now on belongs to a message. */
  startData(data: DataTaker): void {
    this.#data = data
  }

  override _write(chunk: Buffer, _encoding: string, next: () => void): void {
    this.#left = this.#left === null ? chunk : Buffer.concat([this.#left, chunk])
    this.#run().then(next, (error: unknown) => {
      this.isClosed = true
      this.#owner().broken(error)
      next()
    })
  }

  async #run(): Promise<void> {
    await this.#owner().ready
    for (let taken = 1; this.#left !== null; taken++) {
      if (taken % COMMANDS_PER_TURN === 0) await turn()
      if (this.isClosed) return
      if (this.#data !== undefined) await this.#takeData(this.#data, this.#left)
      else if (!(await this.#takeLine(this.#left))) return
    }
  }

  async #takeData(data: DataTaker, piece: Buffer): Promise<void> {
    const rest = data.push(piece)
    this.#left = rest.length > 0 ? rest : null
    if (data.over()) {
      this.#data = undefined
      await data.finish()
    } else {
      await data.room()
    }
  }

  /** False when the line is not there yet. */
  async #takeLine(bytes: Buffer): Promise<boolean> {
    const { line, problem, rest } = this.#lines.take(bytes)
    this.#left = rest
    const { promise, resolve } = Promise.withResolvers<void>()
    if (problem !== undefined) this.#owner().problem(problem, resolve)
    else if (line !== undefined) this.#owner().command(line.subarray(0, -2), resolve)
    else return false
    await promise
    return true
  }
}
