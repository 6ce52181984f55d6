import type { Socket } from 'node:net'
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js'
import { Fault } from '#lib/base/fault.ts'
import type { Guest } from '#lib/node/drain/guests.ts'
import { Body } from '#lib/node/incoming/body.ts'
import { parseMailCommand, parseRcptCommand } from '#lib/smtp/command.ts'
import { badSequence, faultReply } from '#lib/smtp/fault.ts'
import { Incoming } from '#lib/smtp/incoming.ts'
import { isPositive, type Reply, reply, replyText } from '#lib/smtp/reply.ts'
import { Content } from '../content.ts'
import type { Account } from '../log-in.ts'
import {
  argumentOf,
  checkMail,
  checkRcpt,
  finishMail,
  logInBy,
  type Transaction,
} from './commands.ts'
import { Exchange } from './exchange.ts'
import { type LineOwner, Lines } from './lines.ts'
import type { SubmissionServer } from './server.ts'
import { type Message, takerOf, UnderWay } from './under-way.ts'

/** How long a client that was sent away may take to go. */
const LINGER_MS = 2000

/**
 * One session of a user: smtp-server's, with our own reading of what comes in and our own MAIL, RCPT, DATA and AUTH. Its
 * table of commands, its order of them, STARTTLS and the closing of connections stay.
 */
export class Connection extends SMTPConnection implements Guest {
  declare readonly _server: SubmissionServer
  account: Account | undefined
  #phase: 'command' | 'working' | 'data' | 'settling' = 'command'
  readonly #mail = new UnderWay()
  #refused = 0
  #failedLogIns = 0
  #leaving = false
  readonly #greeted = Promise.withResolvers<void>()
  #logInTimer: NodeJS.Timeout | undefined
  #exchange: Exchange | undefined

  constructor(server: SubmissionServer, socket: Socket, remoteAddress: string) {
    super(server, socket, { remoteAddress })
    // smtp-server would write it its own way.
    this.remoteAddress = remoteAddress
    // Errors are counted and time is limited; how many NOOPs there were does not matter.
    this._maxAllowedUnauthenticatedCommands = false
    this.on('error', (error: Error) => server.rules.events.tlsFailed(remoteAddress, error))
    const { logInMs } = server.limits
    if (logInMs > 0) {
      this.#logInTimer = setTimeout(() => this.#hangUp('4.7.0', 'Log in sooner'), logInMs)
    }
  }

  /** Without smtp-server's wait for those who talk too soon: what they say waits until we are ready. */
  override init(): void {
    this._setListeners(() => this.connectionReady())
  }

  override _sendGreeting(): void {
    if (this.#leaving) this.#sendAway()
    else super._sendGreeting()
    this.#greeted.resolve()
  }

  /** In the place of smtp-server's parser. It is called before this session is complete. */
  override _createParser(): never {
    const owner = (): LineOwner => ({
      ready: this.#greeted.promise,
      command: (line, done) => this._onCommand(line, done),
      problem: (told, done) => this.#problem(told, done),
      broken: (error) => this.#broken(error),
    })
    return new Lines(owner, this._server.limits.commandBytesMax) as never
  }

  /** It forgets who listens to the socket, and the listener counts its connections by that. */
  override upgrade(done: () => void, secured?: () => void): void {
    const raw = this._socket
    const listeners = raw.listeners('close') as (() => void)[]
    super.upgrade(done, () => {
      secured?.()
      this.#leaveIfDue()
    })
    for (const listener of listeners) raw.once('close', listener)
  }

  override _onCommand(line: Buffer, done: () => void): void {
    this.#phase = 'working'
    super._onCommand(line, () => {
      if (this.#phase === 'working') this.#phase = 'command'
      this.#leaveIfDue()
      done()
    })
  }

  say(told: Reply): void {
    this.send(told.code, replyText(told), false)
  }

  override send(code: number, text?: string | string[] | null, context?: string | false): void {
    if (code >= 500) this.#refused += 1
    if (Array.isArray(text)) {
      // Only EHLO is answered with a list.
      super.send(code, [this.name, ...this._server.capabilities(this)], false)
    } else if (code === 421 && context !== false) {
      super.send(code, `4.7.0 ${text}`, false)
    } else {
      super.send(code, text, context)
    }
  }

  #hangUp(status: string, text: string): void {
    this.say(reply(421, status, text))
  }

  #leaveIfDue(): void {
    if (this._closing || this._closed || this._upgrading || this.#phase !== 'command') return
    if (this.#refused >= this._server.limits.errorsMax) this.#hangUp('4.7.0', 'Too many errors')
    else if (this.#leaving && this.#mail.transaction === undefined) this.#sendAway()
  }

  #sendAway(): void {
    this.#hangUp('4.3.2', 'The service is stopping, come again')
    setTimeout(() => this.destroy(), LINGER_MS).unref()
  }

  get idle(): boolean {
    return this.#phase === 'command' && this.#mail.transaction === undefined && !this._upgrading
  }

  /** Ends the session: at once, or with the answer to what is under way; a mail that has begun may come to its end. RFC 5321 §3.8 */
  leave(): void {
    this.#leaving = true
    this.#leaveIfDue()
  }

  /** A message that has no answer yet may have been accepted: to say anything else would have it sent again. */
  cut(): void {
    if (this._closing || this._closed || this.#phase === 'settling') return
    if (this._upgrading) this.destroy()
    else this.#sendAway()
  }

  destroy(): void {
    this._socket.destroy()
  }

  override _armTimeout(socket = this._socket): void {
    socket.setTimeout(this._server.limits.commandTimeoutMs, () => this._onTimeout())
  }

  /** Whoever waits for us may be silent. */
  override _onTimeout(): void {
    if (this._closing) this.destroy()
    else if (this.#phase === 'working' || this.#phase === 'settling') this._armTimeout()
    else this.#hangUp('4.4.2', 'You were silent for too long')
  }

  override _onClose(): void {
    super._onClose()
    clearTimeout(this.#logInTimer)
    this.#mail.forget()
    this._server.closed(this)
  }

  /** RSET, EHLO, STARTTLS. */
  override _resetSession(): void {
    super._resetSession()
    this.#mail.forget()
  }

  #problem(told: Reply, done: () => void): void {
    if (this.#exchange?.waits) {
      this._nextHandler = false
      this.#exchange.refuse(told, () => this.#endWork(done))
    } else {
      this.say(told)
      this.#endWork(done)
    }
  }

  #broken(error: unknown): void {
    this._server.rules.events.broken(this.remoteAddress, error)
    this.#hangUp('4.3.0', 'Internal error, come again')
  }

  #endWork(done = () => {}): void {
    this.#phase = 'command'
    this.#leaveIfDue()
    done()
  }

  /** Answers with what `run` says; our own bugs put things off. */
  #answer(done: () => void, run: () => Promise<Reply>): void {
    run()
      .catch((error: unknown) => {
        if (!(error instanceof Fault)) this._server.rules.events.broken(this.remoteAddress, error)
        return faultReply(error)
      })
      .then((told) => {
        this.say(told)
        done()
      })
      .catch((error: unknown) => this.#broken(error))
  }

  override handler_MAIL(line: Buffer, done: () => void): void {
    this.#answer(done, async () => {
      // RFC 5321 §4.1.4
      if (this.#mail.transaction !== undefined) throw badSequence('A mail is under way already')
      const mail = parseMailCommand(argumentOf(line), { auth: true })
      const answer = await checkMail(this, mail)
      if (answer.kind === 'begun' && !this._closed) {
        this.#mail.transaction = { mail, allowed: answer.allowed, recipients: new Map() }
      }
      return answer.reply
    })
  }

  override handler_RCPT(line: Buffer, done: () => void): void {
    this.#answer(done, async () => {
      const { transaction } = this.#mail
      if (transaction === undefined) throw badSequence('Say MAIL first')
      const { domain = '' } = this.account ?? {}
      return checkRcpt(this, parseRcptCommand(argumentOf(line), domain), transaction)
    })
  }

  override handler_DATA(line: Buffer, done: () => void): void {
    this.#answer(done, async () => {
      if (argumentOf(line).trim() !== '') throw new Fault('invalid', 'DATA takes no argument')
      const { limits, rules } = this._server
      const { transaction } = this.#mail
      if (!transaction?.recipients.size) throw badSequence('Say MAIL and RCPT first')
      const place = rules.places.take(this.account?.id ?? '')
      if (place === undefined) {
        const most = `At most ${rules.places.max} messages of one account at the same time`
        return reply(452, '4.3.2', most)
      }
      const content = new Content(new Body(limits.temporaryFolder))
      const { sizeBytesMax } = transaction.allowed
      const incoming = new Incoming({ ...limits, sizeBytesMax }, content)
      this.#mail.start(incoming, place)
      this.#phase = 'data'
      this._socket.setTimeout(limits.dataTimeoutMs)
      const lines = this._parser as Lines | false
      if (lines) lines.startData(takerOf(incoming, () => this.#finish(incoming, transaction)))
      return reply(354, '', 'End data with <CR><LF>.<CR><LF>')
    })
  }

  async #finish(incoming: Message, transaction: Transaction): Promise<void> {
    this.#phase = 'settling'
    using _held = this.#mail.handOver()
    if (incoming.hopeless !== undefined) {
      this.say(incoming.hopeless)
      this.close()
      return
    }
    const told = await finishMail(this, incoming, transaction)
    if (isPositive(told)) this.#refused = 0
    this._socket.setTimeout(this._server.limits.commandTimeoutMs)
    this._resetSession()
    this.say(told)
    this.#endWork()
  }

  override handler_AUTH(line: Buffer, done: () => void): void {
    const exchange = new Exchange(done)
    this.#exchange = exchange
    const ask = (challenge: string) => {
      this._nextHandler = (answer, next) => exchange.take(answer, next)
      this.send(334, challenge, false)
      return exchange.next()
    }
    const over = () => {
      this.#exchange = undefined
      exchange.end()
    }
    this.#answer(over, async () => {
      if (!this.secure) return reply(538, '5.7.11', 'Use STARTTLS first')
      if (this.account !== undefined) throw badSequence('You have logged in already')
      const { account, reply: told } = await logInBy(this, argumentOf(line), ask)
      if (account !== undefined) {
        this.account = account
        this.session.user = account.id
        clearTimeout(this.#logInTimer)
      } else if (told.code === 535 && ++this.#failedLogIns >= this._server.limits.failedLogInsMax) {
        this.say(told)
        return reply(421, '4.7.0', 'Too many failed log-ins')
      }
      return told
    })
  }
}
