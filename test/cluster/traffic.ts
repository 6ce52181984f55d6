/** Senders that go on through every failure, and what they remember of it. */

import { once } from 'node:events'
import { openSmtp, type SmtpClient } from '../clients/smtp.ts'
import { openSubmission } from '../clients/submission.ts'
import type { World } from '../world.ts'

/** One try to hand over one mail. No answer means that it may have happened. */
export interface Attempt {
  readonly id: string
  readonly sender: string
  readonly recipients: readonly string[]
  outcome: 'accepted' | 'refused' | 'unknown'
}

export interface TrafficPlan {
  readonly connections: number
  readonly mails: number
  /** Who submits, each connection as the next of them; without any the mail comes from a stranger. */
  readonly users?: readonly string[]
  /** Chooses the recipients of the n-th mail. */
  recipients(n: number): readonly string[]
  /** Called after every mail that was accepted, with how many there are by now. */
  accepted?(count: number): void
}

/** What a mail server does between two tries of one mail; short, since the fault is short. */
const RETRY_MS = 50
const STRANGER = 'load@elsewhere.test'
const LINE = `${'x'.repeat(76)}\r\n`
const SMALL_BODY = LINE.repeat(50)
/** Travels in pieces on every part of the way. */
const LARGE_BODY = LINE.repeat(20_000)
const LARGE_EVERY = 50
const HEADER_BYTES_MAX = 4096

/** The bytes of an attempt: known again by its header, and whole or not by the rest. */
export function messageOf({
  id,
  sender = STRANGER,
}: Pick<Attempt, 'id'> & Partial<Attempt>): Buffer {
  const body = Number.parseInt(id, 10) % LARGE_EVERY === 7 ? LARGE_BODY : SMALL_BODY
  const head = [
    `X-Attempt: ${id}`,
    `From: <${sender}>`,
    `Message-ID: <${id}@traffic.test>`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0900',
    `Subject: ${id}`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Which attempt a message is. */
export function attemptOf(message: Buffer): string {
  return /^X-Attempt: (.*)\r$/m.exec(message.toString('latin1', 0, HEADER_BYTES_MAX))?.[1] ?? 'none'
}

/**
 * Sends every mail until it is accepted. Each try is a mail of its own with an id of its own, so that a try
 * whose answer was lost can be told from the next one.
 */
export async function sendAll(world: World, plan: TrafficPlan): Promise<Attempt[]> {
  const attempts: Attempt[] = []
  let next = 0
  let accepted = 0
  const send = async (_: unknown, connection: number) => {
    const { users = [] } = plan
    const user = users[connection % users.length]
    const connect = () =>
      user === undefined ? openSmtp(world.at('smtp')) : openSubmission(world, user)
    let smtp: SmtpClient | undefined
    while (next < plan.mails) {
      const mail = next++
      for (let tries = 0; ; tries++) {
        const attempt: Attempt = {
          id: `${mail}-${tries}`,
          sender: user ?? STRANGER,
          recipients: plan.recipients(mail),
          outcome: 'refused',
        }
        attempts.push(attempt)
        smtp = await tryOnce(connect, smtp, attempt)
        if (attempt.outcome === 'accepted') break
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
      accepted += 1
      plan.accepted?.(accepted)
    }
    smtp?.[Symbol.dispose]()
  }
  await Promise.all(Array.from({ length: plan.connections }, send))
  return attempts
}

/** Returns the connection when it can be used again. */
async function tryOnce(
  connect: () => Promise<SmtpClient>,
  open: SmtpClient | undefined,
  attempt: Attempt,
): Promise<SmtpClient | undefined> {
  let smtp = open
  let sent = false
  try {
    smtp ??= await connect()
    sent = true
    const { code } = await smtp.send(attempt.sender, attempt.recipients, messageOf(attempt))
    attempt.outcome = code === 250 ? 'accepted' : 'refused'
    if (code === 421) throw new Error('The server closes')
    return smtp
  } catch (error) {
    const answered = error instanceof Error && /: [45]\d\d /.test(error.message)
    if (sent && !answered && attempt.outcome !== 'accepted') attempt.outcome = 'unknown'
    smtp?.[Symbol.dispose]()
    if (smtp !== undefined && !smtp.socket.closed) await once(smtp.socket, 'close')
    return undefined
  }
}
