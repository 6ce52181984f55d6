import type { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'
import { ByteQueue } from './byte-queue.ts'
import type { AppendHead, Command } from './command.ts'
import { type FindCharset, parseAppendHead, parseCommand } from './parse-command.ts'

/** What a client has said, in order. */
export type Item =
  | { readonly kind: 'command'; readonly tag: string; readonly command: Command }
  /** Not a command. `text` is what to answer after BAD or NO; the reader is past it, or skips it. */
  | { readonly kind: 'bad'; readonly tag: string; readonly text: string }
  /** The client waits for a `+` before it sends the literal that it announced. */
  | { readonly kind: 'continue' }
  /** A message is announced. Nothing more is read until `acceptMessage` or `refuseMessage`. */
  | MessageItem
  | { readonly kind: 'content'; readonly bytes: Buffer }
  /** The message is complete, and so is its command. */
  | { readonly kind: 'appended' }

export interface MessageItem {
  readonly kind: 'message'
  readonly tag: string
  readonly head: AppendHead
  readonly sizeBytes: number
  /** The client waits for a `+`. */
  readonly synchronizing: boolean
}

export interface ReaderOptions {
  /** What one command may have, literals included but for the message of an APPEND. */
  readonly commandBytesMax: number
  readonly findCharset: FindCharset
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar excludes them
const TAG = /^([^\x00-\x20\x7f-\xff(){%*"\\+]{1,100}) /
const LITERAL = /\{([0-9]{1,20})(\+?)\}\r?$/
/** As long as the longest literal header. */
const TAIL = 26
const CONTENT_BYTES_MAX = 65_536
const TOO_LARGE = '[TOOBIG] Command too large'

type State =
  | { readonly kind: 'command' }
  /** Passing over bytes, and then over the rest of the line. */
  | { readonly kind: 'skip'; bytes: number; tail: string }
  | { readonly kind: 'asked'; readonly message: MessageItem }
  | { readonly kind: 'content'; readonly tag: string; bytes: number }

const COMMAND: State = { kind: 'command' }

/**
 * Cuts a client's bytes into commands. Bytes are pushed as they come; `next` and `nextLine` take out what
 * is complete, one at a time, because what a byte means depends on the command before it.
 *
 * Holds no more than one command of the largest size and one pushed chunk.
 *
 * RFC 9051 §2.2.1, §4.3, RFC 7888 §4
 */
export class CommandReader {
  readonly #queue = new ByteQueue()
  readonly #findCharset: FindCharset
  #commandBytesMax: number
  #state: State = COMMAND
  /** Bytes of the current command that are known to be whole lines and literals. */
  #framed = 0
  /** No line end before this place. */
  #searched = 0

  constructor({ commandBytesMax, findCharset }: ReaderOptions) {
    this.#commandBytesMax = commandBytesMax
    this.#findCharset = findCharset
  }

  /** Bytes that were pushed and not understood yet. */
  get pendingBytes(): number {
    return this.#queue.length
  }

  set commandBytesMax(bytes: number) {
    this.#commandBytesMax = bytes
  }

  push(chunk: Uint8Array): void {
    this.#queue.push(chunk)
  }

  /** Forgets what was pushed: after STARTTLS nothing that came in clear text counts. RFC 9051 §6.2.1 */
  discard(): void {
    this.#queue.clear()
    this.#startOver()
  }

  /** What comes next, or undefined until more bytes are pushed. */
  next(): Item | undefined {
    for (;;) {
      switch (this.#state.kind) {
        case 'asked':
          return undefined
        case 'content':
          return this.#content(this.#state)
        case 'skip':
          if (!this.#skip(this.#state)) return undefined
          break
        case 'command': {
          const item = this.#line()
          if (item !== 'again') return item
        }
      }
    }
  }

  /**
   * One line that is not a command: the answer to a challenge, or DONE. Undefined until it is complete.
   *
   * @throws {Fault} too-large
   */
  nextLine(): string | undefined {
    const end = this.#queue.findLineEnd(0)
    if ((end < 0 ? this.#queue.length : end) > this.#commandBytesMax) {
      this.#state = { kind: 'skip', bytes: 0, tail: '' }
      throw new Fault('too-large', 'Line too long')
    }
    if (end < 0) return undefined
    const line = this.#queue.text(0, end)
    this.#queue.skip(end + 1)
    return line.endsWith('\r') ? line.slice(0, -1) : line
  }

  /** Lets the announced message come, as `content` items and `appended`. */
  acceptMessage(): void {
    if (this.#state.kind !== 'asked') throw new Error('No message is announced')
    const { tag, sizeBytes } = this.#state.message
    this.#state = { kind: 'content', tag, bytes: sizeBytes }
  }

  /** Passes over the message, where the client sends it without being asked. */
  refuseMessage(): void {
    if (this.#state.kind !== 'asked' && this.#state.kind !== 'content') return
    if (this.#state.kind === 'content') {
      this.#state = { kind: 'skip', bytes: this.#state.bytes, tail: '' }
      return
    }
    const { synchronizing, sizeBytes } = this.#state.message
    this.#state = synchronizing ? COMMAND : { kind: 'skip', bytes: sizeBytes, tail: '' }
  }

  #content(state: State & { kind: 'content' }): Item | undefined {
    if (state.bytes > 0) {
      if (this.#queue.length === 0) return undefined
      const length = Math.min(state.bytes, this.#queue.length, CONTENT_BYTES_MAX)
      state.bytes -= length
      return { kind: 'content', bytes: this.#queue.take(length) }
    }
    const end = this.#queue.findLineEnd(0)
    if (end < 0 && this.#queue.length < 2) return undefined
    if (end >= 0 && /^\r?$/.test(this.#queue.text(0, Math.min(end, 2)))) {
      this.#queue.skip(end + 1)
      this.#startOver()
      return { kind: 'appended' }
    }
    // A message is committed only once its command is known to be whole.
    this.#state = { kind: 'skip', bytes: 0, tail: '' }
    return { kind: 'bad', tag: state.tag, text: 'BAD Unexpected text after the message' }
  }

  /** Whether it is done with skipping. */
  #skip(state: State & { kind: 'skip' }): boolean {
    for (;;) {
      const length = Math.min(state.bytes, this.#queue.length)
      this.#queue.skip(length)
      state.bytes -= length
      if (this.#queue.length === 0) return false
      const end = this.#queue.findLineEnd(0)
      const passed = end < 0 ? this.#queue.length : end
      const tail = state.tail + this.#queue.text(Math.max(0, passed - TAIL), passed)
      state.tail = tail.slice(-TAIL)
      this.#queue.skip(end < 0 ? passed : end + 1)
      if (end < 0) return false
      // What follows without being asked for is still part of what is skipped.
      const [, bytes = '', plus] = LITERAL.exec(state.tail) ?? []
      state.tail = ''
      if (plus !== '+') break
      state.bytes = Number(bytes)
    }
    this.#startOver()
    return true
  }

  #line(): Item | undefined | 'again' {
    if (this.#queue.length < this.#framed) return undefined
    const end = this.#queue.findLineEnd(Math.max(this.#framed, this.#searched))
    this.#searched = end < 0 ? this.#queue.length : this.#searched
    if ((end < 0 ? this.#queue.length : end) > this.#commandBytesMax) {
      return this.#refuse(TOO_LARGE, 'line')
    }
    if (end < 0) return undefined

    const literal = LITERAL.exec(this.#queue.text(Math.max(this.#framed, end - TAIL), end))
    if (literal !== null) return this.#literal(literal, end)

    const line = this.#queue.text(0, end).replace(/\r$/, '')
    this.#queue.skip(end + 1)
    this.#startOver()
    return line === '' ? 'again' : this.#parse(line)
  }

  #parse(line: string): Item {
    const tag = TAG.exec(line)?.[1]
    if (tag === undefined) return { kind: 'bad', tag: '*', text: 'BAD Missing tag or command' }
    try {
      const command = parseCommand(line.slice(tag.length + 1), this.#findCharset)
      return { kind: 'command', tag, command }
    } catch (error) {
      return { kind: 'bad', tag, text: badText(error) }
    }
  }

  #literal(literal: RegExpExecArray, end: number): Item | undefined | 'again' {
    const sizeBytes = Number(literal[1])
    const synchronizing = literal[2] === ''
    const after = { end, sizeBytes, synchronizing }
    const message = this.#message(literal[0].length, after)
    if (message?.kind === 'bad') return this.#refuse(message.text, after)
    if (message !== undefined) {
      this.#queue.skip(end + 1)
      this.#startOver()
      this.#state = { kind: 'asked', message }
      return message
    }
    if (end + sizeBytes > this.#commandBytesMax) return this.#refuse(TOO_LARGE, after)
    this.#framed = end + 1 + sizeBytes
    this.#searched = this.#framed
    return synchronizing ? { kind: 'continue' } : 'again'
  }

  /** The announced literal as the message of an APPEND, if it is one. */
  #message(
    headerLength: number,
    { end, sizeBytes, synchronizing }: { end: number; sizeBytes: number; synchronizing: boolean },
  ): MessageItem | { kind: 'bad'; text: string } | undefined {
    const [start = '', tag = ''] = /^(\S{1,100}) APPEND /i.exec(this.#queue.text(0, end)) ?? []
    if (start === '') return undefined
    try {
      const head = parseAppendHead(this.#queue.text(tag.length + 1, end - headerLength))
      return head && { kind: 'message', tag, head, sizeBytes, synchronizing }
    } catch (error) {
      return { kind: 'bad', text: badText(error) }
    }
  }

  /** Gives up on the current command and arranges for the rest of it to be passed over. */
  #refuse(
    text: string,
    after: 'line' | { end: number; sizeBytes: number; synchronizing: boolean },
  ): Item {
    const tag = TAG.exec(this.#queue.text(0, 101))?.[1] ?? '*'
    if (after === 'line') {
      this.#queue.skip(this.#framed)
      this.#startOver()
      this.#state = { kind: 'skip', bytes: 0, tail: '' }
    } else {
      this.#queue.skip(after.end + 1)
      this.#startOver()
      // The client that waits for a `+` takes the tagged answer instead, and sends nothing.
      if (!after.synchronizing) this.#state = { kind: 'skip', bytes: after.sizeBytes, tail: '' }
    }
    return { kind: 'bad', tag, text: text === TOO_LARGE ? `NO ${text}` : text }
  }

  #startOver(): void {
    this.#state = COMMAND
    this.#framed = 0
    this.#searched = 0
  }
}

/** What to answer to a command that breaks the grammar; a bug of ours is thrown on. */
function badText(error: unknown): string {
  if (error instanceof Fault) return `BAD ${error.message}`
  throw error
}
