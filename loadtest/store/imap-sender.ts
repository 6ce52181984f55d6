/**
 * The load of the IMAP section, in a process of its own: connections that log in and then APPEND one message after the
 * other, each answer awaited (LITERAL+, as most clients do). Prints one line of JSON.
 */

import { connect } from 'node:net'
import { messageOf } from './messages.ts'

export interface ImapPlan {
  readonly host: string
  readonly port: number
  readonly password: string
  /** One for each connection. */
  readonly logins: readonly string[]
  readonly seconds: number
  readonly sizeBytes: number
}

export interface ImapReport {
  readonly appends: number
  readonly seconds: number
  readonly cpuSeconds: number
}

const plan: ImapPlan = JSON.parse(process.argv[2] ?? '')
let appends = 0
let begin = 0
const connections = await Promise.all(plan.logins.map(open))
begin = performance.now()
const cpu = process.cpuUsage()
await Promise.all(connections.map((run) => run()))
const seconds = (performance.now() - begin) / 1000
const { user, system } = process.cpuUsage(cpu)
const report: ImapReport = { appends, seconds, cpuSeconds: (user + system) / 1e6 }
process.stdout.write(`${JSON.stringify(report)}\n`)
process.exit()

/** Resolves when it has logged in, with what makes it append until the time is up. */
async function open(login: string): Promise<() => Promise<void>> {
  const socket = connect(plan).setNoDelay(true).setEncoding('latin1')
  let text = ''
  let answered: PromiseWithResolvers<void> | undefined
  socket.on('data', (chunk: string) => {
    text += chunk
    const [, status] = /^a (OK|NO|BAD).*\r\n/m.exec(text) ?? []
    if (status === undefined) return
    if (status === 'OK') answered?.resolve()
    else answered?.reject(new Error(`${login}: ${text}`))
    text = ''
  })
  const ask = async (...parts: (string | Buffer)[]) => {
    answered = Promise.withResolvers()
    socket.cork()
    for (const part of parts) socket.write(part)
    socket.uncork()
    await answered.promise
  }
  await ask(`a LOGIN ${login} "${plan.password}"\r\n`)
  return async () => {
    while (performance.now() - begin < plan.seconds * 1000) {
      const message = messageOf(appends++, plan.sizeBytes)
      await ask(`a APPEND INBOX {${message.length}+}\r\n`, message, '\r\n')
    }
  }
}
