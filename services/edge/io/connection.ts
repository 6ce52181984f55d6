import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { Fault } from '#lib/base/fault.ts'
import type { EnvelopeRecipient } from '#lib/mail/envelope.ts'
import type { Guest } from '#lib/node/drain/guests.ts'
import { Body } from '#lib/node/incoming/body.ts'
import { parseMailCommand, parseRcptCommand } from '#lib/smtp/command.ts'
import { badSequence, faultReply } from '#lib/smtp/fault.ts'
import { Incoming } from '#lib/smtp/incoming.ts'
import { LineReader } from '#lib/smtp/line.ts'
import { type Reply, replyText, withStatus } from '#lib/smtp/reply.ts'
import type { Client } from '../message.ts'
import { type DSN, runHooks, Session, STATE } from './haraka.ts'
import { type SessionServer, STOPPING } from './server.ts'
import { openTransaction, type Transaction, toHarakaAddress, toText } from './transaction.ts'

/** What a client may send ahead while a command runs. */
const AHEAD_BYTES_MAX = 64 * 1024
/** How long a client that was told to go may take. */
const LINGER_MS = 2000
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * One SMTP session: Haraka's, with our own reading of what comes in. Haraka takes a bare LF for the end of a
 * line, parses addresses more strictly than they are written, and rewrites headers; this does not.
 *
 * The class has this name because Haraka knows its sessions by it.
 */
export class Connection extends Session<Transaction> implements Guest {
  declare readonly server: SessionServer
  /** The recipient that the RCPT hook is asked about. */
  asked: EnvelopeRecipient | undefined
  incoming: Incoming<Body> | undefined
  /** What the DNS calls the client, as soon as it is known. */
  name: string | undefined
  #refused = 0
  /** The service stops: no more mails begin. */
  leaving = false
  /** The message is complete and has no answer yet. */
  #settling = false
  #held = false
  readonly #lines: LineReader

  constructor(client: Socket, server: SessionServer, remoteAddress: string) {
    super(client, server)
    this.#lines = new LineReader(server.limits.commandBytesMax)
    // Behind a proxy the socket knows only the proxy. Haraka's first hook has not run yet.
    this.set('remote', 'ip', remoteAddress)
    this.set('local', 'host', server.hostname)
    this.#wait(server.limits.commandTimeoutMs)
    // Who looked for a PROXY header before us has left the socket standing still.
    client.resume()
  }

  get peer(): Client {
    const { esmtp, name } = this
    const tls = this.tls.enabled
    return { address: this.remote.ip, name, helo: this.hello.host ?? '', esmtp, tls }
  }

  override process_data(piece: Buffer): void {
    if (this.state >= STATE.DISCONNECTING) return
    const ahead = this.current_data
    this.current_data = ahead?.length ? Buffer.concat([ahead, piece]) : piece
    this._process_data()
  }

  override _process_data(): void {
    const { client } = this
    client.cork()
    try {
      while (this.state < STATE.DISCONNECTING && this.current_data?.length) {
        if (this.state === STATE.DATA) this.#takeData(this.current_data)
        else if (this.state !== STATE.CMD || !this.#takeLine(this.current_data)) break
      }
    } catch (error) {
      this.server.broken(this, error)
      this.#hangUp('4.3.0 Internal error, come again')
    }
    client.uncork()
    // An unfinished line needs more; what is behind a command that runs can wait.
    const ahead = this.state === STATE.CMD ? 0 : (this.current_data?.length ?? 0)
    if (this.#held === ahead > AHEAD_BYTES_MAX) return
    this.#held = !this.#held
    if (this.#held) client.pause()
    else client.resume()
  }

  /** Hands a line on; false when it is not there yet. */
  #takeLine(bytes: Buffer): boolean {
    const { line, problem, rest } = this.#lines.take(bytes)
    this.current_data = rest
    if (line !== undefined) this.process_line(line)
    else if (problem !== undefined) this.respond(problem.code, replyText(problem))
    return line !== undefined || problem !== undefined
  }

  #takeData(piece: Buffer): void {
    const incoming = this.incoming as Incoming<Body>
    const rest = incoming.push(piece)
    this.current_data = rest.length > 0 ? rest : null
    const { hopeless, room } = incoming
    if (incoming.ended) {
      // Nothing is read until the answer is out, which comes in its own time.
      this.state = STATE.PAUSE_DATA
      this.client.setTimeout(0)
      this.#settling = true
      runHooks('queue', this)
    } else if (hopeless !== undefined) {
      this.respond(hopeless.code, replyText(hopeless), () => this.disconnect())
    } else if (room !== undefined) {
      void this.#holdUntil(room)
    }
  }

  async #holdUntil(room: Promise<void>): Promise<void> {
    this.state = STATE.PAUSE_DATA
    this.client.pause()
    await room
    if (this.state !== STATE.PAUSE_DATA) return
    this.state = STATE.DATA
    this.client.resume()
    this._process_data()
  }

  data_respond(): void {
    const { limits } = this.server
    this.incoming = new Incoming(limits, new Body(limits.temporaryFolder))
    this.respond(354, 'End data with <CR><LF>.<CR><LF>', () => {
      this.state = STATE.DATA
      this.#wait(limits.dataTimeoutMs)
    })
  }

  queue_respond(_result: number, told?: string | DSN): void {
    this.#settling = false
    if (this.state >= STATE.DISCONNECTING || told === undefined) return
    if (typeof told === 'string') this.#refused = 0
    this.respond(typeof told === 'string' ? 250 : told.code, told, () => this.reset_transaction())
  }

  override respond(code: number, told: string | readonly string[] | DSN, then?: () => void): void {
    const silent = code === 421 && told === 'timeout'
    const text = silent ? '4.4.2 You were silent for too long' : told
    super.respond(code, typeof text === 'string' ? withStatus(code, text) : text, () => {
      this.#wait(this.server.limits.commandTimeoutMs)
      then?.()
      this.#leaveIfDue(typeof text === 'object' && 'code' in text ? text.code : code)
    })
  }

  #leaveIfDue(code: number): void {
    if (this.state >= STATE.DISCONNECTING || code === 421 || code === 354) return
    if (code >= 500) this.#refused += 1
    if (this.#refused >= this.server.limits.errorsMax) this.#hangUp('4.7.0 Too many errors')
    else if (this.leaving && this.transaction === null) this.#hangUp(STOPPING)
  }

  #hangUp(text: string): void {
    this.respond(421, text, () => this.disconnect())
  }

  get idle(): boolean {
    return this.state === STATE.CMD && this.transaction === null
  }

  /** Ends the session: at once, or with the answer to what is under way; a mail that has begun may come to its end. RFC 5321 §3.8 */
  leave(): void {
    this.leaving = true
    if (this.state === STATE.CMD) this.#leaveIfDue(0)
  }

  /** A message that has no answer yet may have been accepted: to say anything else would have it sent again. */
  cut(): void {
    if (this.#settling || this.state >= STATE.DISCONNECTING) return
    if (this.state === STATE.PAUSE) this.fail()
    else this.#hangUp(STOPPING)
  }

  destroy(): void {
    this.fail()
  }

  override reset_transaction(then?: () => void): void {
    this.incoming?.body.close()
    this.incoming = undefined
    this.transaction = null
    then?.()
  }

  override disconnect_respond(): void {
    super.disconnect_respond()
    const { client } = this
    // Unread bytes would turn the close into a reset, and our last words with it.
    client.resume()
    // A client that goes on sending would keep the socket open for ever.
    const timer = setTimeout(() => client.destroy(), LINGER_MS)
    client.once('close', () => clearTimeout(timer))
    this.server.closed(this)
  }

  helo_respond(): void {
    this.esmtp = false
    this.respond(250, [this.server.hostname])
  }

  cmd_mail(argument: string): void {
    this.#try(() => {
      if (!this.hello.host) throw badSequence('Say EHLO or HELO first')
      // RFC 5321 §4.1.4
      if (this.transaction !== null) throw badSequence('A mail is under way already')
      const mail = parseMailCommand(toText(argument))
      this.transaction = openTransaction(mail)
      runHooks('mail', this, [this.transaction.mail_from, {}])
    })
  }

  cmd_rcpt(argument: string): void {
    this.#try(() => {
      const { transaction } = this
      if (transaction === null) throw badSequence('Say MAIL first')
      this.asked = parseRcptCommand(toText(argument), this.server.hostname)
      const to = toHarakaAddress(this.asked.address)
      transaction.rcpt_to.push(to)
      runHooks('rcpt', this, [to, {}])
    })
  }

  #try(run: () => void): void {
    try {
      run()
    } catch (error) {
      const told: Reply = faultReply(error)
      this.respond(told.code, replyText(told))
    }
  }

  cmd_starttls(argument: string): void {
    this.#try(() => {
      if (argument !== '') throw new Fault('invalid', 'STARTTLS takes no argument')
      if (this.tls.enabled) throw badSequence('TLS is on already')
      // What was sent ahead in clear text may be anybody's. RFC 3207 §6
      this.current_data = null
      this.respond(220, '2.0.0 Ready to start TLS', () => this.#startTls())
    })
  }

  /** Afterwards the client starts from the beginning. RFC 3207 §4.2 */
  #startTls(): void {
    const { client } = this
    this.state = STATE.PAUSE
    this.reset_transaction()
    this.set('hello', 'host', null)
    this.esmtp = false
    client.removeAllListeners('data')
    client.setTimeout(0)
    const secure = new TLSSocket(client, {
      isServer: true,
      secureContext: this.server.secureContext(),
    })
    this.client = secure
    this.#wait(this.server.limits.commandTimeoutMs)
    secure.on('secure', () => {
      this.set('tls', 'enabled', true)
      this.state = STATE.CMD
      this.#leaveIfDue(0)
    })
    secure.on('data', (piece: Buffer) => this.process_data(piece))
    const gone = () => {
      if (this.state < STATE.DISCONNECTING) this.fail()
    }
    for (const event of ['end', 'close', 'error']) secure.on(event, gone)
    secure.on('timeout', () => {
      if (this.state === STATE.CMD || this.state === STATE.DATA) this.respond(421, 'timeout', gone)
      else gone()
    })
  }

  // Commands of Haraka's own that a stranger has no business with.
  cmd_internalcmd(): void {
    this.respond(500, 'Unrecognized command')
  }

  cmd_proxy(): void {
    this.respond(500, 'Unrecognized command')
  }

  cmd_expn(): void {
    this.respond(502, 'Not implemented')
  }

  cmd_help(): void {
    this.respond(214, 'See RFC 5321')
  }

  #wait(ms: number): void {
    if (this.state < STATE.DISCONNECTING) this.client.setTimeout(ms > TIMER_MS_MAX ? 0 : ms)
  }
}
