/** Parts of large operations that were written before a commit that never came. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Committer } from '../commit/committer.ts'
import { decodeOperation } from '../commit/operation.ts'
import type { Collections } from '../documents.ts'
import type { Pace } from './pace.ts'
import { pages } from './pages.ts'

/** Whoever writes them commits within the hour, or not at all. */
const STAGED_MS = 86_400_000
const PAGE = 1000

export interface StagedPorts {
  readonly collections: Pick<Collections, 'staged' | 'mailboxes'>
  readonly committer: Committer
  readonly clock: Clock
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
        await complete(key, ports)
      } else {
        await staged.deleteOne({ _id, createdAt })
      }
    }
  }
}

/** Whoever looks at a mailbox applies what is pending. */
async function complete(key: string, { committer }: StagedPorts): Promise<void> {
  try {
    await committer.mailbox(key).read(false, () => undefined)
  } catch (error) {
    // Deleted in this instant: the next run finds that nothing refers to it.
    if (!(error instanceof Fault && error.code === 'not-found')) throw error
  }
}

async function isCommitted(
  key: string,
  operation: string,
  { collections }: StagedPorts,
): Promise<boolean> {
  const found = await collections.mailboxes.findOne({ _id: key }, { fields: ['pending'] })
  if (found?.pending === undefined) return false
  const { staged = [] } = decodeOperation(found.pending)
  return staged.some(({ id }) => id === operation)
}
