/** Packed answers, unpacked and compared with the model. */

import assert from 'node:assert/strict'
import type { Packed } from '../commit/compact.ts'
import { toNames } from '../commit/flag-words.ts'
import { flagText, type State } from './model.ts'

export interface Row {
  readonly uid: number
  readonly modSeq: number
  readonly flags: string
}

export function rowsOf(packed: Packed, keywords: readonly string[]): Row[] {
  const { flagWords } = packed
  const uids = numbers(Uint32Array, packed.uids)
  const words = numbers(Uint32Array, packed.flags)
  const modSeqs = numbers(Float64Array, packed.modSeqs)
  return Array.from(uids, (uid, i) => {
    const own = Array.from(words.subarray(i * flagWords, (i + 1) * flagWords))
    return { uid, modSeq: modSeqs[i] as number, flags: flagText(toNames(own, keywords)) }
  })
}

/** Each row is what the message was at that MODSEQ. */
export function checkRows(rows: readonly Row[], state: State, what: string): void {
  for (const row of rows) {
    const message = state.messages.get(row.uid)
    const should = message && { uid: row.uid, modSeq: message.modSeq, flags: message.flags }
    assert.deepEqual(row, should, `${what}: UID ${row.uid} at MODSEQ ${state.modSeq}`)
  }
}

/** The rows are all that was there. */
export function checkWhole(rows: readonly Row[], state: State, what: string): void {
  checkRows(rows, state, what)
  const uids = rows.map(({ uid }) => uid)
  assert.deepEqual(uids, [...state.messages.keys()], `${what}: UIDs at MODSEQ ${state.modSeq}`)
}

function numbers<A>(type: { new (buffer: ArrayBuffer): A }, bytes: Uint8Array): A {
  return new type(Uint8Array.from(bytes).buffer)
}
