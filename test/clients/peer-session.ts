/** One side of a conversation with a peer of peer-mx.ts: what it answers, and what it keeps. */

import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type SecureContext, TLSSocket } from 'node:tls'
import { DataReader } from '#lib/smtp/data.ts'
import type { Behaviour, PeerMail, PeerOptions, Script, Stage } from './peer-mx.ts'

const EXTENSIONS = [
  'PIPELINING',
  'SIZE 104857600',
  '8BITMIME',
  'SMTPUTF8',
  'ENHANCEDSTATUSCODES',
  'DSN',
]
const USUAL: Readonly<Partial<Record<Stage, string>>> = {
  starttls: '220 2.0.0 Go ahead',
  auth: '235 2.7.0 Welcome',
  mail: '250 2.1.0 Ok',
  rcpt: '250 2.1.5 Ok',
  data: '354 Go ahead',
  dot: '250 2.0.0 Taken',
  rset: '250 2.0.0 Ok',
  quit: '221 2.0.0 Bye',
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What the connections of one peer share. */
export class PeerWorld {
  readonly options: PeerOptions
  readonly scripts = new Map<Stage, Script>()
  readonly used = new Map<Stage, number>()
  readonly mails: Writable<PeerMail>[] = []
  readonly commands: string[] = []
  readonly sockets = new Set<Socket>()
  readonly connections = { total: 0, open: 0, openMax: 0 }
  readonly waiting = new Set<() => void>()

  constructor(options: PeerOptions) {
    this.options = options
    for (const [stage, script] of Object.entries(options.on ?? {})) {
      this.scripts.set(stage as Stage, script)
    }
  }

  behaviour(stage: Stage, line: string, connection: number): Behaviour {
    const script = this.scripts.get(stage)
    if (script === undefined) return 'accept'
    if (typeof script === 'function') return script(line, { connection }) ?? 'accept'
    if (!Array.isArray(script)) return script as Behaviour
    const at = this.used.get(stage) ?? 0
    this.used.set(stage, at + 1)
    return (script as readonly Behaviour[])[at] ?? 'accept'
  }
}

/** The connection ended, or is to end. */
class Ended extends Error {}

/** One connection, from the greeting to its end. */
export class PeerSession {
  readonly #world: PeerWorld
  readonly #context: SecureContext | undefined
  readonly #number: number
  #socket: Socket
  #input: Input
  #kept: Buffer = Buffer.alloc(0)
  #helo = ''
  #mail: string | undefined
  #rcpt: string[] = []
  #last: Writable<PeerMail> | undefined

  constructor(world: PeerWorld, socket: Socket, context: SecureContext | undefined) {
    this.#world = world
    socket.setNoDelay(true)
    this.#socket = socket
    this.#input = new Input(socket)
    this.#context = context
    this.#number = world.connections.total
  }

  async run(): Promise<void> {
    const { hostname = 'mx.peer.test' } = this.#world.options
    await this.#answer('connect', '', '')
    await this.#answer('greeting', `220 ${hostname} ESMTP`, '')
    for (;;) {
      const line = await this.#line()
      if (this.#last) this.#last.followed = true
      this.#world.commands.push(`${this.#number} ${line}`)
      await this.#command(line, hostname)
    }
  }

  async #command(line: string, hostname: string): Promise<void> {
    const [, verb = '', rest = ''] = /^([A-Za-z0-9]+) ?(.*)$/s.exec(line) ?? []
    switch (verb.toUpperCase()) {
      case 'EHLO':
        this.#helo = rest
        await this.#answer('ehlo', this.#offers(hostname), line)
        return
      case 'HELO':
        this.#helo = rest
        await this.#answer('helo', `250 ${hostname}`, line)
        return
      case 'STARTTLS':
        return this.#startTls(line)
      case 'AUTH':
        return this.#authenticate(line)
      case 'MAIL':
        this.#rcpt = []
        if (await this.#answer('mail', USUAL.mail, line)) this.#mail = rest.replace(/^FROM:/i, '')
        return
      case 'RCPT':
        if (this.#mail === undefined) return this.#say('503 5.5.1 MAIL first')
        if (await this.#answer('rcpt', USUAL.rcpt, line)) {
          this.#rcpt.push(rest.replace(/^TO:/i, ''))
        }
        return
      case 'DATA':
        return this.#data(line)
      case 'RSET':
        this.#mail = undefined
        this.#rcpt = []
        await this.#answer('rset', USUAL.rset, line)
        return
      case 'QUIT':
        await this.#answer('quit', USUAL.quit, line)
        this.#socket.end()
        throw new Ended()
      default:
        return this.#say('500 5.5.2 What?')
    }
  }

  #offers(hostname: string): string {
    const { extensions = EXTENSIONS, tls = 'none' } = this.#world.options
    const encrypted = this.#socket instanceof TLSSocket
    const offers = tls === 'none' || encrypted ? extensions : [...extensions, 'STARTTLS']
    const lines = [hostname, ...offers]
    return lines.map((text, at) => `250${at === lines.length - 1 ? ' ' : '-'}${text}`).join('\r\n')
  }

  async #startTls(line: string): Promise<void> {
    if (!(await this.#answer('starttls', USUAL.starttls, line))) return
    if (this.#context === undefined) {
      await this.#more()
      this.#socket.write(Buffer.from('Not a handshake, whatever you may think of it.\r\n'))
      this.#socket.end()
      throw new Ended()
    }
    // Nothing may read from the plain socket any more: TLS does.
    const plain = this.#socket
    this.#input.stop()
    const secure = new TLSSocket(plain, { isServer: true, secureContext: this.#context })
    secure.on('error', () => secure.destroy())
    this.#socket = secure
    this.#input = new Input(secure)
    this.#kept = Buffer.alloc(0)
  }

  /** PLAIN with its initial response, or LOGIN; the script sees `AUTH` with the decoded words. */
  async #authenticate(line: string): Promise<void> {
    const [, mechanism = '', initial] = line.split(' ')
    const decode = (text: string) => Buffer.from(text, 'base64').toString().replaceAll('\0', ' ')
    let words = initial === undefined ? '' : decode(initial)
    if (mechanism.toUpperCase() === 'LOGIN') {
      await this.#say('334 VXNlcm5hbWU6')
      words = decode(await this.#line())
      await this.#say('334 UGFzc3dvcmQ6')
      words += ` ${decode(await this.#line())}`
    }
    await this.#answer('auth', USUAL.auth, `AUTH ${mechanism} ${words.trim()}`)
  }

  async #data(line: string): Promise<void> {
    const { wantsContentForNobody = false } = this.#world.options
    if (this.#rcpt.length === 0 && !wantsContentForNobody) return this.#say('503 5.5.1 RCPT first')
    if (!(await this.#answer('data', USUAL.data, line))) return
    const { keep = true } = this.#world.options
    const hash = createHash('sha256')
    const pieces: Buffer[] = []
    const limits = {
      sizeBytesMax: Number.POSITIVE_INFINITY,
      lineBytesMax: Number.POSITIVE_INFINITY,
    }
    const reader = new DataReader(limits, (bytes) => {
      hash.update(bytes)
      if (keep) pieces.push(Buffer.from(bytes))
    })
    const behaviour = this.#world.behaviour('content', '', this.#number)
    if (behaviour === 'drop') this.#drop()
    if (typeof behaviour === 'string' && /^[45]/.test(behaviour)) {
      await this.#say(behaviour)
      this.#socket.end()
      throw new Ended()
    }
    let piece = this.#kept
    for (;;) {
      this.#kept = reader.push(piece)
      if (reader.ended) break
      if (typeof behaviour === 'object' && 'dropAfterBytes' in behaviour) {
        if (reader.sizeBytes >= behaviour.dropAfterBytes) this.#drop()
      }
      if (behaviour === 'silent') await new Promise(() => {})
      piece = await this.#more()
    }
    const mail = {
      ...{ mail: this.#mail ?? '', rcpt: this.#rcpt, bytes: Buffer.concat(pieces) },
      ...{ sizeBytes: reader.sizeBytes, sha256: hash.digest('hex'), helo: this.#helo },
      ...{ tls: this.#socket instanceof TLSSocket, connection: this.#number },
      ...{ remote: this.#socket.remoteAddress ?? '', at: Date.now() },
      followed: false,
    }
    this.#mail = undefined
    this.#rcpt = []
    // Told before it is answered: whoever waits for the answer finds it here.
    const told = this.#world.behaviour('dot', '', this.#number)
    this.#last = { ...mail, accepted: isPositive(told) && reader.problem === undefined }
    this.#world.mails.push(this.#last)
    for (const check of this.#world.waiting) check()
    if (reader.problem !== undefined) return this.#say(`550 5.6.0 ${reader.problem}`)
    await this.#behave(told, USUAL.dot ?? '')
  }

  /** Whether it was accepted. */
  async #answer(stage: Stage, usual: string | undefined, line: string): Promise<boolean> {
    const behaviour = this.#world.behaviour(stage, line, this.#number)
    await this.#behave(behaviour, usual ?? '')
    return isPositive(behaviour)
  }

  async #behave(behaviour: Behaviour, usual: string): Promise<void> {
    if (behaviour === 'silent') for (;;) await this.#more()
    if (behaviour === 'drop') this.#drop()
    if (typeof behaviour === 'string') {
      return this.#say(behaviour === 'accept' ? usual : behaviour)
    }
    if ('dropAfterBytes' in behaviour) return
    if ('afterMs' in behaviour) {
      await wait(behaviour.afterMs)
      return this.#say(behaviour.reply ?? usual)
    }
    for (const byte of Buffer.from(`${behaviour.reply ?? usual}\r\n`, 'utf8')) {
      await wait(behaviour.dripMs)
      if (this.#socket.destroyed) throw new Ended()
      this.#socket.write(Buffer.of(byte))
    }
  }

  async #say(reply: string): Promise<void> {
    if (reply === '') return
    if (this.#socket.destroyed) throw new Ended()
    this.#socket.write(`${reply}\r\n`)
    // The last word before hanging up.
    if (reply.startsWith('421')) {
      this.#socket.end()
      throw new Ended()
    }
  }

  #drop(): never {
    this.#socket.destroy()
    throw new Ended()
  }

  async #line(): Promise<string> {
    for (;;) {
      const lf = this.#kept.indexOf('\n')
      if (lf >= 0) {
        const line = this.#kept.toString('utf8', 0, lf).replace(/\r$/, '')
        this.#kept = this.#kept.subarray(lf + 1)
        return line
      }
      this.#kept = Buffer.concat([this.#kept, await this.#more()])
    }
  }

  async #more(): Promise<Buffer> {
    return this.#input.next()
  }
}

/** What comes from a socket, piece by piece; no more is read than was asked for, but for one piece. */
class Input {
  readonly #socket: Socket
  readonly #pieces: Buffer[] = []
  #ended = false
  #wake = Promise.withResolvers<void>()

  constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', this.#take).on('end', this.#end).on('close', this.#end)
  }

  async next(): Promise<Buffer> {
    for (;;) {
      const piece = this.#pieces.shift()
      if (piece !== undefined) return piece
      if (this.#ended) throw new Ended()
      this.#wake = Promise.withResolvers()
      this.#socket.resume()
      await this.#wake.promise
    }
  }

  /** Leaves the socket to somebody else. */
  stop(): void {
    this.#socket.off('data', this.#take).off('end', this.#end).off('close', this.#end)
  }

  readonly #take = (bytes: Buffer): void => {
    this.#pieces.push(bytes)
    this.#socket.pause()
    this.#wake.resolve()
  }

  readonly #end = (): void => {
    this.#ended = true
    this.#wake.resolve()
  }
}

function isPositive(behaviour: Behaviour): boolean {
  const reply = typeof behaviour === 'object' && 'reply' in behaviour ? behaviour.reply : behaviour
  if (typeof reply !== 'string') return true
  return reply === 'accept' || /^[23]/.test(reply)
}
