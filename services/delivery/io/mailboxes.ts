import type { Target } from '#lib/mail/resolution.ts'
import type { MailboxStoreClient } from '#lib/node/clients.ts'
import { toWireQuota } from '#lib/node/quotas.ts'
import type { AppendPiece } from '#proto/types/hikyaku/mailbox_store/AppendPiece.ts'
import { type Mail, MailUnreadable } from '../mail.ts'
import type { Appended } from '../mailboxes.ts'

/** Larger messages go in pieces. */
const REQUEST_BYTES_MAX = 1024 * 1024
/** On either side gRPC keeps a number of pieces: they have to be small. */
const PIECE_BYTES_MAX = 64 * 1024

type Store = Pick<MailboxStoreClient, 'append' | 'appendStream'>

/** Puts mails into INBOXes over gRPC. */
export function mailboxAppender(store: Store) {
  return async (target: Target, mail: Mail, prefix: Uint8Array): Promise<Appended> => {
    const { mailId, receivedAt, sizeBytes } = mail.envelope
    const head = {
      account: target.account,
      tenant: target.tenant,
      domain: target.domain,
      mailbox: { name: 'INBOX' },
      mailId,
      internalDate: receivedAt,
      quotas: target.quotas.map(toWireQuota),
      size: sizeBytes + prefix.length,
    }
    const options = { key: target.account }
    if (sizeBytes <= REQUEST_BYTES_MAX) {
      const content = Buffer.concat([prefix, await readWhole(mail)])
      return store.append({ ...head, content }, options)
    }
    // The store's client would tell of a stream that broke as if the store had broken.
    const source: Source = { mail, prefix, broken: undefined }
    try {
      return await store.appendStream(pieces(head, source), options)
    } catch (error) {
      throw source.broken ?? error
    }
  }
}

interface Source {
  readonly mail: Mail
  readonly prefix: Uint8Array
  broken: MailUnreadable | undefined
}

async function* pieces(
  head: NonNullable<AppendPiece['head']>,
  source: Source,
): AsyncGenerator<AppendPiece> {
  yield { head }
  yield { content: source.prefix }
  try {
    for await (const bytes of source.mail.stream()) {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES_MAX) {
        yield { content: bytes.subarray(at, at + PIECE_BYTES_MAX) }
      }
    }
  } catch (cause) {
    source.broken = new MailUnreadable(cause)
    throw source.broken
  }
  yield { complete: true }
}

async function readWhole(mail: Mail): Promise<Uint8Array> {
  try {
    return await mail.read()
  } catch (cause) {
    throw new MailUnreadable(cause)
  }
}
