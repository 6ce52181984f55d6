/** What the tests of this service share: a store on its own database. */

import { openDatabase } from '#lib/db/open.ts'
import type { Database } from '#lib/db/port.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import type { Append } from './append.ts'
import type { Failpoint } from './commit/apply.ts'
import { openCollections } from './documents.ts'
import { makeStore, type Store } from './store.ts'

export const ACCOUNT = 'alice'
export const TENANT = 'acme'

const DAY_MS = 86_400_000

export interface TestStoreOptions {
  readonly at?: Failpoint
  readonly announce?: () => void
  readonly onApplyFailed?: (error: unknown) => void
}

/** One process of the store; several on one database are replicas. */
export async function openStore(
  database: Database,
  options: TestStoreOptions = {},
): Promise<Store> {
  const ports = {
    collections: await openCollections(database),
    clock: systemClock,
    random: systemRandom,
    announce: options.announce ?? (() => {}),
    at: options.at ?? (() => {}),
    events: {
      committed: () => {},
      helped: () => {},
      applyFailed: (_: string, error: unknown) => options.onApplyFailed?.(error),
    },
  }
  return makeStore(ports, {
    blobKey: 'a key for tests',
    retention: { receiptsMs: 7 * DAY_MS, vanishedMs: 30 * DAY_MS, tombstonesMs: DAY_MS },
    limits: { viewBytesMax: 64 * 1024 * 1024, openMax: 1000 },
    messageBytesMax: 100 * 1024 * 1024,
    bigAppends: 2,
    searches: 2,
  })
}

export function openTestDatabase(): Promise<Database> {
  return openDatabase('sqlite::memory:', { clock: systemClock })
}

/** An append to INBOX with everything that a test does not care about. */
export function appendOf(changes: Partial<Append> = {}): Append {
  return {
    account: ACCOUNT,
    tenant: TENANT,
    mailbox: { id: '', name: 'INBOX' },
    mailId: '',
    content: Buffer.from('Subject: hello\r\nFrom: bob@example.test\r\n\r\nHello.\r\n'),
    flags: [],
    internalDate: 1_700_000_000_000,
    quotaBytes: 0,
    ...changes,
  }
}
