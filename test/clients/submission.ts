/** A user's mail program, as far as it sends. */

import { once } from 'node:events'
import { connect } from 'node:tls'
import { passwordOf, type World } from '../world.ts'
import { type Reply, SmtpClient } from './smtp.ts'

/** A mail as a test writes it. */
export interface Draft {
  /** Of the envelope and of From; in pointed brackets it would be the same. */
  readonly from: string
  readonly to: readonly string[]
  /** Without its brackets; it is how the mail is found again. */
  readonly id: string
  readonly body?: string
  /** Further header lines, each with its CRLF. */
  readonly header?: string
  /** Parameters of MAIL, and of every RCPT. */
  readonly mail?: string
  readonly rcpt?: string
}

/** Connects over TLS and logs in. */
export async function openSubmission(world: Pick<World, 'at'>, login: string): Promise<SmtpClient> {
  const socket = connect({ ...world.at('submissions'), rejectUnauthorized: false })
  const client = new SmtpClient(socket)
  await Promise.race([once(socket, 'secureConnect'), client.closed()])
  await client.reply()
  await client.command('EHLO client.world.test')
  const words = Buffer.from(`\0${login}\0${passwordOf(login)}`).toString('base64')
  const { code, text } = await client.command(`AUTH PLAIN ${words}`)
  if (code !== 235) throw new Error(`AUTH: ${code} ${text}`)
  return client
}

/** What a draft is as bytes; nothing in it is missing, so that nothing is added. */
export function bytesOf({ from, to, id, header = '', body = 'Hello\r\n' }: Draft): Buffer {
  const head = [
    `From: <${from}>`,
    `To: ${to.map((one) => `<${one}>`).join(',\r\n ')}`,
    `Subject: ${id}`,
    'Date: Sun, 22 Nov 2026 10:00:00 +0900',
    `Message-ID: <${id}>`,
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n${header}\r\n${body}`)
}

/** Hands a draft over as its sender; a refusal is thrown. */
export async function submit(world: Pick<World, 'at'>, draft: Draft): Promise<Reply> {
  using client = await openSubmission(world, draft.from)
  return await submitBy(client, draft)
}

/** The same on a connection that is open already. */
export async function submitBy(client: SmtpClient, draft: Draft): Promise<Reply> {
  const reply = await client.send(draft.from, draft.to, bytesOf(draft), draft)
  if (reply.code !== 250) throw new Error(`The message: ${reply.code} ${reply.text}`)
  return reply
}
