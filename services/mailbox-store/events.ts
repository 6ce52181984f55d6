import type { Telemetry } from '#lib/base/telemetry.ts'
import { countUids, parseUidSet } from '#lib/mail/uid-set.ts'
import type { Crossing } from './quota/levels.ts'

export type Events = ReturnType<typeof mailboxStoreEvents>

export const METRICS = {
  store_appends_total: {
    kind: 'counter',
    help: 'Messages put into mailboxes: appended, or repeated deliveries of what was there',
    labels: ['outcome'],
  },
  store_appended_bytes_total: {
    kind: 'counter',
    help: 'Bytes of the messages appended',
    labels: [],
  },
  store_commits_total: {
    kind: 'counter',
    help: 'Compare-and-sets that changed a mailbox',
    labels: [],
  },
  store_operations_total: {
    kind: 'counter',
    help: 'Operations in these commits: those that waited for one mailbox share one',
    labels: [],
  },
  store_conflicts_total: {
    kind: 'counter',
    help: 'Compare-and-sets that another replica was faster than',
    labels: [],
  },
  store_commit_seconds: {
    kind: 'histogram',
    help: 'From the start of a commit until it is durable',
    labels: [],
  },
  store_helped_total: {
    kind: 'counter',
    help: 'Operations found unapplied and completed',
    labels: [],
  },
  store_apply_failures_total: {
    kind: 'counter',
    help: 'Committed operations that could not be applied at once; whoever comes next applies them',
    labels: [],
  },
  store_announce_failures_total: {
    kind: 'counter',
    help: 'Changes that could not be announced; sessions see them later',
    labels: [],
  },
  store_quota_crossings_total: {
    kind: 'counter',
    help: 'Accounts, domains and tenants that crossed 80, 90 or 100 per cent of their quota, up or down, by where they are now',
    labels: ['scope', 'level'],
  },
  store_quota_refusals_total: {
    kind: 'counter',
    help: 'Messages refused because an account, domain or tenant is full',
    labels: ['scope'],
  },
  store_collect_runs_total: {
    kind: 'counter',
    help: 'Whole runs that looked for bytes that nothing refers to, and runs that failed',
    labels: ['outcome'],
  },
  store_collected_total: {
    kind: 'counter',
    help: 'Blobs and pieces removed because nothing referred to them',
    labels: [],
  },
  store_collect_kept: {
    kind: 'gauge',
    help: 'Blobs and pieces that the last run of this process left',
    labels: [],
  },
  store_collect_duration_seconds: {
    kind: 'gauge',
    help: 'How long the last run of this process took',
    labels: [],
  },
  store_unfinished_total: {
    kind: 'counter',
    help: 'Moves left half done, and deletions, that were completed a while later, or failed to be',
    labels: ['what', 'outcome'],
  },
  store_views_read_total: {
    kind: 'counter',
    help: 'Views of mailboxes read because none was kept: from a snapshot, or from all messages',
    labels: ['source'],
  },
  store_snapshots_total: {
    kind: 'counter',
    help: 'Views of large mailboxes written down, and such that were refused when they were read',
    labels: ['outcome'],
  },
  store_view_bytes: { kind: 'gauge', help: 'Memory held by views', labels: [] },
  store_open_mailboxes: { kind: 'gauge', help: 'Mailboxes remembered', labels: [] },
} as const

/** Everything that the mailbox-store tells the world about: one function per thing that happens. */
export function mailboxStoreEvents({ log, warn, count, observe, gauge }: Telemetry) {
  return {
    appended(account: string, delivery: string, mailbox: string, uid: number): void {
      log('appended', { account, delivery, mailbox, uid })
      count('store_appends_total', { outcome: 'appended' })
    },
    repeated(account: string, delivery: string, mailbox: string, uid: number): void {
      log('append-repeated', { account, delivery, mailbox, uid })
      count('store_appends_total', { outcome: 'repeated' })
    },
    batchAppended(
      account: string,
      delivery: string,
      { mailbox, uids, repeated }: { mailbox: string; uids: string; repeated: boolean },
    ): void {
      log(repeated ? 'batch-repeated' : 'batch-appended', { account, delivery, mailbox, uids })
      const outcome = repeated ? 'repeated' : 'appended'
      count('store_appends_total', { outcome }, countUids(parseUidSet(uids)))
    },
    stored(bytes: number): void {
      count('store_appended_bytes_total', {}, bytes)
    },
    committed(operations: number, conflicts: number, seconds: number): void {
      count('store_commits_total')
      count('store_operations_total', {}, operations)
      if (conflicts > 0) count('store_conflicts_total', {}, conflicts)
      observe('store_commit_seconds', seconds)
    },
    helped(mailbox: string): void {
      log('operation-helped', { mailbox })
      count('store_helped_total')
    },
    viewRead(source: 'snapshot' | 'messages'): void {
      count('store_views_read_total', { source })
    },
    snapshotWritten(): void {
      count('store_snapshots_total', { outcome: 'written' })
    },
    snapshotRefused(mailbox: string): void {
      warn('snapshot-refused', { mailbox })
      count('store_snapshots_total', { outcome: 'refused' })
    },
    applyFailed(mailbox: string, error: unknown): void {
      warn('operation-not-applied', { mailbox, error })
      count('store_apply_failures_total')
    },
    announceFailed(error: unknown): void {
      warn('change-not-announced', { error })
      count('store_announce_failures_total')
    },
    quotaCrossed({ scope, name, from, level, held, bytes, messages }: Crossing): void {
      const quota = { bytes, messages }
      log('quota-crossed', { scope, name, from, level, held, quota })
      count('store_quota_crossings_total', { scope, level: String(level) })
    },
    quotaRefused(scope: string): void {
      count('store_quota_refusals_total', { scope })
    },
    quotaNotLooked(error: unknown): void {
      warn('quota-not-looked-at', { error })
    },
    collected(run: { seen: number; kept: number; removed: number; seconds: number }): void {
      log('collected', run)
      count('store_collect_runs_total', { outcome: 'done' })
      count('store_collected_total', {}, run.removed)
      gauge('store_collect_kept', run.kept)
      gauge('store_collect_duration_seconds', run.seconds)
    },
    collectFailed(error: unknown): void {
      warn('collecting-failed', { error })
      count('store_collect_runs_total', { outcome: 'failed' })
    },
    completed(mailbox: string, what: 'moves' | 'deletion'): void {
      log('left-completed', { mailbox, what })
      count('store_unfinished_total', { what, outcome: 'completed' })
    },
    notCompleted(mailbox: string, what: 'moves' | 'deletion', error: unknown): void {
      warn('left-not-completed', { mailbox, what, error })
      count('store_unfinished_total', { what, outcome: 'failed' })
    },
    unfinishedFailed(error: unknown): void {
      warn('unfinished-not-looked-for', { error })
      count('store_unfinished_total', { what: 'all', outcome: 'failed' })
    },
    tidyFailed(error: unknown): void {
      warn('tidying-failed', { error })
    },
    measured(viewBytes: number, openMailboxes: number): void {
      gauge('store_view_bytes', viewBytes)
      gauge('store_open_mailboxes', openMailboxes)
    },
  }
}
