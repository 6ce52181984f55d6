/** What the tests of this service share: stores on one database, processes that die, and what must hold ever after. */

import assert from 'node:assert/strict'
import type { Clock, Random } from '#lib/base/clock.ts'
import { newId } from '#lib/base/id.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Collection, Database, Document } from '#lib/db/port.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import type { Append } from './append.ts'
import type { Failpoint } from './commit/apply.ts'
import { DELETED, hasBit, SEEN, toNames } from './commit/flag-words.ts'
import type { StagingLimits } from './commit/staged.ts'
import { type Collections, type MailboxDocument, messageKey, openCollections } from './documents.ts'
import { listMailboxes } from './mailboxes.ts'
import type { QuotaNews } from './quota.ts'
import { makeStore, type Store } from './store.ts'
import type { TurnLimits } from './turns.ts'

export const ACCOUNT = 'alice'
export const TENANT = 'acme'

const DAY_MS = 86_400_000

export interface TestStoreOptions {
  readonly at?: Failpoint
  readonly announce?: (mailbox: MailboxDocument) => void
  readonly quotaNews?: Partial<QuotaNews>
  /** Bytes of views that are kept; 0 forgets them with each `tidy`. */
  readonly viewBytesMax?: number
  readonly openMax?: number
  readonly staging?: StagingLimits
  readonly turns?: Partial<TurnLimits>
  readonly clock?: Clock
  readonly random?: Random
}

const opened = new WeakMap<Database, Promise<Collections>>()

/** Opened once per database: on a server that takes longer than most tests. */
export function collectionsOf(database: Database): Promise<Collections> {
  const collections = opened.get(database) ?? openCollections(database)
  opened.set(database, collections)
  return collections
}

/** One process of the store; several on one database are replicas. */
export async function openStore(
  database: Database,
  options: TestStoreOptions = {},
): Promise<Store> {
  return openStoreOn(await collectionsOf(database), options)
}

export function openStoreOn(collections: Collections, options: TestStoreOptions = {}): Store {
  const nothing = () => undefined
  const ports = {
    collections,
    clock: options.clock ?? systemClock,
    random: options.random ?? systemRandom,
    announce: options.announce ?? nothing,
    quotaNews: {
      ...{ crossed: nothing, refused: nothing, full: nothing, roomAgain: nothing, failed: nothing },
      ...options.quotaNews,
    },
    at: options.at ?? nothing,
    events: {
      ...{ committed: nothing, helped: nothing, applyFailed: nothing },
      ...{ viewRead: nothing, snapshotWritten: nothing, snapshotRefused: nothing },
    },
  }
  return makeStore(ports, {
    blobKey: 'a key for tests',
    retention: { receiptsMs: 7 * DAY_MS, vanishedMs: 30 * DAY_MS, tombstonesMs: DAY_MS },
    limits: {
      viewBytesMax: options.viewBytesMax ?? 64 * 1024 * 1024,
      openMax: options.openMax ?? 1000,
    },
    messageBytesMax: 100 * 1024 * 1024,
    turns: { appends: 64, bigAppends: 2, searches: 2, waiting: 1000, ...options.turns },
    ...(options.staging && { staging: options.staging }),
  })
}

export function openTestDatabase(): Promise<Database> {
  return openDatabase('sqlite::memory:', { clock: systemClock })
}

/** For contract tests: on the server that MONGODB_URL names, when there is one. */
export function openContractDatabase(server: string | undefined): Promise<Database> {
  if (server === undefined) return openTestDatabase()
  const url = new URL(server)
  url.pathname = `/hikyaku_store_${newId(systemClock, systemRandom)}`
  return openDatabase(url.href, { clock: systemClock })
}

/** An append to INBOX with everything that a test does not care about. */
export function appendOf(changes: Partial<Append> = {}): Append {
  return {
    account: ACCOUNT,
    tenant: TENANT,
    domain: '',
    mailbox: { id: '', name: 'INBOX' },
    mailId: '',
    content: Buffer.from('Subject: hello\r\nFrom: bob@example.test\r\n\r\nHello.\r\n'),
    flags: [],
    internalDate: 1_700_000_000_000,
    quotas: [],
    ...changes,
  }
}

/** What a process throws at those who wait for it when it dies. */
export class Killed extends Error {}

/** A database as a process sees it that dies at its nth call: before the call is made, or before it is answered. */
export class Mortal {
  dead = false
  calls = 0
  dies: { atCall: number; when: 'before' | 'after' } | undefined
  readonly collections: Collections

  constructor(collections: Collections) {
    const wrapped = Object.entries(collections).map(([name, one]) => [name, this.#wrap(one)])
    this.collections = Object.fromEntries(wrapped) as Collections
  }

  #wrap<T extends Document>(collection: Collection<T>): Collection<T> {
    return new Proxy(collection, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          const last = this.#call()
          const result = method.apply(target, args)
          return name === 'find'
            ? this.#stream(result as AsyncIterable<T>, last)
            : this.#answer(result as Promise<unknown>, last)
        }
      },
    })
  }

  /** Answers whether this call is the last that is made. */
  #call(): boolean {
    if (this.dead) throw new Killed()
    this.calls++
    if (this.calls !== this.dies?.atCall) return false
    if (this.dies.when === 'after') return true
    this.dead = true
    throw new Killed()
  }

  async #answer<A>(result: Promise<A>, last: boolean): Promise<A> {
    const answer = await result
    if (last) this.dead = true
    if (this.dead) throw new Killed()
    return answer
  }

  async *#stream<A>(result: AsyncIterable<A>, last: boolean): AsyncGenerator<A> {
    if (last) this.dead = true
    if (this.dead) throw new Killed()
    yield* result
  }
}

/**
 * Everything in an account, one line per mailbox: `INBOX: 1 first (\Seen), 3 third ()`. On the way it checks what must
 * always hold: the view is what the documents say, the counts are those of the view, and all bytes are there.
 */
export async function inspect(store: Store, account: string): Promise<string> {
  const lines: string[] = []
  const { mailboxes } = await listMailboxes({ account, tenant: TENANT }, store)
  for (const { _id } of mailboxes) lines.push(await inspectMailbox(store, _id))
  return lines.join('\n')
}

async function inspectMailbox(store: Store, key: string): Promise<string> {
  const { mailbox, entries } = await store.committer.mailbox(key).read(true, (now) => ({
    mailbox: now.mailbox,
    entries: Array.from({ length: now.view.length }, (_, i) => ({
      uid: now.view.uidAt(i),
      modSeq: now.view.modSeqAt(i),
      flags: now.view.flagsAt(i),
      size: now.view.sizeAt(i),
    })),
  }))
  const texts: string[] = []
  const _id = { $gte: messageKey(key, 0), $lte: messageKey(key, 0xffff_ffff) }
  const documents = await Array.fromAsync(
    store.collections.messages.find({ _id }, { sort: { _id: 1 } }),
  )
  const living = documents.filter((one) => one.expiresAt === undefined)
  assert.deepEqual(
    living.map(({ uid }) => uid),
    entries.map(({ uid }) => uid),
    'view and documents',
  )
  for (const [i, message] of living.entries()) {
    const entry = entries[i]
    const names = toNames(message.flags, mailbox.keywords)
    assert.deepEqual(toNames(entry?.flags ?? [], mailbox.keywords), names, 'flags of the view')
    assert.equal(entry?.modSeq, message.modSeq, 'MODSEQ of the view')
    assert(message.modSeq <= mailbox.modSeq && message.uid < mailbox.uidNext, 'nothing is ahead')
    const content = await store.blobs.readAll(message.blob, 0, message.size)
    assert.equal(content.length, message.size)
    const [, subject = ''] = /Subject: (.*)\r\n/.exec(Buffer.from(content).toString()) ?? []
    texts.push(`${message.uid} ${subject} (${names.sort().join(' ')})`)
  }
  const count = (bit: number) => entries.filter(({ flags }) => hasBit(flags, Math.log2(bit))).length
  const { exists, unseen, deleted, bytes } = mailbox
  assert.deepEqual(
    { exists, unseen, deleted, bytes },
    {
      exists: entries.length,
      unseen: entries.length - count(SEEN),
      deleted: count(DELETED),
      bytes: entries.reduce((sum, { size }) => sum + size, 0),
    },
    'counts',
  )
  return `${mailbox.name}: ${texts.join(', ')}`
}
