/** The parts of the store, put together over the ports it is handed. */

import type { Clock, Random } from '#lib/base/clock.ts'
import { RecentMap } from '#lib/base/recent-map.ts'
import type { AppendPorts } from './append.ts'
import { Blobs } from './bytes/blobs.ts'
import type { Failpoint, Retention } from './commit/apply.ts'
import type { MailboxEvents, MailboxPorts } from './commit/change.ts'
import { Committer, type CommitterLimits } from './commit/committer.ts'
import { STAGING, type StagingLimits } from './commit/staged.ts'
import type { Collections, MailboxDocument } from './documents.ts'
import { completeMove as completeMoveOf } from './move/complete.ts'
import type { MovePorts } from './move/move.ts'
import { type QuotaNews, Quotas } from './quota.ts'
import type { SearchPorts } from './search.ts'
import { StoreTurns, type TurnLimits } from './turns.ts'

/** Of which INBOX and domain are remembered. */
const ACCOUNTS_MAX = 100_000
const ARRIVALS_MAX = 1000

/** What the rules share; each takes the part of it that it names. */
export type Store = AppendPorts &
  MovePorts &
  SearchPorts & {
    readonly staging: StagingLimits
  }

export interface StorePorts {
  readonly collections: Collections
  readonly clock: Clock
  readonly random: Random
  readonly announce: (mailbox: MailboxDocument) => void
  readonly events: MailboxEvents
  readonly quotaNews: QuotaNews
  readonly at: Failpoint
}

export interface StoreSettings {
  /** Without it nobody can tell from a blob's id what is in it. */
  readonly blobKey: string
  readonly retention: Retention
  readonly limits: CommitterLimits
  readonly messageBytesMax: number
  readonly turns: TurnLimits
  /** Smaller ones in tests. */
  readonly staging?: StagingLimits
}

export function makeStore(ports: StorePorts, settings: StoreSettings): Store {
  const { collections, clock, random, at } = ports
  const quotas = new Quotas(collections, clock, ports.quotaNews)
  const announce = (mailbox: MailboxDocument) => {
    ports.announce(mailbox)
    if (mailbox.lastVanished === mailbox.modSeq) quotas.released(mailbox)
  }
  const completeMove: MailboxPorts['completeMove'] = (source, mailbox, move) =>
    completeMoveOf(source, mailbox, move, store)
  const store: Store = {
    collections,
    clock,
    random,
    at,
    inboxes: new RecentMap(ACCOUNTS_MAX),
    domains: new RecentMap(ACCOUNTS_MAX),
    arrivals: new RecentMap(ARRIVALS_MAX),
    prepared: new Map(),
    committer: new Committer(
      { ...ports, announce, completeMove, retention: settings.retention },
      settings.limits,
    ),
    blobs: new Blobs(collections, settings.blobKey, clock, settings.messageBytesMax),
    quotas,
    messageBytesMax: settings.messageBytesMax,
    turns: new StoreTurns(settings.turns),
    staging: settings.staging ?? STAGING,
  }
  return store
}
