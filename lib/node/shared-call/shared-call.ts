/** One call that stays open, and the requests that wait for their answers on it. */

import { type ClientDuplexStream, type ServiceError, status } from '@grpc/grpc-js'
import type { Clock } from '#lib/base/clock.ts'
import { fromTold } from '../fault-status.ts'
import type { Line } from '../grpc-client.ts'

/** Of one message on the call, which holds one request at least. */
const WRITE_BYTES_MAX = 256 * 1024
const WRITE_ITEMS_MAX = 128
/** The id is a uint32, and of those without an answer each has another. */
const ID_MAX = 0xffff_ffff

/** A method whose requests can share a call, which has the shape of `AppendMany` in proto/mailbox-store.proto. */
export interface SharedMethod<Request> {
  /** What errors call it. */
  readonly name: string
  /** Its bytes on the wire, roughly. */
  sizeOf(request: Request): number
}

interface Settings<Request> {
  readonly method: SharedMethod<Request>
  readonly idleMs: number
  readonly clock: Clock
}

interface Item<Request, Response> {
  readonly id: number
  readonly request: Request
  readonly until: number
  /** Undefined: it has no answer, and is to be asked in another way. */
  readonly resolve: (response: Response | undefined) => void
  readonly reject: (error: Error) => void
}

interface Answers<Response> {
  readonly items: readonly {
    readonly id: number
    readonly response: Response | null
    readonly faultCode: string
    readonly text: string
  }[]
}

export class SharedCall<Request, Response> {
  readonly #call: ClientDuplexStream<unknown, unknown>
  readonly #settings: Settings<Request>
  readonly #line: Line
  readonly #gone: (code: status | 'ended') => void
  /** Without an answer so far, written or not. */
  readonly #waiting = new Map<number, Item<Request, Response>>()
  #unwritten: Item<Request, Response>[] = []
  #flushing = false
  #full = false
  #ending = false
  #over = false
  #lastId = 0
  #code: status | undefined
  #usedAt: number
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0

  constructor(line: Line, settings: Settings<Request>, gone: (code: status | 'ended') => void) {
    this.#settings = settings
    this.#gone = gone
    this.#line = line
    this.#usedAt = settings.clock.monotonic()
    this.#call = line.open()
    this.#call.on('data', (response) => this.#take(response as Answers<Response>))
    this.#call.on('drain', () => {
      this.#full = false
      this.#flushSoon()
    })
    this.#call.on('error', (error: ServiceError) => line.failed(error))
    this.#call.on('status', ({ code }) => {
      this.#code = code
    })
    // Comes when what was answered before the end has been read.
    this.#call.on('end', () => this.#close())
    this.#call.on('close', () => this.#close())
  }

  /** Resolves to undefined when it is to be asked in another way: it may be done or not. */
  ask(request: Request, until: number): Promise<Response | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<Response | undefined>()
    const item = { id: this.#nextId(), request, until, resolve, reject }
    this.#waiting.set(item.id, item)
    this.#unwritten.push(item)
    this.#usedAt = this.#settings.clock.monotonic()
    this.#flushSoon()
    this.#wakeAt(Math.min(until, this.#usedAt + this.#settings.idleMs))
    return promise
  }

  /** Takes no more. The call ends once what waits is written, and answered by the server. */
  end(): void {
    this.#ending = true
    this.#flush()
  }

  #nextId(): number {
    do this.#lastId = this.#lastId === ID_MAX ? 1 : this.#lastId + 1
    while (this.#waiting.has(this.#lastId))
    return this.#lastId
  }

  #flushSoon(): void {
    if (this.#flushing || this.#full || this.#over || this.#unwritten.length === 0) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      this.#flush()
    })
  }

  #flush(): void {
    while (this.#unwritten.length > 0 && !this.#full && !this.#over) {
      this.#full = !this.#call.write({ items: this.#nextItems() })
    }
    if (this.#ending && this.#unwritten.length === 0 && !this.#over) this.#call.end()
  }

  #nextItems(): { id: number; request: Request }[] {
    const items: { id: number; request: Request }[] = []
    let bytes = 0
    let taken = 0
    for (const { id, request } of this.#unwritten) {
      const length = this.#settings.method.sizeOf(request)
      if (items.length > 0 && bytes + length > WRITE_BYTES_MAX) break
      if (items.length === WRITE_ITEMS_MAX) break
      taken++
      bytes += length
      // What nobody waits for any more is not written.
      if (this.#waiting.has(id)) items.push({ id, request })
    }
    this.#unwritten = this.#unwritten.slice(taken)
    return items
  }

  #take({ items }: Answers<Response>): void {
    if (items.some(({ response }) => response !== null)) this.#line.answered()
    for (const { id, response, faultCode, text } of items) {
      const item = this.#waiting.get(id)
      if (item === undefined) continue
      this.#waiting.delete(id)
      if (response !== null) item.resolve(response)
      else if (faultCode === 'unavailable' && this.#line.complained()) item.resolve(undefined)
      else item.reject(fromTold({ faultCode, text }, this.#settings.method.name))
    }
  }

  #close(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    this.#gone(this.#ending ? 'ended' : (this.#code ?? status.UNKNOWN))
    for (const { resolve } of this.#waiting.values()) resolve(undefined)
    this.#waiting.clear()
    this.#unwritten = []
  }

  /** One timer: for the first request that nobody would wait for any longer, or the end of idleness. */
  #wakeAt(time: number): void {
    if (this.#over || (this.#timer !== undefined && this.#timerAt <= time)) return
    clearTimeout(this.#timer)
    this.#timerAt = time
    const ms = Math.max(time - this.#settings.clock.monotonic(), 0)
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#look()
    }, ms)
    this.#timer.unref()
  }

  #look(): void {
    const now = this.#settings.clock.monotonic()
    const idleAt = this.#usedAt + this.#settings.idleMs
    let next = Number.POSITIVE_INFINITY
    let late = false
    for (const item of this.#waiting.values()) {
      if (item.until > now) {
        next = Math.min(next, item.until)
        continue
      }
      this.#waiting.delete(item.id)
      item.resolve(undefined)
      late = true
    }
    if (late) this.#line.late()
    if (this.#waiting.size > 0) this.#wakeAt(next)
    else if (idleAt > now) this.#wakeAt(idleAt)
    else {
      this.#gone('ended')
      this.end()
    }
  }
}
