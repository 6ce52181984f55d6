/** What the tests of collecting share: a store whose days pass, runs of the collector, and work that comes in between. */

import assert from 'node:assert/strict'
import type { Clock } from '#lib/base/clock.ts'
import type { Collection, Database, Document } from '#lib/db/port.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { append } from '../append.ts'
import type { Collections } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox } from '../mailboxes.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  appendOf,
  collectionsOf,
  openContractDatabase,
  openStoreOn,
  TENANT,
  type TestStoreOptions,
} from '../testing.ts'
import { type CollectProgress, collect } from './collect.ts'

export const DAY_MS = 86_400_000

export interface RunOptions {
  /** As the collector sees them; the database's own when not given. */
  readonly collections?: Collections
  readonly collectMemoryBytes?: number
  readonly signal?: AbortSignal
}

/** A database, a clock that the test moves, and processes that come and go. */
export class World implements AsyncDisposable {
  /** At noon, so that a day and a bit is one day. */
  now = (Math.floor(systemClock.now() / DAY_MS) + 0.5) * DAY_MS
  readonly clock: Clock = { ...systemClock, now: () => this.now }
  readonly collections: Collections
  readonly #database: Database

  private constructor(database: Database, collections: Collections) {
    this.#database = database
    this.collections = collections
  }

  static async open(server: string | undefined): Promise<World> {
    const database = await openContractDatabase(server)
    return new World(database, await collectionsOf(database))
  }

  pass(days: number): void {
    this.now += days * DAY_MS
  }

  /** A process that remembers nothing. */
  newStore(collections = this.collections, options: TestStoreOptions = {}): Store {
    return openStoreOn(collections, { clock: this.clock, ...options })
  }

  /** A whole run, by a process of its own; answers its last report. */
  async collect(options: RunOptions = {}): Promise<CollectProgress> {
    const { collections = this.collections, collectMemoryBytes = 1024 * 1024, signal } = options
    const ports = {
      collections,
      collectMemoryBytes,
      committer: this.newStore().committer,
      clock: this.clock,
      random: systemRandom,
      events: { collected: () => undefined },
    }
    let last: CollectProgress | undefined
    for await (const progress of collect(ports, signal)) last = progress
    assert(last)
    return last
  }

  async counts(): Promise<{ blobs: number; pieces: number; staged: number }> {
    const { blobs, pieces, staged } = this.collections
    const counts = await Promise.all([blobs, pieces, staged].map((one) => one.count({})))
    const [b = 0, p = 0, s = 0] = counts
    return { blobs: b, pieces: p, staged: s }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database[Symbol.asyncDispose]()
  }
}

/** Something that happens at the nth call to the database, before it is made or before it is answered. */
export interface Interlude {
  readonly atCall: number
  readonly when: 'before' | 'after'
  readonly act: () => Promise<unknown>
}

/** A database as one process sees it, where others come in between. */
export class Interposed {
  calls = 0
  readonly collections: Collections
  #interlude: Interlude | undefined

  constructor(collections: Collections, interlude?: Interlude) {
    this.#interlude = interlude
    const wrapped = Object.entries(collections).map(([name, one]) => [name, this.#wrap(one)])
    this.collections = Object.fromEntries(wrapped) as Collections
  }

  /** Counts from here. */
  arm(interlude: Interlude): void {
    this.#interlude = interlude
    this.calls = 0
  }

  /** Whether the moment came. */
  get happened(): boolean {
    return this.calls >= (this.#interlude?.atCall ?? Number.POSITIVE_INFINITY)
  }

  #wrap<T extends Document>(collection: Collection<T>): Collection<T> {
    return new Proxy(collection, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        return (...args: unknown[]) => {
          const interlude = ++this.calls === this.#interlude?.atCall ? this.#interlude : undefined
          const call = () => method.apply(target, args)
          return name === 'find' ? stream<T>(call, interlude) : answer(call, interlude)
        }
      },
    })
  }
}

async function answer(
  call: () => Promise<unknown>,
  interlude: Interlude | undefined,
): Promise<unknown> {
  if (interlude?.when === 'before') await interlude.act()
  const result = await call()
  if (interlude?.when === 'after') await interlude.act()
  return result
}

async function* stream<T>(
  call: () => AsyncIterable<T>,
  interlude: Interlude | undefined,
): AsyncGenerator<T> {
  if (interlude?.when === 'before') await interlude.act()
  // All of it, so that what comes after it comes before anything is done with it.
  const all = await Array.fromAsync(call())
  if (interlude?.when === 'after') await interlude.act()
  yield* all
}

const CALLS_MAX = 200

/** Once for each moment there is, until the work makes no more calls: `round` answers whether the moment came. */
export async function atEachCall(
  round: (moment: Pick<Interlude, 'atCall' | 'when'>) => Promise<boolean>,
): Promise<number> {
  let rounds = 0
  for (const when of ['before', 'after'] as const) {
    for (let atCall = 1; await round({ atCall, when }); atCall++) {
      rounds++
      assert(atCall < CALLS_MAX, 'it ends')
    }
  }
  return rounds
}

/** A message small enough to lie in its head, or with an attachment that lies in pieces; the same for the same words. */
export function contentOf(subject: string, attachment = '', lineCount = 1500): Buffer {
  const head = `Subject: ${subject}\r\nFrom: bob@example.test\r\n`
  if (attachment === '') return Buffer.from(`${head}\r\n${subject}\r\n`)
  const line = `${Buffer.from(attachment.repeat(60)).toString('base64').slice(0, 76)}\r\n`
  const lines = Array.from({ length: lineCount }, (_, i) => `${i}${line}`.slice(-78)).join('')
  return Buffer.from(
    [
      `${head}MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n`,
      `Content-Type: text/plain\r\n\r\n${subject}\r\n--b\r\n`,
      `Content-Type: application/octet-stream\r\n\r\n${lines}\r\n--b--\r\n`,
    ].join(''),
  )
}

export async function put(
  store: Store,
  account: string,
  content: Uint8Array,
  more: Parameters<typeof appendOf>[0] = {},
): Promise<{ uid: number; mailbox: string }> {
  return append(appendOf({ account, content, ...more }), store)
}

/** Takes the messages out for good. */
export async function remove(store: Store, account: string, uids: string, mailbox: string) {
  const flags = ['\\Deleted']
  const change = { account, mailbox, uids, mode: 'add', flags, operationId: '' } as const
  await storeFlags({ ...change, unchangedSince: undefined }, store)
  await expunge({ account, mailbox, uids, operationId: '' }, store)
  await store.committer.settled()
}

export async function addMailbox(store: Store, account: string, name: string): Promise<string> {
  const made = { account, tenant: TENANT, domain: '', name, specialUse: '' }
  const { _id } = await createMailbox(made, store)
  return _id.slice(_id.indexOf('/') + 1)
}

/** The bytes of a message as a process reads them that has just started. */
export async function read(
  world: World,
  account: string,
  mailbox: string,
  uid: number,
): Promise<Buffer | undefined> {
  const store = world.newStore()
  // Helps what is pending.
  await store.committer.mailbox(`${account}/${mailbox}`).read(false, () => undefined)
  const _id = `${account}/${mailbox}/${String(uid).padStart(10, '0')}`
  const message = await world.collections.messages.findOne({ _id })
  if (message === undefined || message.expiresAt !== undefined) return undefined
  return Buffer.from(await store.blobs.readAll(message.blob, 0, message.size))
}
