/**
 * The load, in a process of its own: `connections` SMTP clients that hand over mails one after the other, as a
 * mail server with connection reuse does. Prints one line of JSON: when each mail was accepted and how long it took.
 */

import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'

export interface SenderPlan {
  readonly host: string
  readonly port: number
  readonly connections: number
  readonly mails: number
  readonly sizeBytes: number
  readonly recipients: readonly string[]
  /** As a user does: over TLS, whatever the certificate, and logged in when there is a password. */
  readonly user?: { readonly login: string; readonly password?: string }
}

export interface SenderReport {
  /** Milliseconds since 1970 at which the final 250 came, ascending. */
  readonly acceptedAt: readonly number[]
  /** Milliseconds from MAIL FROM to the final 250. */
  readonly tookMs: readonly number[]
  readonly startedAt: number
}

const plan: SenderPlan = JSON.parse(process.argv[2] ?? '')
const acceptedAt: number[] = []
const tookMs: number[] = []
let next = 0

const now = () => performance.timeOrigin + performance.now()
const startedAt = now()
await Promise.all(Array.from({ length: plan.connections }, runClient))
const report: SenderReport = { acceptedAt: acceptedAt.sort((a, b) => a - b), tookMs, startedAt }
process.stdout.write(`${JSON.stringify(report)}\n`)

/** One connection until no mail is left. Every reply is awaited: no pipelining. */
async function runClient(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const { host, port } = plan
  const socket = plan.user
    ? connectTls({ host, port, rejectUnauthorized: false })
    : connect({ host, port })
  socket.setNoDelay(true)
  socket.setEncoding('latin1')
  const session = converse()
  session.next('')
  let text = ''
  socket.on('data', (chunk: string) => {
    text += chunk
    const end = /^\d{3}(?: [^\n]*)?\r\n$/m.exec(text)
    if (end === null || !text.endsWith('\r\n')) return
    const reply = text
    text = ''
    const step = session.next(reply)
    if (step.done === true) socket.end()
    else socket.write(step.value, 'latin1')
  })
  socket.once('error', reject)
  socket.once('close', () => resolve())
  return promise
}

/** What is said after each reply. */
function* converse(): Generator<string, void, string> {
  expect(yield '', '220')
  expect(yield 'EHLO load.elsewhere.test\r\n', '250')
  const { login = 'load@elsewhere.test', password } = plan.user ?? {}
  if (password !== undefined) {
    const token = Buffer.from(`\0${login}\0${password}`).toString('base64')
    expect(yield `AUTH PLAIN ${token}\r\n`, '235')
  }
  while (next < plan.mails) {
    const mail = next++
    const recipient = plan.recipients[mail % plan.recipients.length]
    const begunAt = performance.now()
    expect(yield `MAIL FROM:<${login}>\r\n`, '250')
    expect(yield `RCPT TO:<${recipient}>\r\n`, '250')
    expect(yield 'DATA\r\n', '354')
    expect(yield `${messageOf(mail)}.\r\n`, '250')
    tookMs.push(performance.now() - begunAt)
    acceptedAt.push(now())
  }
  yield 'QUIT\r\n'
}

function expect(reply: string, code: string): void {
  if (!reply.startsWith(code)) throw new Error(`Expected ${code}, got ${reply}`)
}

/** No two alike, so that nothing can be stored once for many. */
function messageOf(mail: number): string {
  const head = [
    `From: Load <${plan.user?.login ?? 'load@elsewhere.test'}>`,
    'To: User <user@example.test>',
    `Subject: Message ${mail}`,
    `Message-ID: <${mail}.${startedAt}@load.elsewhere.test>`,
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
    '',
    `This is message ${mail}.`,
    '',
  ].join('\r\n')
  const line = `${'The courier runs through rain and night, '.repeat(2).slice(0, 76)}\r\n`
  const lines = Math.max(0, Math.ceil((plan.sizeBytes - head.length) / line.length))
  return head + line.repeat(lines)
}
