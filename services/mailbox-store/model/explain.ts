/**
 * Finds out how a commit came about: the operations that it names by their ids, in that order, with those that have no
 * id wherever they fit, must make of the mailbox what the commit made.
 */

import assert from 'node:assert/strict'
import { eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import type { NewReceipt } from '../commit/operation.ts'
import type { Moving } from '../documents.ts'
import type { Done, Expected } from './asked.ts'
import type { Box } from './box.ts'
import { type Carried, canBecome, sameState } from './carried-out.ts'
import { type Draft, format } from './model.ts'

interface Committed {
  readonly box: Box
  readonly carried: Carried
  /** The mailbox as it was, without what moves have taken out of it with this commit. */
  readonly start: Draft
  readonly named: readonly Choice[]
  /** Operations without an id that may have been committed. */
  readonly nameless: readonly Expected[]
  /** Claims without a receipt, which must have been made somewhere among the others. */
  readonly claims: readonly Moving[]
  /** Which content lies under which id. */
  readonly contents: Map<string, Uint8Array>
}

interface Choice {
  readonly expected: Expected
  readonly receipt: NewReceipt | undefined
}

interface Explained {
  readonly expected: Expected
  readonly made: Omit<Done, 'modSeq'>
  readonly key: string
}

export function explain(committed: Committed): { draft: Draft; done: readonly Explained[] } {
  const { box, carried, start, named, nameless, claims } = committed
  const search = new Search(committed)
  const draft = search.go(start, 0, [...claims.map(toExpected), ...nameless])
  if (draft !== undefined) return { draft, done: search.done }
  const names = named.map(({ expected }) => expected.asked.what).join(', ')
  assert.fail(
    `the commit ${start.modSeq} of ${box.name} made\n  ${carried.text}\nof\n  ${format(box.state)}\n` +
      `and not what was asked for by ${names}:\n  ${search.tries[0] ?? 'it cannot have been this'}`,
  )
}

class Search {
  readonly done: Explained[] = []
  /** What came of it instead. */
  readonly tries: string[] = []
  readonly #committed: Committed

  constructor(committed: Committed) {
    this.#committed = committed
  }

  /** The draft with the rest of the operations done, when that is what the commit made. */
  go(draft: Draft, at: number, rest: readonly Expected[]): Draft | undefined {
    const { named, carried, contents } = this.#committed
    const next = named[at]
    if (next === undefined && !rest.some(isClaim) && sameState(draft, carried, contents)) {
      return draft
    }
    const loose = rest.map((expected) => ({ expected, receipt: undefined }))
    for (const choice of [...(next ? [next] : []), ...loose]) {
      const trial = draft.copy()
      const made = this.#apply(choice, trial)
      if (made === undefined || !canBecome(trial, carried)) continue
      if (choice !== next && trial.isLike(draft)) continue
      this.done.push({ expected: choice.expected, made, key: choice.receipt?.key ?? '' })
      const left = rest.filter((one) => one !== choice.expected)
      const found = this.go(trial, choice === next ? at + 1 : at, left)
      if (found !== undefined) return found
      this.done.pop()
    }
    if (next === undefined) this.tries.push(format(draft))
    return undefined
  }

  #apply({ expected, receipt }: Choice, trial: Draft): Omit<Done, 'modSeq'> | undefined {
    const { box, carried } = this.#committed
    const flagsOf = (uid: number) => carried.messages.get(uid)?.flags
    return expected.apply(trial, { box, receipt, flagsOf })
  }
}

const CLAIM = 'a claim'

function isClaim({ asked }: Expected): boolean {
  return asked.what === CLAIM
}

function toExpected({ uids }: Moving): Expected {
  return {
    asked: { what: CLAIM, since: 0, outcome: 'open', done: new Map() },
    apply: (draft) => {
      const claimed = [...eachUid(parseUidSet(uids))]
      if (!claimed.every((uid) => draft.get(uid))) return undefined
      for (const uid of claimed) draft.claimed.add(uid)
      return { uids: [] }
    },
  }
}
