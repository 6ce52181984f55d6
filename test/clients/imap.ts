/** Reading a mailbox as a user would, by imapflow; every test that reads mail goes through here or through curl. */

import { type FetchMessageObject, ImapFlow } from 'imapflow'
import { passwordOf, type World } from '../world.ts'

export interface Read {
  readonly uid: number
  readonly source: Buffer
}

/** A logged-in imapflow over TLS. */
export async function openImap(
  world: Pick<World, 'at'>,
  login: string,
): Promise<ImapFlow & AsyncDisposable> {
  const { host, port } = world.at('imaps')
  const client = new ImapFlow({
    host,
    port,
    secure: true,
    tls: { rejectUnauthorized: false },
    auth: { user: login, pass: passwordOf(login) },
    logger: false,
  })
  client.on('error', () => undefined)
  await client.connect()
  return Object.assign(client, {
    [Symbol.asyncDispose]: async () => {
      await client.logout().catch(() => client.close())
    },
  })
}

/** Every message of INBOX, in the order of the UIDs. */
export async function readInbox(client: ImapFlow): Promise<Read[]> {
  const messages: Read[] = []
  const lock = await client.getMailboxLock('INBOX')
  try {
    for await (const message of client.fetch('1:*', { uid: true, source: true })) {
      messages.push({ uid: message.uid, source: message.source ?? Buffer.alloc(0) })
    }
  } finally {
    lock.release()
  }
  return messages
}

/** Every message of a mailbox as imapflow tells it, after a look at what has changed. */
export async function readMailbox(
  client: ImapFlow,
  mailbox: string,
): Promise<FetchMessageObject[]> {
  const lock = await client.getMailboxLock(mailbox)
  try {
    await client.noop()
    if (client.mailbox === false || client.mailbox.exists === 0) return []
    return await client.fetchAll('1:*', { flags: true, source: true, internalDate: true })
  } finally {
    lock.release()
  }
}

/** Waits until INBOX has at least so many messages; IDLE wakes it, and it looks again in any case. */
export async function untilInboxHas(client: ImapFlow, count: number): Promise<void> {
  const lock = await client.getMailboxLock('INBOX')
  try {
    while ((client.mailbox === false ? 0 : client.mailbox.exists) < count) {
      const changed = new Promise<void>((resolve) => client.once('exists', () => resolve()))
      const idled = client.idle()
      await changed
      await client.noop()
      await idled
    }
  } finally {
    lock.release()
  }
}

/** Waits until INBOX has so many messages whose header holds that text, and returns their bytes. */
export async function untilInboxHolds(
  client: ImapFlow,
  [header, text]: readonly [header: string, text: string],
  count = 1,
): Promise<Buffer[]> {
  const lock = await client.getMailboxLock('INBOX')
  try {
    for (;;) {
      await client.noop()
      const before = existsOf(client)
      const found = await client.search({ header: { [header]: text } }, { uid: true })
      if (Array.isArray(found) && found.length >= count) {
        const messages = await client.fetchAll(found, { source: true }, { uid: true })
        return messages.map(({ source }) => source ?? Buffer.alloc(0))
      }
      // What came while it was searched may not have been looked at.
      if (existsOf(client) !== before) continue
      const changed = new Promise<void>((resolve) => client.once('exists', () => resolve()))
      const idled = client.idle()
      await changed
      await client.noop()
      await idled
    }
  } finally {
    lock.release()
  }
}

function existsOf({ mailbox }: ImapFlow): number {
  return mailbox === false ? 0 : mailbox.exists
}
