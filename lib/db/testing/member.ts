/** One address of the proxy: each connection to it has one of its own to the server. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Document } from 'bson'
import type { Command, Fate, ServerError } from './mongo-proxy.ts'
import type { ReplicaSet } from './replica-set.ts'
import { type Frame, FrameReader, replyTo } from './wire.ts'

export interface Members {
  readonly fate: (command: Command) => Fate | undefined
  readonly set: ReplicaSet | undefined
}

interface Target {
  readonly host: string
  readonly port: number
}

const GREETINGS: ReadonlySet<string> = new Set(['hello', 'ismaster', 'isMaster'])
const NOT_PRIMARY: ServerError = { code: 10107, codeName: 'NotWritablePrimary' }
const WRITES: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify'])
const REPEATABLE = 'RetryableWriteError'
/** Errors that MongoDB marks so when the write that they answer has a number. */
const REPEATABLE_CODES: ReadonlySet<number> = new Set([
  6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436,
])

export class Member {
  readonly #place: number
  readonly #target: Target
  readonly #links: Members
  readonly #pairs = new Set<Pair>()
  #server: Server | undefined
  #port = 0
  #frozen = false

  private constructor(place: number, target: Target, links: Members) {
    this.#place = place
    this.#target = target
    this.#links = links
  }

  static async open(place: number, target: Target, links: Members): Promise<Member> {
    const member = new Member(place, target, links)
    await member.back()
    return member
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  cut(): void {
    for (const pair of this.#pairs) pair.break()
  }

  async away(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    const closed = once(server, 'close')
    server.close()
    this.cut()
    await closed
  }

  async back(): Promise<void> {
    if (this.#server !== undefined) return
    this.#frozen = false
    this.#server = createServer((client) => this.#accept(client))
    await once(this.#server.listen(this.#port, '127.0.0.1'), 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  freeze(): void {
    this.#frozen = true
    for (const pair of this.#pairs) pair.pause()
  }

  thaw(): void {
    this.#frozen = false
    for (const pair of this.#pairs) pair.resume()
  }

  #accept(client: Socket): void {
    const pair = new Pair(client, connect(this.#target), { ...this.#links, place: this.#place })
    this.#pairs.add(pair)
    client.on('close', () => this.#pairs.delete(pair))
    if (this.#frozen) pair.pause()
  }
}

type Place = Members & { readonly place: number }

class Pair {
  readonly #client: Socket
  readonly #server: Socket
  readonly #links: Place
  /** What to do with the answer to a request. */
  readonly #awaited = new Map<number, (answer: Frame | undefined) => void>()

  constructor(client: Socket, server: Socket, links: Place) {
    this.#client = client
    this.#server = server
    this.#links = links
    const requests = new FrameReader()
    client.on('data', (chunk: Buffer) => {
      for (const frame of requests.push(chunk)) void this.#ask(frame)
    })
    const answers = new FrameReader()
    server.on('data', (chunk: Buffer) => {
      for (const frame of answers.push(chunk)) this.#answered(frame)
    })
    client.on('error', () => undefined)
    server.on('error', () => undefined)
    // What was sent is done by the server all the same: its answer is waited for.
    client.on('close', () => server.end())
    server.on('close', () => {
      client.destroy()
      for (const settle of this.#awaited.values()) settle(undefined)
    })
  }

  break(): void {
    this.#client.destroy()
  }

  pause(): void {
    this.#client.pause()
    this.#server.pause()
  }

  resume(): void {
    this.#client.resume()
    this.#server.resume()
  }

  async #ask(frame: Frame): Promise<void> {
    const { set, place } = this.#links
    const command = commandOf(frame, place)
    if (command === undefined) return void this.#server.write(frame.bytes)
    if (GREETINGS.has(command.name)) return this.#greet(frame)
    if (set !== undefined && !set.isPrimary(place) && command.name !== 'endSessions') {
      return this.#tell(frame, toError(NOT_PRIMARY, command))
    }
    const fate = this.#links.fate(command)
    if (fate?.kind === 'held') await fate.until
    if (fate?.kind === 'refused') return this.#tell(frame, toError(fate.error, command))
    if (fate?.kind === 'cut' && fate.when === 'before') return this.break()
    const answer = await this.#do(frame, command)
    if (answer === undefined || (fate?.kind === 'cut' && fate.when === 'after')) return this.break()
    if (fate?.kind === 'denied') return this.#tell(frame, toError(fate.error, command))
    if (fate?.kind === 'not-majority' && WRITES.has(command.name)) {
      const { errorLabels, ...writeConcernError } = toError(fate.error, command)
      return this.#tell(frame, { ...answer.body, writeConcernError, errorLabels })
    }
    if (answer.responseTo === frame.requestId) this.#client.write(answer.bytes)
    else this.#tell(frame, answer.body ?? {})
  }

  async #greet(frame: Frame): Promise<void> {
    const { set, place } = this.#links
    const answer = await this.#forward(frame)
    if (answer === undefined) return this.break()
    if (set === undefined) this.#client.write(answer.bytes)
    else this.#tell(frame, set.greeting(answer.body ?? {}, place))
  }

  /** Has the server do it, unless it is a repetition of what was done. */
  async #do(frame: Frame, { body }: Command): Promise<Frame | undefined> {
    const { set } = this.#links
    const before = await set?.answered(body)
    if (before !== undefined) return before
    const settle = set?.begin(body)
    const answer = await this.#forward(frame)
    settle?.(answer)
    return answer
  }

  #forward(frame: Frame): Promise<Frame | undefined> {
    return new Promise((resolve) => {
      if (this.#server.destroyed || this.#server.writableEnded) return resolve(undefined)
      this.#awaited.set(frame.requestId, (answer) => {
        this.#awaited.delete(frame.requestId)
        resolve(answer)
      })
      this.#server.write(frame.bytes)
    })
  }

  #answered(frame: Frame): void {
    const settle = this.#awaited.get(frame.responseTo)
    if (settle !== undefined) settle(frame)
    else this.#client.write(frame.bytes)
  }

  #tell(frame: Frame, answer: Document): void {
    if (!this.#client.destroyed) this.#client.write(replyTo(frame, answer))
  }
}

function commandOf(frame: Frame, member: number): Command | undefined {
  const body = frame.body
  if (body === undefined) return undefined
  const [name = ''] = Object.keys(body)
  const collection = typeof body[name] === 'string' ? body[name] : ''
  return { name, database: String(body.$db ?? ''), collection, body, member }
}

function toError({ code, codeName, errmsg, errorLabels = [] }: ServerError, { body }: Command) {
  const repeatable = body.txnNumber !== undefined && REPEATABLE_CODES.has(code)
  return {
    ok: 0,
    code,
    codeName: codeName ?? `Code${code}`,
    errmsg: errmsg ?? codeName ?? `code ${code}`,
    errorLabels: repeatable ? [...errorLabels, REPEATABLE] : [...errorLabels],
  }
}
