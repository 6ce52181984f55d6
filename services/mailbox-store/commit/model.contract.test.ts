/**
 * Random histories on several replicas that die, against a model in memory; and a watcher that follows the mailbox
 * as a client does. `HIKYAKU_HISTORIES=1000 HIKYAKU_SEED=7` runs so many, from that seed on.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { Database } from '#lib/db/port.ts'
import { countUids, eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { append } from '../append.ts'
import { changesSince } from '../changes.ts'
import { copy, move } from '../copy.ts'
import { mailboxIdOf } from '../documents.ts'
import { expunge } from '../expunge.ts'
import { createMailbox } from '../mailboxes.ts'
import { findMailbox } from '../names.ts'
import type { Store } from '../store.ts'
import { storeFlags } from '../store-flags.ts'
import {
  appendOf,
  collectionsOf,
  inspect,
  Mortal,
  openContractDatabase,
  openStoreOn,
  TENANT,
} from '../testing.ts'
import type { Packed } from './view.ts'

const HISTORIES = Number(process.env.HIKYAKU_HISTORIES ?? 25)
const SEED = Number(process.env.HIKYAKU_SEED ?? 1)
const STEPS = 16
const AT_ONCE = 5
const NAMES = ['Archive', 'INBOX'] as const
const FLAGS = ['\\Deleted', '\\Flagged', '\\Seen', 'Home', 'Work']

type Name = (typeof NAMES)[number]
interface ModelMessage {
  readonly subject: string
  readonly flags: Set<string>
}

test(`${HISTORIES} random histories end as the model does`, async () => {
  await using database = await openContractDatabase(process.env.MONGODB_URL)
  let next = SEED
  const run = async () => {
    while (next < SEED + HISTORIES) {
      const seed = next++
      const history = new History(database, seed)
      try {
        await history.run()
      } catch (error) {
        next = Number.POSITIVE_INFINITY
        throw new Error(`HIKYAKU_SEED=${seed}: ${history.done.join(', ')}`, { cause: error })
      }
    }
  }
  for (const result of await Promise.allSettled(Array.from({ length: AT_ONCE }, run))) {
    if (result.status === 'rejected') throw result.reason
  }
})

class History {
  readonly done: string[] = []
  readonly #database: Database
  readonly #account: string
  readonly #chance: (below: number) => number
  readonly #model = {
    INBOX: new Map<number, ModelMessage>(),
    Archive: new Map<number, ModelMessage>(),
  }
  readonly #uidNext = { INBOX: 1, Archive: 1 }
  readonly #ids = { INBOX: '', Archive: '' }
  readonly #replicas: { mortal: Mortal; store: Store }[] = []
  #operation = 0

  constructor(database: Database, seed: number) {
    this.#database = database
    this.#account = `history-${seed}`
    this.#chance = chanceOf(seed)
  }

  async run(): Promise<void> {
    for (let i = 0; i < 2; i++) this.#replicas.push(await this.#start())
    const store = this.#store()
    const account = this.#account
    await createMailbox({ account, tenant: TENANT, name: 'Archive', specialUse: '' }, store)
    for (const name of NAMES) {
      this.#ids[name] = mailboxIdOf(await findMailbox(account, { id: '', name }, TENANT, store))
    }
    for (let step = 0; step < STEPS; step++) {
      if (this.#chance(4) === 0) await this.#together()
      else await this.#alone()
      assert.equal(await inspect(this.#store(), account), this.#expected())
    }
  }

  #expected(): string {
    const line = (name: Name) => {
      const texts = [...this.#model[name]].map(
        ([uid, { subject, flags }]) => `${uid} ${subject} (${[...flags].sort().join(' ')})`,
      )
      return `${name}: ${texts.join(', ')}`
    }
    return NAMES.map(line).join('\n')
  }

  async #start() {
    const mortal = new Mortal(await collectionsOf(this.#database))
    return { mortal, store: openStoreOn(mortal.collections) }
  }

  #store(): Store {
    return this.#replicas[this.#chance(this.#replicas.length)]?.store as Store
  }

  /** Does something with processes that die, again until it is answered. */
  async #survive<A>(work: (store: Store) => Promise<A>): Promise<A> {
    for (let tries = 0; ; tries++) {
      const index = this.#chance(this.#replicas.length)
      const { mortal, store } = this.#replicas[index] as { mortal: Mortal; store: Store }
      if (tries < 3 && this.#chance(3) === 0) {
        const when = this.#chance(2) === 0 ? 'before' : 'after'
        mortal.dies = { atCall: mortal.calls + 1 + this.#chance(9), when }
      }
      try {
        return await work(store)
      } catch (error) {
        if (!mortal.dead) throw error
        this.done.push('killed')
      } finally {
        await store.committer.settled()
        mortal.dies = undefined
        if (mortal.dead) this.#replicas[index] = await this.#start()
      }
    }
  }

  async #alone(): Promise<void> {
    const name = NAMES[this.#chance(2)] as Name
    const what = ['append', 'append', 'append', 'flags', 'flags', 'expunge', 'copy', 'move'][
      this.#chance(8)
    ]
    this.done.push(`${what} ${name}`)
    if (what === 'append') await this.#append(name)
    else if (what === 'flags') await this.#flags(name)
    else if (what === 'expunge') await this.#expunge(name)
    else await this.#transfer(name, what === 'move')
  }

  async #append(name: Name): Promise<void> {
    const subject = `s${this.#operation}`
    const flags = this.#someFlags()
    const request = this.#appendOf(name, subject, flags)
    const { uid } = await this.#survive((store) => append(request, store))
    assert.equal(uid, this.#uidNext[name])
    this.#model[name].set(this.#uidNext[name]++, { subject, flags: new Set(flags) })
  }

  async #flags(name: Name): Promise<void> {
    const uids = this.#someUids(name)
    const flags = this.#someFlags()
    const mode = (['add', 'remove', 'replace'] as const)[this.#chance(3)] as 'add'
    const request = {
      ...this.#place(name),
      uids: uids.join(),
      mode,
      flags,
      unchangedSince: undefined,
    }
    await this.#survive((store) => storeFlags(request, store))
    for (const uid of uids) {
      const old = this.#model[name].get(uid)?.flags ?? new Set()
      if ((mode as string) === 'replace') old.clear()
      for (const flag of flags) {
        if ((mode as string) === 'remove') old.delete(flag)
        else old.add(flag)
      }
    }
  }

  async #expunge(name: Name): Promise<void> {
    const request = { ...this.#place(name), uids: '' }
    await this.#survive((store) => expunge(request, store))
    for (const [uid, { flags }] of this.#model[name]) {
      if (flags.has('\\Deleted')) this.#model[name].delete(uid)
    }
  }

  async #transfer(from: Name, moves: boolean): Promise<void> {
    const name = NAMES[this.#chance(2)] as Name
    const uids = this.#someUids(from)
    const target = { id: this.#ids[name], name: '' }
    const { mailbox: source, ...place } = this.#place(from)
    const request = { ...place, source, uids: uids.join(), target, targetAccount: '', quotas: [] }
    const done = await this.#survive((store) =>
      moves ? move(request, store) : copy(request, store),
    )
    assert.equal(done.sourceUids, done.sourceUids && uidText(uids))
    assert.equal(countUids(parseUidSet(done.targetUids)), uids.length)
    for (const uid of uids) {
      const { subject, flags } = this.#model[from].get(uid) as ModelMessage
      if (moves) this.#model[from].delete(uid)
      this.#model[name].set(this.#uidNext[name]++, { subject, flags: new Set(flags) })
    }
  }

  /** Several at once on all replicas, while a client watches. */
  async #together(): Promise<void> {
    const name = NAMES[this.#chance(2)] as Name
    this.done.push(`together ${name}`)
    const uids = [...this.#model[name].keys()].filter(
      (uid) => !this.#model[name].get(uid)?.flags.has('\\Deleted'),
    )
    const subjects = Array.from(
      { length: 1 + this.#chance(6) },
      (_, i) => `t${this.#operation}-${i}`,
    )
    let working = true
    const watching = this.#watch(name, () => working)
    const appending = subjects.map((subject) =>
      append(this.#appendOf(name, subject, []), this.#store()),
    )
    const marks = ['Work', '\\Flagged'].map((flag) => ({
      ...({ ...this.#place(name), uids: uids.join(), mode: 'add', flags: [flag] } as const),
      unchangedSince: undefined,
    }))
    const marking = uids.length === 0 ? [] : marks.map((mark) => storeFlags(mark, this.#store()))
    const expunging = expunge({ ...this.#place(name), uids: '' }, this.#store())
    const results = await Promise.allSettled([...marking, expunging, ...appending])
    working = false
    await watching
    for (const result of results) if (result.status === 'rejected') throw result.reason
    const appended = await Promise.all(appending)
    for (const uid of uids) this.#model[name].get(uid)?.flags.add('Work').add('\\Flagged')
    for (const uid of [...this.#model[name].keys()]) {
      if (!uids.includes(uid)) this.#model[name].delete(uid)
    }
    const rows = appended.map(({ uid }, i) => ({ uid, subject: subjects[i] as string }))
    for (const { uid, subject } of rows.sort((a, b) => a.uid - b.uid)) {
      assert.equal(uid, this.#uidNext[name]++)
      this.#model[name].set(uid, { subject, flags: new Set() })
    }
  }

  /** What a client sees: UIDs and MODSEQs only ascend, and in the end it has what there is. */
  async #watch(name: Name, working: () => boolean): Promise<void> {
    const { account, mailbox } = this.#place(name)
    const seen = new Map<number, number>()
    let [since, highest] = [0, 0]
    for (let last = false; !last; ) {
      // A single read from SQLite is answered in the same turn of the event loop: the others need theirs.
      await setImmediate()
      last = !working()
      const request = { account, mailbox, since, uidValidity: 0 }
      const {
        mailbox: state,
        changed,
        vanished,
        startOver,
      } = await changesSince(request, this.#store())
      assert(!startOver && state.modSeq >= since, 'MODSEQ never goes back')
      since = state.modSeq
      for (const [uid, modSeq] of rowsOf(changed)) {
        assert(seen.has(uid) || uid > highest, 'nobody sees UID n after UID n+1')
        assert(modSeq <= since && modSeq > (seen.get(uid) ?? 0))
        seen.set(uid, modSeq)
        highest = Math.max(highest, uid)
      }
      for (const uid of eachUid(parseUidSet(vanished))) seen.delete(uid)
      assert.equal(seen.size, state.exists, 'a change is seen whole or not at all')
    }
  }

  #place(name: Name) {
    return {
      account: this.#account,
      mailbox: this.#ids[name],
      operationId: `o${this.#operation++}`,
    }
  }

  #appendOf(name: Name, subject: string, flags: readonly string[]) {
    return appendOf({
      account: this.#account,
      mailbox: { id: '', name },
      mailId: `m${this.#operation++}`,
      content: Buffer.from(`Subject: ${subject}\r\n\r\n${subject}`),
      flags,
    })
  }

  #someFlags(): string[] {
    return FLAGS.filter(() => this.#chance(3) === 0)
  }

  #someUids(name: Name): number[] {
    const uids = [...this.#model[name].keys()].filter(() => this.#chance(2) === 0)
    return uids.length > 0 ? uids : [...this.#model[name].keys()].slice(0, 1)
  }
}

function uidText(uids: readonly number[]): string {
  const parts: string[] = []
  for (let i = 0; i < uids.length; i++) {
    const first = i
    while (uids[i + 1] === (uids[i] as number) + 1) i++
    parts.push(first === i ? `${uids[i]}` : `${uids[first]}:${uids[i]}`)
  }
  return parts.join()
}

function rowsOf({ uids, modSeqs }: Packed): [uid: number, modSeq: number][] {
  const numbers = new Uint32Array(uids.buffer, uids.byteOffset, uids.length / 4)
  const changes = new Float64Array(modSeqs.buffer, modSeqs.byteOffset, modSeqs.length / 8)
  return Array.from(numbers, (uid, i) => [uid, changes[i] as number])
}

/** Numbers that look random and are the same for the same seed. */
function chanceOf(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b1
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
