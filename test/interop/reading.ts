/** What imapflow may answer with nothing, answered or failed. */

import assert from 'node:assert/strict'
import type { ImapFlow } from 'imapflow'

export async function statusOf(client: ImapFlow, mailbox: string) {
  const query = { messages: true, unseen: true, uidNext: true, uidValidity: true }
  const status = await client.status(mailbox, query)
  assert.ok(status)
  return status
}

/** A part of a message of the open mailbox, decoded; without a part the whole message as it is. */
export async function download(client: ImapFlow, range: string, part?: string) {
  const { meta, content } = await client.download(range, part)
  assert.ok(meta && content)
  const chunks: Buffer[] = await content.toArray()
  return { meta, content: Buffer.concat(chunks) }
}
