/** Parts of large operations that were written before a commit that never came. */

import { zstdDecompressSync } from 'node:zlib'
import { toUtf8 } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/clock.ts'
import type { Committer } from '../commit/committer.ts'
import { decodeOperation, type Operation } from '../commit/operation.ts'
import type { Collections, StagedDocument } from '../documents.ts'
import type { Pace } from './pace.ts'
import { pages } from './pages.ts'

/** Longer than any process can take from writing them to its commit. */
const STAGED_MS = 86_400_000
const PAGE = 1000

export interface StagedPorts {
  readonly collections: Pick<Collections, 'staged' | 'mailboxes'>
  readonly committer: Committer
  readonly clock: Clock
}

type WithStaged = Operation & { readonly staged?: readonly { readonly id: string }[] }

/** Blobs that the messages of one part refer to. */
export function stagedBlobs({ messages }: Pick<StagedDocument, 'messages'>): string[] {
  const decoded = JSON.parse(toUtf8(zstdDecompressSync(messages))) as readonly { blob: string }[]
  return decoded.map(({ blob }) => blob)
}

/** Removes what is a day old and belongs to no commit, and completes those commits that it does belong to. */
export async function clearStaged(ports: StagedPorts, pace: Pace): Promise<void> {
  const { staged } = ports.collections
  const old = ports.clock.now() - STAGED_MS
  for await (const page of pages(staged, { size: PAGE, fields: ['createdAt'] }, pace)) {
    for (const { _id, createdAt } of page) {
      if (createdAt.getTime() > old) continue
      const [account, mailbox, operation = ''] = _id.split('/')
      const key = `${account}/${mailbox}`
      if (await isCommitted(key, operation, ports)) {
        // Whoever looks at a mailbox applies what is pending.
        await ports.committer.mailbox(key).read(false, () => undefined)
      } else {
        await staged.deleteOne({ _id, createdAt })
      }
    }
  }
}

async function isCommitted(
  key: string,
  operation: string,
  { collections }: StagedPorts,
): Promise<boolean> {
  const found = await collections.mailboxes.findOne({ _id: key }, { fields: ['pending'] })
  if (found?.pending === undefined) return false
  const { staged = [] } = decodeOperation(found.pending) as WithStaged
  return staged.some(({ id }) => id.includes(operation))
}
