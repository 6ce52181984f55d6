/**
 * Moves that are under way. A message that is claimed is changed by nobody; it arrives once, in the mailbox that the
 * claim names; and only then, in one step, it leaves the one that it was in. When the target is deleted it stays.
 */

import assert from 'node:assert/strict'
import { eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { arrivalKey } from '../commit/plan.ts'
import type { MailboxDocument, Moving } from '../documents.ts'
import type { Asked, Expected } from './asked.ts'
import type { Box } from './box.ts'
import { type Draft, flagNames, type ModelMessage } from './model.ts'

interface Claim {
  readonly source: Box
  readonly target: string
  readonly messages: readonly ModelMessage[]
  readonly asked: Asked | undefined
  arrived: { readonly box: Box; readonly uids: readonly number[] } | undefined
  over: boolean
}

export class Moves {
  readonly #claims = new Map<string, Claim>()
  readonly #boxes: ReadonlyMap<string, Box>

  constructor(boxes: ReadonlyMap<string, Box>) {
    this.#boxes = boxes
  }

  get underWay(): number {
    return [...this.#claims.values()].filter(({ over, source }) => !over && source.lives).length
  }

  arrivalOf(asked: Asked): Claim['arrived'] {
    return [...this.#claims.values()].find((claim) => claim.asked === asked)?.arrived
  }

  /** What must arrive under a receipt; undefined for other receipts. */
  expected(receipt: string): Expected | undefined {
    for (const [id, claim] of this.#claims) {
      if (arrivalKey(id) === receipt) return this.#arrival(id, claim)
    }
    return undefined
  }

  #arrival(id: string, claim: Claim): Expected {
    const asked: Asked = { what: `arrival of ${id}`, since: 0, outcome: 'open', done: new Map() }
    const apply: Expected['apply'] = (draft, { box }) => {
      assert.equal(box.key, claim.target, 'what is moved arrives where the claim says')
      assert(claim.arrived === undefined, 'what is moved arrives once')
      const within = claim.target === claim.source.key
      assert(within || !claim.over, 'what is moved arrives before it leaves')
      const uids = claim.messages.map(({ mail, flags }) => draft.add(mail, flagNames(flags)))
      return { uids }
    }
    return { asked, apply }
  }

  /** To be told of what arrived, once the commit is explained by it. */
  arrived(receipt: string, box: Box, uids: readonly number[]): void {
    for (const [id, claim] of this.#claims) {
      if (arrivalKey(id) === receipt) claim.arrived = { box, uids }
    }
  }

  /** Takes out of the draft what leaves with a commit on the source; `stays` is what the commit says. */
  leave(
    box: Box,
    [before, now]: readonly [MailboxDocument, MailboxDocument],
    draft: Draft,
    stays: (uid: number) => boolean,
  ): string[] {
    const left = idsOf(now)
    const gone = (before.moving ?? []).filter(({ id }) => !left.has(id))
    for (const { id } of gone) {
      const claim = this.#claims.get(id)
      assert(claim && claim.source === box && !claim.over, `the claim ${id} is known`)
      const isThere = claim.target === box.key || this.#boxes.get(claim.target)?.lives === true
      for (const message of claim.messages) {
        const same = draft.messages.get(message.uid) === message
        assert(same, `UID ${message.uid} of ${box.name} was changed while it was moved`)
      }
      claim.over = true
      const [first] = claim.messages
      const dropped = first === undefined || stays(first.uid)
      // When the target has been deleted since, what had arrived there is gone with it, or has stayed here.
      if (dropped) assert(!isThere, `the claim ${id} is dropped, although its target is there`)
      else draft.expunge(claim.messages.map(({ uid }) => uid))
      const lost = !dropped && !claim.arrived && claim.target !== box.key
      assert(!lost, `what ${id} claims leaves before it has arrived`)
    }
    return gone.map(({ id }) => id)
  }

  /** What has left within its mailbox has arrived with the same commit. */
  check(left: readonly string[]): void {
    for (const id of left) {
      const claim = this.#claims.get(id)
      const lost = claim?.target === claim?.source.key && claim?.arrived === undefined
      assert(!lost, `what ${id} moved is lost`)
    }
  }

  /** Remembers what a commit claims. */
  claim(box: Box, { id, uids, target }: Moving, asked: Asked | undefined): void {
    assert(!this.#claims.has(id), `the claim ${id} is new`)
    const messages = [...eachUid(parseUidSet(uids))].map((uid) => {
      const message = box.state.messages.get(uid)
      assert(message && !this.#isClaimed(box, uid), `UID ${uid} can be claimed`)
      return message
    })
    const source = box
    this.#claims.set(id, { source, target, messages, asked, arrived: undefined, over: false })
  }

  #isClaimed(box: Box, uid: number): boolean {
    return [...this.#claims.values()].some(
      (claim) =>
        claim.source === box && !claim.over && claim.messages.some((one) => one.uid === uid),
    )
  }
}

function idsOf({ moving }: MailboxDocument): Set<string> {
  return new Set((moving ?? []).map(({ id }) => id))
}
