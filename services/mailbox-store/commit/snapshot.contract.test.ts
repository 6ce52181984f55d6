/** Views that come from snapshots are the views that the messages give, whatever happened in between. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Collection, Document, Filter } from '#lib/db/port.ts'
import { append } from '../append.ts'
import { type Collections, mailboxKey, snapshotPartsOf } from '../documents.ts'
import { expunge } from '../expunge.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import { appendOf, collectionsOf, openContractDatabase } from '../testing.ts'
import { Snapshots } from './snapshot.ts'
import { filled, processOn, seenBy, tidy } from './testing.ts'
import { View } from './view.ts'

const HISTORIES = 12
const STEPS = 40
const SOUND_STEPS = [
  ...(['append', 'append', 'append', 'flags', 'flags', 'expunge'] as const),
  ...(['save', 'save', 'compare'] as const),
]
const ALL_STEPS = [...SOUND_STEPS, 'damage', 'forget'] as const

function chanceOf(seed: number): (below: number) => number {
  let state = seed * 2_654_435_761 + 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

/** Notes what is asked of the messages. */
function watched(collections: Collections): { collections: Collections; asked: Filter[] } {
  const asked: Filter[] = []
  return { asked, collections: { ...collections, messages: noted(collections.messages, asked) } }
}

function noted<T extends Document>(collection: Collection<T>, asked: Filter[]): Collection<T> {
  return new Proxy(collection, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...args: unknown[]) => {
        if (name === 'find') asked.push(args[0] as Filter)
        return method.apply(target, args)
      }
    },
  })
}

class History {
  readonly done: string[] = []
  readonly #account: string
  readonly #chance: (below: number) => number
  readonly #collections: Collections
  readonly #snapshots: Snapshots
  readonly #store: Store
  readonly #saving: Promise<void>[] = []
  /** Nothing is lost or torn in it. */
  readonly #sound: boolean
  #mailbox = ''

  constructor(collections: Collections, seed: number) {
    this.#sound = seed % 2 === 0
    this.#account = `snapshot-${seed}`
    this.#chance = chanceOf(seed)
    this.#collections = collections
    this.#snapshots = new Snapshots(collections, { partMessages: 3 })
    this.#store = processOn(collections)
  }

  async run(): Promise<void> {
    const { mailbox } = await append(appendOf({ account: this.#account }), this.#store)
    this.#mailbox = mailbox
    const key = mailboxKey(this.#account, mailbox)
    for (let step = 0; step < STEPS; step++) {
      const names = this.#sound ? SOUND_STEPS : ALL_STEPS
      const name = names[this.#chance(names.length)] ?? 'append'
      this.done.push(name)
      await this.#do(name, key)
    }
    await this.#compare(key)
    await Promise.all(this.#saving)
  }

  async #do(name: (typeof ALL_STEPS)[number], key: string): Promise<void> {
    switch (name) {
      case 'append':
        return this.#append()
      case 'flags':
        return this.#flags()
      case 'expunge':
        return this.#expunge()
      case 'save':
        return this.#save(key)
      case 'compare':
        return this.#compare(key)
      case 'damage':
        return this.#damage(key)
      case 'forget':
        return this.#forget(key)
    }
  }

  async #append(): Promise<void> {
    for (let i = this.#chance(5); i >= 0; i--) {
      const flags = this.#chance(2) === 0 ? [] : ['\\Seen', `k${this.#chance(70)}`]
      await append(appendOf({ account: this.#account, flags }), this.#store)
    }
  }

  async #flags(): Promise<void> {
    const flags = [['\\Deleted'], ['\\Seen'], [`k${this.#chance(70)}`]][this.#chance(3)] ?? []
    const mode = (['add', 'add', 'remove', 'replace'] as const)[this.#chance(4)] ?? 'add'
    await storeFlags({ ...this.#place(), uids: this.#uids(), mode, flags }, this.#store)
  }

  async #expunge(): Promise<void> {
    const uids = this.#uids()
    await storeFlags({ ...this.#place(), uids, mode: 'add', flags: ['\\Deleted'] }, this.#store)
    await expunge({ ...this.#place(), uids }, this.#store)
  }

  /** Now and then the next steps happen while it is written. */
  async #save(key: string): Promise<void> {
    const { saved } = await this.#store.committer.mailbox(key).read(true, ({ mailbox, view }) => ({
      saved: this.#snapshots.save(mailbox, { view, modSeq: mailbox.modSeq }),
    }))
    this.#saving.push(saved)
    if (this.#chance(2) === 0) await saved
  }

  async #compare(key: string): Promise<void> {
    if (this.#sound) await Promise.all(this.#saving)
    const saved = this.#sound && (await this.#collections.snapshots.findOne({ _id: key }))
    const { collections, asked } = watched(this.#collections)
    const seen = await seenBy(processOn(collections), key)
    assert.deepEqual(Buffer.from(seen), Buffer.from(await filled(this.#store, key)))
    // Otherwise what a snapshot lacks would not show: it would just not be believed.
    if (saved) assert(!asked.some(({ _id }) => _id !== undefined), 'the snapshot was of no use')
  }

  /** A part goes, or is torn, or is another mailbox's. */
  async #damage(key: string): Promise<void> {
    const filter = { _id: snapshotPartsOf(key, 0).all }
    const parts = await Array.fromAsync(this.#collections.snapshotParts.find(filter))
    const part = parts[this.#chance(parts.length + 1)]
    if (part === undefined) return
    const { _id } = part
    if (this.#chance(2) === 0) await this.#collections.snapshotParts.deleteOne({ _id })
    else {
      const content = Buffer.from(part.content)
      const at = this.#chance(content.length)
      content[at] = (content[at] ?? 0) ^ 0x10
      await this.#collections.snapshotParts.replaceOne({ _id }, { _id, content })
    }
  }

  /** What was expunged is known no more. */
  async #forget(key: string): Promise<void> {
    await this.#collections.vanished.deleteMany({ _id: { $gte: `${key}/`, $lt: `${key}0` } })
  }

  #place() {
    const [account, mailbox] = [this.#account, this.#mailbox]
    return { account, mailbox, operationId: '', unchangedSince: undefined }
  }

  #uids(): string {
    const first = 1 + this.#chance(30)
    return `${first}:${first + this.#chance(6)}`
  }
}

test(`${HISTORIES} random histories: what a snapshot gives is what the messages give`, async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  for (let seed = 1; seed <= HISTORIES; seed++) {
    const history = new History(collections, seed)
    try {
      await history.run()
    } catch (cause) {
      throw new Error(`seed ${seed}: ${history.done.join(', ')}`, { cause })
    }
  }
})

test('a quiet mailbox is written down, and the next process reads only what changed since', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const { collections, asked } = watched(await collectionsOf(database))
  const store = processOn(collections, 5)
  const account = 'quiet'
  let mailbox = ''
  for (let i = 0; i < 6; i++) ({ mailbox } = await append(appendOf({ account }), store))
  const key = mailboxKey(account, mailbox)
  const head = () => collections.snapshots.findOne({ _id: key })
  await tidy(store)
  assert.equal(await head(), undefined, 'it was only now changed')
  await tidy(store)
  assert.equal((await head())?.length, 6, 'though nobody has looked at it')
  await append(appendOf({ account }), store)
  await tidy(store)
  await tidy(store)
  assert.equal((await head())?.length, 6, 'one message is not worth it')

  const next = processOn(collections, 5)
  asked.length = 0
  const seen = await seenBy(next, key)
  const modSeq = (await head())?.modSeq ?? 0
  assert.deepEqual(asked, [{ mailbox: key, modSeq: { $gt: modSeq } }])
  assert.deepEqual(Buffer.from(seen), Buffer.from(await filled(store, key)))
})

test('a busy mailbox is written down as well, and what it replaces goes away', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const store = processOn(collections, 5)
  const account = 'busy'
  let key = ''
  for (let i = 0; i < 60; i++) {
    key = mailboxKey(account, (await append(appendOf({ account }), store)).mailbox)
    if (i % 10 === 9) await tidy(store)
  }
  const { modSeq = 0, length } = (await collections.snapshots.findOne({ _id: key })) ?? {}
  assert.equal(length, 60)
  const parts = collections.snapshotParts.find({ _id: snapshotPartsOf(key, 0).all })
  for await (const { _id } of parts)
    assert(_id.startsWith(`${key}/${`${modSeq}`.padStart(16, '0')}/`))
})

test('a snapshot of another time, or that does not agree with the counts, is not believed', async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  const collections = await collectionsOf(database)
  const store = processOn(collections, 2)
  const account = 'doubted'
  let mailbox = ''
  for (let i = 0; i < 4; i++) ({ mailbox } = await append(appendOf({ account }), store))
  const key = mailboxKey(account, mailbox)
  await tidy(store)
  await tidy(store)
  assert(await collections.snapshots.findOne({ _id: key }))
  const view = new View()
  for (const uid of [1, 2, 3, 5]) {
    view.put({ uid, modSeq: 1, flags: [0], size: 1, internalDate: 0 })
  }
  const document = await collections.mailboxes.findOne({ _id: key })
  assert(document)
  const { modSeq } = document
  const right = Buffer.from(await filled(store, key))
  const refused: string[] = []
  const seen = async () => {
    const next = processOn(collections, 1, (one) => void refused.push(one))
    return Buffer.from(await seenBy(next, key))
  }
  const snapshots = new Snapshots(collections)
  await snapshots.save(document, { view, modSeq })
  assert.deepEqual(await seen(), right, 'other messages')
  assert.deepEqual(refused, [key])

  // The same counts, though never of this mailbox.
  const other = new View()
  other.restore(right)
  other.setFlags(0, [4], 1)
  await snapshots.save({ ...document, uidValidity: 7 }, { view: other, modSeq })
  assert.deepEqual(await seen(), right, 'another UIDVALIDITY')
  await snapshots.save(document, { view: other, modSeq: modSeq + 9 })
  assert.deepEqual(await seen(), right, 'the future')
})
