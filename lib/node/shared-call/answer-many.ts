/** Many requests over one call: each is done by itself, and what is done in one turn of the event loop is told in one message. */

import { Fault } from '#lib/base/fault.ts'
import type { CallContext } from '../contracts.ts'
import type { ToldFault } from '../fault-status.ts'

/** Of one call: beyond it nothing more is read from it, until some are done. */
const UNDER_WAY_MAX = 256

interface Asked<Request> {
  readonly items: readonly { readonly id: number; readonly request: Request | null }[]
}
type Requests<Request> = AsyncIterable<Asked<Request>>
type Answer<Response> = { readonly id: number } & (ToldFault | { readonly response: Response })
type AnswerOne<Request, Response> = (request: Request) => Promise<Response>
type Call = Pick<CallContext, 'closing' | 'refuse'>

/**
 * Answers each request when it is done. Ends when the requests do, or when the server begins to stop, and in either case
 * only once what was begun is answered: what is told nothing was not begun.
 */
export async function* answerMany<Request, Response>(
  requests: Requests<Request>,
  call: Call,
  answerOne: AnswerOne<Request, Response>,
): AsyncGenerator<{ readonly items: Answer<Response>[] }> {
  const work = new Work(call, answerOne)
  const reading = work.read(requests)
  while (await work.something()) yield { items: work.takeAnswers() }
  if (!call.closing.aborted) await reading
}

class Work<Request, Response> {
  readonly #call: Call
  readonly #answerOne: AnswerOne<Request, Response>
  #underWay = 0
  #read = false
  #answers: Answer<Response>[] = []
  #news = Promise.withResolvers<void>()
  #room: (() => void) | undefined

  constructor(call: Call, answerOne: AnswerOne<Request, Response>) {
    this.#call = call
    this.#answerOne = answerOne
  }

  async read(requests: Requests<Request>): Promise<void> {
    const stop = () => this.#end()
    this.#call.closing.addEventListener('abort', stop, { once: true })
    try {
      for await (const { items } of requests) {
        for (const { id, request } of items) {
          if (this.#underWay >= UNDER_WAY_MAX) await this.#untilRoom()
          if (this.#call.closing.aborted) return
          this.#begin(id, request)
        }
      }
    } catch {
      // The caller has gone, or its connection: nobody would read an answer, and what was begun is done all the same.
    } finally {
      this.#call.closing.removeEventListener('abort', stop)
      this.#end()
    }
  }

  /** Whether there are answers, as soon as there are, or there will never be more. */
  async something(): Promise<boolean> {
    if (this.#call.closing.aborted) this.#read = true
    while (this.#answers.length === 0) {
      if (this.#read && this.#underWay === 0) return false
      this.#news = Promise.withResolvers()
      await this.#news.promise
    }
    // What one commit did is told by one message.
    await new Promise((resolve) => setImmediate(resolve))
    return true
  }

  takeAnswers(): Answer<Response>[] {
    const answers = this.#answers
    this.#answers = []
    return answers
  }

  #begin(id: number, request: Request | null): void {
    this.#underWay++
    void this.#answer(id, request).then((answer) => {
      this.#underWay--
      this.#answers.push(answer)
      this.#news.resolve()
      this.#room?.()
    })
  }

  async #answer(id: number, request: Request | null): Promise<Answer<Response>> {
    try {
      if (request === null) throw new Fault('invalid', 'No request')
      return { id, response: await this.#answerOne(request) }
    } catch (error) {
      return { id, ...this.#call.refuse(error) }
    }
  }

  #untilRoom(): Promise<void> {
    return new Promise((resolve) => {
      this.#room = () => {
        this.#room = undefined
        resolve()
      }
    })
  }

  #end(): void {
    this.#read = true
    this.#news.resolve()
  }
}
