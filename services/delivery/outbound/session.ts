/** How a session with another host's mail server begins and ends: greeting, EHLO, STARTTLS, AUTH; QUIT. */

import { type Extensions, NO_EXTENSIONS, parseExtensions } from '#lib/smtp/client-extensions.ts'
import { formatReceived, type ReceivedReply } from '#lib/smtp/reply-reader.ts'
import type { Failure } from '../bounces/classify.ts'
import { Broken, refusal, Stopped, type Wire } from './wire.ts'

/** How long each answer may take. RFC 5321 §4.5.3.2 */
export interface Timeouts {
  readonly connectMs: number
  readonly greetingMs: number
  /** EHLO, STARTTLS with its handshake, AUTH, RSET. */
  readonly helloMs: number
  readonly mailMs: number
  readonly rcptMs: number
  readonly dataMs: number
  /** For the other side to take some more of the message. */
  readonly blockMs: number
  readonly dotMs: number
  readonly quitMs: number
}

export type TlsPolicy = 'opportunistic' | 'required' | 'none'

export interface SessionRules {
  /** Our name in EHLO. */
  readonly hostname: string
  readonly tls: TlsPolicy
  /** What a smart host asks for. */
  readonly credentials?: { readonly user: string; readonly password: string }
  readonly timeouts: Timeouts
}

/** An open session, ready for a message. */
export interface Session {
  readonly wire: Wire
  readonly extensions: Extensions
  readonly timeouts: Timeouts
  /** Messages that were tried on it. */
  messages: number
}

/** @throws {Stopped} when the server does not want us, or not as we have to be */
export async function openSession(wire: Wire, rules: SessionRules): Promise<Session> {
  const { timeouts } = rules
  const greeting = await answer(wire, 'greeting', timeouts.greetingMs)
  if (greeting.code !== 220) throw stop('greeting', greeting)
  let extensions = await hello(wire, rules)
  if (await encrypt(wire, extensions, rules)) extensions = await hello(wire, rules)
  if (rules.credentials !== undefined) await authenticate(wire, extensions, rules)
  return { wire, extensions, timeouts, messages: 0 }
}

/** Says goodbye, and waits only a moment for an answer. */
export async function closeSession({ wire, timeouts }: Session): Promise<void> {
  try {
    if (wire.sound) {
      await wire.send('QUIT\r\n', timeouts.quitMs)
      await wire.reply(timeouts.quitMs)
    }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
  } finally {
    wire.destroy()
  }
}

/** Sends a command and waits for its answer. @throws {Stopped} when none comes, or it ends the session */
export async function command(
  wire: Wire,
  stage: Failure['stage'],
  line: string,
  timeoutMs: number,
): Promise<ReceivedReply> {
  try {
    await wire.send(`${line}\r\n`, timeoutMs)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    // What it said before it hung up tells more than that it did.
    const reply = wire.early()
    throw reply ? stop(stage, reply) : lost(stage, error)
  }
  return answer(wire, stage, timeoutMs)
}

/** The next reply. 421 may come at any moment, and is the last. RFC 5321 §3.8 */
export async function answer(
  wire: Wire,
  stage: Failure['stage'],
  timeoutMs: number,
): Promise<ReceivedReply> {
  let reply: ReceivedReply
  try {
    reply = await wire.reply(timeoutMs)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    throw lost(stage, error)
  }
  if (reply.code === 421) throw stop(stage, reply)
  return reply
}

/** EHLO, and HELO for those who do not know it. RFC 5321 §3.2 */
async function hello(wire: Wire, { hostname, timeouts }: SessionRules): Promise<Extensions> {
  const ehlo = await command(wire, 'ehlo', `EHLO ${hostname}`, timeouts.helloMs)
  if (ehlo.code === 250) return parseExtensions(ehlo.lines)
  if (ehlo.code < 500) throw stop('ehlo', ehlo)
  const helo = await command(wire, 'ehlo', `HELO ${hostname}`, timeouts.helloMs)
  if (helo.code !== 250) throw stop('ehlo', helo)
  return NO_EXTENSIONS
}

/** Whether the session is encrypted from here on, and has to begin anew. RFC 3207 §4.2 */
async function encrypt(
  wire: Wire,
  { startTls }: Extensions,
  { tls, credentials, timeouts }: SessionRules,
): Promise<boolean> {
  if (tls === 'none') return false
  if (!startTls) {
    if (tls === 'opportunistic') return false
    throw new Stopped({ stage: 'tls', text: '4.7.10 Encryption is required, and not offered' })
  }
  const reply = await command(wire, 'tls', 'STARTTLS', timeouts.helloMs).catch((error: unknown) => {
    const lost = error instanceof Stopped && error.failure.code === undefined
    throw lost ? new Stopped(error.failure, { tlsBroken: true }) : error
  })
  if (reply.code !== 220) {
    if (tls === 'opportunistic') return false
    throw stop('tls', reply)
  }
  try {
    // A password is for one host alone, where the route leaves no choice.
    await wire.startTls(timeouts.helloMs, tls === 'required' && credentials !== undefined)
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    throw new Stopped({ stage: 'tls', text: `4.7.5 ${error.message}` }, { tlsBroken: true })
  }
  return true
}

/** RFC 4954 §4; PLAIN of RFC 4616 §2, else LOGIN, which some smart hosts know only. */
async function authenticate(
  wire: Wire,
  { auth }: Extensions,
  { credentials, tls, timeouts }: SessionRules,
): Promise<void> {
  const { user = '', password = '' } = credentials ?? {}
  if (wire.tls === undefined && tls !== 'none') {
    throw new Stopped({ stage: 'auth', text: '4.7.11 No password is sent without encryption' })
  }
  const say = (line: string) => command(wire, 'auth', line, timeouts.helloMs)
  let reply: ReceivedReply
  if (auth.includes('PLAIN')) {
    reply = await say(`AUTH PLAIN ${toBase64(`\0${user}\0${password}`)}`)
  } else if (auth.includes('LOGIN')) {
    reply = await say('AUTH LOGIN')
    if (reply.code === 334) reply = await say(toBase64(user))
    if (reply.code === 334) reply = await say(toBase64(password))
  } else {
    throw new Stopped({ stage: 'auth', text: '4.7.0 The server offers neither PLAIN nor LOGIN' })
  }
  if (reply.code !== 235) throw stop('auth', reply)
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function stop(stage: Failure['stage'], reply: ReceivedReply): Stopped {
  return new Stopped(refusal(stage, reply, formatReceived(reply)))
}

function lost(stage: Failure['stage'], error: Broken): Stopped {
  return new Stopped({ stage, text: error.message })
}
