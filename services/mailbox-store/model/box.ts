/** The life of one mailbox: every state that it had, and from when to when. */

import assert from 'node:assert/strict'
import { hasUid, parseUidSet } from '#lib/mail/uid-set.ts'
import type { MailboxDocument } from '../documents.ts'
import { EMPTY, type State } from './model.ts'

interface Entry {
  readonly state: State
  readonly step: number
  readonly operations: number
}

export class Box {
  readonly key: string
  readonly account: string
  readonly uidValidity: number
  readonly madeAt: number
  /** As it stands in the database; undefined when it is gone. */
  document: MailboxDocument | undefined
  /** Step at which it stopped being a mailbox. */
  goneAt = Number.POSITIVE_INFINITY
  /** Highest MODSEQ that a client knows of. */
  known = 1
  readonly #states = new Map<number, Entry>()
  readonly #names: { readonly name: string; readonly step: number }[]

  constructor(document: MailboxDocument, step: number) {
    this.key = document._id
    this.account = document.account
    this.uidValidity = document.uidValidity
    this.madeAt = step
    this.document = document
    this.#names = [{ name: document.name, step }]
    this.#states.set(EMPTY.modSeq, { state: EMPTY, step, operations: 0 })
  }

  get id(): string {
    return this.key.slice(this.account.length + 1)
  }

  get lives(): boolean {
    return this.goneAt === Number.POSITIVE_INFINITY
  }

  get name(): string {
    return this.#names.at(-1)?.name ?? ''
  }

  nameAt(step: number): string {
    return this.#names.findLast((one) => one.step <= step)?.name ?? ''
  }

  get state(): State {
    return [...this.#states.values()].at(-1)?.state ?? EMPTY
  }

  /** What so many operations have made of it, committed together. */
  /** Whether a message is there, and no move is about to take it away. */
  keeps(uid: number): boolean {
    const moving = this.document?.moving ?? []
    return (
      this.state.messages.has(uid) && !moving.some(({ uids }) => hasUid(parseUidSet(uids), uid))
    )
  }

  add(state: State, step: number, operations: number): void {
    this.#states.set(state.modSeq, { state, step, operations })
  }

  /** Whether there were moments since a step that no state shows: between operations committed together. */
  hadHiddenStatesSince(step: number): boolean {
    return [...this.#states.values()].some((one) => one.step >= step && one.operations > 1)
  }

  rename(name: string, step: number): void {
    this.#names.push({ name, step })
  }

  /** What it was at a MODSEQ. */
  at(modSeq: number): State {
    const found = this.#states.get(modSeq)
    assert(found, `${this.key} was never at MODSEQ ${modSeq}, and is at ${this.state.modSeq}`)
    return found.state
  }

  /** The states that it had at some moment from a step on. */
  statesSince(step: number): State[] {
    const all = [...this.#states.values()]
    const first = all.findLastIndex((one) => one.step < step)
    return all.slice(Math.max(first, 0)).map(({ state }) => state)
  }

  /** Names that it had at some moment from a step on. */
  namesSince(step: number): string[] {
    const first = this.#names.findLastIndex((one) => one.step < step)
    return this.#names.slice(Math.max(first, 0)).map(({ name }) => name)
  }
}
