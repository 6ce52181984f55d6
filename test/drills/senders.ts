/** Who hands mail over: strangers on port 25 and users, each as a mail program does it, through every fault. */

import { once } from 'node:events'
import { connect as connectPlain } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect as connectSecure } from 'node:tls'
import { SmtpClient } from '../clients/smtp.ts'
import { passwordOf } from '../world.ts'
import type { Platform } from './ground.ts'
import type { Handover, History } from './history.ts'
import { mailOf } from './mail.ts'

/** What a mail is to whom; the n-th of all. */
export interface Errand {
  readonly sender: string
  readonly recipients: readonly string[]
  readonly large: boolean
}

export interface Sending {
  readonly world: Platform
  readonly history: History
  readonly protocol: 'smtp' | 'submission'
  readonly stop: AbortSignal
  /** The next mail of somebody; users are told whose it is. */
  next(user: string | undefined): Errand
}

/** What real ones wait for is minutes; longer than any fault here is the same. */
const ANSWER_MS_MAX = 45_000
/** After so many mails a mail program says goodbye and comes again, perhaps to another node. */
const MAILS_PER_CONNECTION = 10
const RETRY_MS = 300

let mails = 0

/** One who sends a mail every so often, on a connection that is kept for some; what fails is tried again. */
export async function sendSteadily(
  sending: Sending,
  user: string | undefined,
  everyMs: number,
): Promise<void> {
  let open: Session | undefined
  while (!sending.stop.aborted) {
    const errand = sending.next(user)
    for (let tries = 0; !sending.stop.aborted; tries++) {
      const { outcome, session } = await handOver(sending, errand, { user, open, tries })
      open = session
      if (outcome === 'accepted') break
      await pause(RETRY_MS, sending.stop)
    }
    if (open !== undefined && open.mails >= MAILS_PER_CONNECTION) {
      await open.client.command('QUIT').catch(() => undefined)
      open.client[Symbol.dispose]()
      open = undefined
    }
    await pause(everyMs, sending.stop)
  }
  open?.client[Symbol.dispose]()
}

/** Connects anew for a mail every so often, whatever becomes of those before: what finds the gaps. */
export async function probeSteadily(
  sending: Sending,
  users: readonly (string | undefined)[],
  everyMs: number,
): Promise<void> {
  const under = new Set<Promise<void>>()
  for (let n = 0; !sending.stop.aborted; n++) {
    if (under.size < 100) {
      const user = users[n % users.length]
      const probe = (async () => {
        const { session } = await handOver(sending, sending.next(user), { user, tries: 0 })
        session?.client[Symbol.dispose]()
      })()
      under.add(probe)
      void probe.finally(() => under.delete(probe))
    }
    await pause(everyMs, sending.stop)
  }
  await Promise.all(under)
}

/** Waits, but not beyond the end. */
export async function pause(ms: number, stop: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: stop }).catch(() => undefined)
}

interface Session {
  readonly client: SmtpClient
  mails: number
  greeted: boolean
}

interface How {
  readonly user: string | undefined
  readonly open?: Session | undefined
  readonly tries: number
}

/** Refused by a reply. */
class Refusal extends Error {
  readonly kind: string

  constructor(code: number, text: string) {
    const status = /^\d\.\d+\.\d+/.exec(text)?.[0] ?? ''
    super(`${code} ${text}`)
    this.kind = `${code} ${status}`.trim()
  }
}

async function handOver(
  sending: Sending,
  errand: Errand,
  { user, open, tries }: How,
): Promise<{ outcome: Handover['outcome']; session: Session | undefined }> {
  const { history, protocol } = sending
  const { sender, recipients, large } = errand
  const handover: Handover = {
    ...{ protocol, id: `${++mails}-${tries}${large ? '-large' : ''}`, sender, recipients },
    ...{ begin: history.now(), end: 0, outcome: 'refused' },
  }
  history.handovers.push(handover)
  let session = open
  let timedOut = false
  const late = () => {
    timedOut = true
    session?.client.socket.destroy()
  }
  const timer = setTimeout(late, ANSWER_MS_MAX)
  try {
    if (session === undefined) {
      session = { client: connect(sending.world, user), mails: 0, greeted: false }
      await greet(session.client, user)
      session.greeted = true
    }
    await transact(session.client, handover, history)
    session.mails += 1
    history.success(protocol)
    handover.outcome = 'accepted'
  } catch (error) {
    const errored = session?.client.socket.errored as NodeJS.ErrnoException | null | undefined
    history.error(protocol, timedOut ? 'timeout' : kindOf(error, errored))
    const again = error instanceof Refusal && !error.message.startsWith('421')
    if (again && session?.greeted) await reset(session.client)
    else session?.client[Symbol.dispose]()
    if (session?.client.socket.destroyed) session = undefined
  } finally {
    clearTimeout(timer)
    handover.end = history.now()
  }
  return { outcome: handover.outcome, session }
}

/** MAIL to the final dot; what is refused on the way was surely not taken. */
async function transact(client: SmtpClient, handover: Handover, history: History): Promise<void> {
  await expect(client, 2, `MAIL FROM:<${handover.sender}>`)
  const taken: string[] = []
  let refusal: Refusal | undefined
  for (const recipient of handover.recipients) {
    const { code, text } = await client.command(`RCPT TO:<${recipient}>`)
    if (code < 300) taken.push(recipient)
    else refusal = new Refusal(code, text)
    if (code >= 500) history.breach(`${recipient} is known, and was refused: ${code} ${text}`)
  }
  if (refusal !== undefined && taken.length === 0) throw refusal
  handover.recipients = taken
  await expect(client, 3, 'DATA')
  // No line of ours begins with a dot.
  await client.write(mailOf(handover.id, handover.sender))
  if (client.socket.destroyed) throw new Error('The connection ended')
  handover.outcome = 'unknown'
  const { code, text } = await client.command('.')
  if (code >= 500) history.breach(`${handover.id} was refused for good: ${code} ${text}`)
  if (code < 300) return
  handover.outcome = 'refused'
  handover.dotted = code < 500
  throw new Refusal(code, text)
}

function connect(world: Platform, user: string | undefined): SmtpClient {
  if (user === undefined) return new SmtpClient(connectPlain(world.at('smtp')))
  return new SmtpClient(connectSecure({ ...world.at('submissions'), rejectUnauthorized: false }))
}

async function greet(client: SmtpClient, user: string | undefined): Promise<void> {
  if (user !== undefined) {
    await Promise.race([once(client.socket, 'secureConnect'), client.closed()])
  }
  const { code, text } = await client.reply()
  if (code !== 220) throw new Refusal(code, text)
  await expect(client, 2, 'EHLO client.drill.test')
  if (user === undefined) return
  const words = Buffer.from(`\0${user}\0${passwordOf(user)}`).toString('base64')
  await expect(client, 2, `AUTH PLAIN ${words}`)
}

async function expect(client: SmtpClient, class_: number, line: string): Promise<void> {
  const { code, text } = await client.command(line)
  if (Math.floor(code / 100) !== class_) throw new Refusal(code, text)
}

async function reset(client: SmtpClient): Promise<void> {
  const reply = await client.command('RSET').catch(() => undefined)
  if (reply?.code !== 250) client[Symbol.dispose]()
}

function kindOf(error: unknown, errored: NodeJS.ErrnoException | null | undefined): string {
  if (error instanceof Refusal) return error.kind
  return errored?.code === 'ECONNREFUSED' ? 'no connection' : 'lost'
}
