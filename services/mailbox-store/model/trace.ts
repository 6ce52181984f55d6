/**
 * What was committed, in the order in which it was. Every write to a mailbox document is looked at as it happens, and
 * each commit must be what clients had asked for and nothing else: the operations that it names by their ids, applied to
 * the model one after the other, must make of the mailbox what the commit says it made. So the order of operations that
 * ran at the same time is not guessed, and everything that is read later is compared with the state at its MODSEQ.
 */

import assert from 'node:assert/strict'
import type { Collection, Document } from '#lib/db/port.ts'
import { isBelow } from '#lib/mail/mailbox-name.ts'
import { decodeOperation } from '../commit/operation.ts'
import type { Collections, MailboxDocument, Moving } from '../documents.ts'
import type { Asked, Expected } from './asked.ts'
import { Box } from './box.ts'
import { type Carried, carryOut, checkCounts } from './carried-out.ts'
import { explain } from './explain.ts'
import { Draft } from './model.ts'
import { Moves } from './moves.ts'

/** A mailbox that is made, renamed or deleted. */
export interface Naming {
  readonly asked: Asked
  readonly account: string
  readonly makes?: string
  readonly renames?: readonly [from: string, to: string]
  readonly deletes?: string
}

const WRITES = new Set(
  ['insertOne', 'updateOne', 'updateMany', 'replaceOne', 'findOneAndUpdate'].concat([
    'deleteOne',
    'deleteMany',
    'bulkWrite',
  ]),
)
export class Trace {
  readonly boxes = new Map<string, Box>()
  readonly collections: Collections
  commits = 0
  /** The first thing that must not be. */
  broken: unknown
  readonly #raw: Collections
  readonly #step: () => number
  readonly #byReceipt = new Map<string, Expected>()
  readonly #nameless: Expected[] = []
  readonly #namings: Naming[] = []
  /** Which content lies under which id. */
  readonly #contents = new Map<string, Uint8Array>()
  /** Steps at which mailboxes were made, renamed or deleted. */
  readonly #events: number[] = []
  readonly #moves: Moves
  readonly #uidValidities = new Set<string>()

  constructor(raw: Collections, step: () => number) {
    this.#raw = raw
    this.#step = step
    this.#moves = new Moves(this.boxes)
    this.collections = { ...raw, mailboxes: this.#observed(raw.mailboxes) }
  }

  expect(receipt: string, expected: Expected): void {
    if (receipt === '') this.#nameless.push(expected)
    else this.#byReceipt.set(receipt, expected)
  }

  /** Where the messages of a move have arrived. */
  arrivalOf(asked: Asked) {
    return this.#moves.arrivalOf(asked)
  }

  get movesUnderWay(): number {
    return this.#moves.underWay
  }

  expectNaming(naming: Naming): void {
    this.#namings.push(naming)
  }

  living(account?: string): Box[] {
    return [...this.boxes.values()].filter(
      (box) => box.lives && (account === undefined || box.account === account),
    )
  }

  /** Whether there was a moment since a step at which an account had no mailbox of that name. */
  wasMissing(place: string, since: number): boolean {
    const moments = [since, ...this.#events.filter((step) => step > since)]
    return moments.some((step) => this.#holders(place, step).length === 0)
  }

  wasThere(place: string, since: number): boolean {
    const moments = [since, ...this.#events.filter((step) => step > since)]
    return moments.some((step) => this.#holders(place, step).length > 0)
  }

  #holders(place: string, step: number): Box[] {
    return [...this.boxes.values()].filter(
      (box) =>
        box.madeAt <= step && box.goneAt > step && `${box.account}/${box.nameAt(step)}` === place,
    )
  }

  #observed<T extends Document>(collection: Collection<T>): Collection<T> {
    return new Proxy(collection, {
      get: (target, name) => {
        const method = Reflect.get(target, name)
        if (typeof method !== 'function') return method
        if (!WRITES.has(String(name))) return method.bind(target)
        return async (...args: unknown[]) => {
          try {
            return await method.apply(target, args)
          } finally {
            for (const key of keysOf(String(name), args)) await this.#look(key)
          }
        }
      },
    })
  }

  async #look(key: string): Promise<void> {
    try {
      const now = await this.#raw.mailboxes.findOne({ _id: key })
      const box = this.boxes.get(key)
      if (box === undefined) {
        if (now !== undefined) this.#made(now)
      } else if (now === undefined) this.#removed(box)
      else await this.#changed(box, now)
    } catch (error) {
      this.broken ??= error
    }
  }

  #made(document: MailboxDocument): void {
    const { account, name, uidValidity, uidNext, modSeq, exists } = document
    assert.deepEqual({ uidNext, modSeq, exists }, { uidNext: 1, modSeq: 1, exists: 0 })
    const known = `${account} ${uidValidity}`
    assert(!this.#uidValidities.has(known), `UIDVALIDITY ${uidValidity} is that of another mailbox`)
    this.#uidValidities.add(known)
    // What INBOX is renamed to may turn out to be taken: then it is made as one that is deleted already.
    const gone = document.deletedAt !== undefined
    const wanted = gone || name === 'INBOX' || this.#asksFor(account, name)
    assert(wanted, `nobody asked for a mailbox ${name}`)
    const box = new Box(document, this.#step())
    if (gone) box.goneAt = this.#step()
    this.boxes.set(box.key, box)
    this.#events.push(this.#step())
  }

  #asksFor(account: string, name: string): boolean {
    return this.#open(account).some(({ makes, renames }) =>
      [makes, renames?.[1]].some((made) => made === name || (made && isBelow(made, name))),
    )
  }

  #open(account: string): Naming[] {
    return this.#namings.filter(
      (one) => one.account === account && ['open', 'unknown'].includes(one.asked.outcome),
    )
  }

  #removed(box: Box): void {
    assert(!box.lives, `the document of ${box.name} is gone, and nobody had deleted the mailbox`)
    box.document = undefined
  }

  async #changed(box: Box, now: MailboxDocument): Promise<void> {
    const before = box.document as MailboxDocument
    box.document = now
    if (now.deletedAt !== undefined && before.deletedAt === undefined) this.#deleted(box)
    else if (now.modSeq !== before.modSeq) await this.#committed(box, before, now)
    else assert.deepEqual(countsOf(now), countsOf(before), 'only a commit changes what is there')
    assert.equal(now.uidValidity, before.uidValidity)
    if (now.name !== before.name && box.lives) this.#renamed(box, before.name, now.name)
  }

  #deleted(box: Box): void {
    const asked = this.#open(box.account).some(({ deletes }) => deletes === box.name)
    assert(asked, `nobody asked to delete ${box.name}`)
    box.goneAt = this.#step()
    this.#events.push(box.goneAt)
  }

  #renamed(box: Box, old: string, name: string): void {
    const asked = this.#open(box.account).some(
      ({ renames }) =>
        renames !== undefined &&
        (old === renames[0] || isBelow(old, renames[0])) &&
        name === renames[1] + old.slice(renames[0].length),
    )
    assert(asked, `nobody asked to rename ${old} to ${name}`)
    box.rename(name, this.#step())
    this.#events.push(this.#step())
  }

  async #committed(box: Box, before: MailboxDocument, now: MailboxDocument): Promise<void> {
    assert(box.lives, `a commit on ${box.name}, which is deleted`)
    assert.equal(now.modSeq, before.modSeq + 1, 'a commit counts MODSEQ up by one')
    assert(now.pending, 'a commit says what it did')
    this.commits++
    const carried = await carryOut(box.state, now, decodeOperation(now.pending), this.#raw)
    const start = new Draft(box.state)
    const left = this.#moves.leave(box, [before, now], start, (uid) => carried.messages.has(uid))
    const known = new Set((before.moving ?? []).map(({ id }) => id))
    const claims = (now.moving ?? []).filter(({ id }) => !known.has(id))
    const { draft, done } = this.#explain(box, carried, start, claims)
    this.#moves.check(left)
    checkCounts(draft.state(), now)
    // Who comes after a claim in the same commit does not find what it takes, although it is still there.
    const { expunged, messages, staged } = carried.operation
    // Nor what moves within the mailbox: it has got other UIDs, which are visible from the commit on.
    const renewed = expunged && messages.length + (staged?.length ?? 0) > 0 ? 1 : 0
    box.add(draft.state(), this.#step(), done.length + claims.length + renewed)
    for (const claim of claims) this.#claimed(box, claim, carried)
  }

  #claimed(box: Box, claim: Moving, { operation }: Carried): void {
    const receipt = operation.receipts.find((one) => one.claim === claim.id)
    const asked = receipt && this.#byReceipt.get(receipt.key)?.asked
    assert(asked || this.#emptiesInbox(box, claim), `nobody asked for the claim ${claim.id}`)
    this.#moves.claim(box, claim, asked)
  }

  /** Renaming INBOX moves its messages. RFC 9051 §6.3.6 */
  #emptiesInbox(box: Box, { makes }: Moving): boolean {
    return this.#open(box.account).some(
      ({ renames }) => renames?.[0] === box.name && renames[1] === makes?.name,
    )
  }

  /** The operations of clients that make what the commit made; there must be such. */
  #explain(box: Box, carried: Carried, start: Draft, claims: readonly Moving[]) {
    const named = carried.operation.receipts.map((receipt) => {
      const expected = this.#byReceipt.get(receipt.key) ?? this.#moves.expected(receipt.key)
      assert(expected, `${box.name}: nobody asked for ${receipt.key}`)
      const { asked } = expected
      assert(!asked.done.has(box), `${asked.what} is done twice in ${box.name}`)
      return { expected, receipt }
    })
    const nameless = this.#nameless.filter(
      ({ asked }) => asked.done.size === 0 && ['open', 'unknown'].includes(asked.outcome),
    )
    const silent = claims.filter(
      ({ id }) => !carried.operation.receipts.some(({ claim }) => claim === id),
    )
    const contents = this.#contents
    const found = explain({ box, carried, start, named, nameless, claims: silent, contents })
    for (const { expected, made, key } of found.done) {
      expected.asked.done.set(box, { ...made, modSeq: start.modSeq })
      this.#moves.arrived(key, box, made.uids)
    }
    return found
  }
}

function countsOf(document: MailboxDocument) {
  const { uidNext, exists, unseen, deleted, bytes, lastVanished, moving } = document
  return { uidNext, exists, unseen, deleted, bytes, lastVanished, moving }
}

function keysOf(method: string, args: readonly unknown[]): string[] {
  const first = args[0] as { _id?: unknown }
  assert(method !== 'bulkWrite' && typeof first._id === 'string', `mailboxes are written by id`)
  return [first._id]
}
