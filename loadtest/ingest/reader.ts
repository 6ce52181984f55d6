/**
 * Counts what is readable: one IMAP connection per mailbox that asks NOOP and notes when how many messages are there.
 * All mailboxes together are asked at most 100 times a second, whatever the target.
 */

import { connect } from 'node:net'
import type { Target } from './target.ts'

const ASKS_PER_SECOND = 100
const ASK_EVERY_MS_MIN = 50

export class Reader implements Disposable {
  /** Milliseconds since 1970 at which each further message was first seen. */
  readonly seenAt: number[] = []
  readonly #closers: (() => void)[] = []
  #counted = 0
  #wanted = Number.POSITIVE_INFINITY
  #done = Promise.withResolvers<void>()

  /** Resolves when every mailbox is selected. */
  async open(target: Target): Promise<void> {
    const everyMs = Math.max(ASK_EVERY_MS_MIN, (1000 * target.logins.length) / ASKS_PER_SECOND)
    await Promise.all(target.logins.map((login) => this.#watch(target, login, everyMs)))
    this.#counted = 0
    this.seenAt.length = 0
  }

  /** Resolves when so many messages have been seen since `open`. */
  async untilSeen(count: number): Promise<void> {
    this.#wanted = count
    if (this.#counted >= count) return
    await this.#done.promise
  }

  [Symbol.dispose](): void {
    for (const close of this.#closers) close()
  }

  #watch(target: Target, login: string, everyMs: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const socket = connect(target.imap)
    socket.setEncoding('latin1')
    let exists = 0
    let text = ''
    let timer: NodeJS.Timeout | undefined
    const answer = (line: string) => {
      const count = /^\* (\d+) EXISTS/.exec(line)?.[1]
      if (count !== undefined) {
        this.#add(Number(count) - exists)
        exists = Number(count)
      }
      if (/^\* OK|^\* PREAUTH/.test(line) && timer === undefined && !greeted) {
        greeted = true
        socket.write(`a LOGIN ${login} "${target.password}"\r\n`)
      }
      if (/^a (NO|BAD)|^b (NO|BAD)/.test(line)) reject(new Error(`${login}: ${line}`))
      if (line.startsWith('a OK')) socket.write('b SELECT INBOX\r\n')
      if (line.startsWith('b OK')) {
        resolve()
        timer = setInterval(() => socket.write('c NOOP\r\n'), everyMs)
      }
    }
    let greeted = false
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\r\n')
      text = lines.pop() ?? ''
      for (const line of lines) answer(line)
    })
    socket.once('error', reject)
    this.#closers.push(() => {
      clearInterval(timer)
      socket.destroy()
    })
    return promise
  }

  #add(messages: number): void {
    const at = performance.timeOrigin + performance.now()
    for (let n = 0; n < messages; n++) this.seenAt.push(at)
    this.#counted += messages
    if (this.#counted >= this.#wanted) this.#done.resolve()
  }
}
