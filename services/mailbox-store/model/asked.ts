/** What clients asked for, and what became of it: answered, refused, or nobody knows. */

import type { NewReceipt } from '../commit/operation.ts'
import type { Box } from './box.ts'
import type { Draft } from './model.ts'

/** One operation, however often it was repeated. */
export interface Asked {
  readonly what: string
  readonly since: number
  /** Whether it may still change something. */
  outcome: 'open' | 'answered' | 'refused' | 'unknown'
  /** Where it was committed, and what came of it. */
  readonly done: Map<Box, Done>
}

export interface Done {
  readonly modSeq: number
  /** UIDs that it made or took. */
  readonly uids: readonly number[]
  readonly sourceUids?: readonly number[]
  /** What had changed since. RFC 7162 §3.1.3 */
  readonly modified?: readonly number[]
}

/** What a commit must do when it carries out what was asked. */
export interface Expected {
  readonly asked: Asked
  /** Does it to the draft; undefined when it cannot have been this. */
  readonly apply: (draft: Draft, place: Place) => Omit<Done, 'modSeq'> | undefined
}

interface Place {
  readonly box: Box
  /** As the commit has written it; undefined for operations without an id. */
  readonly receipt: NewReceipt | undefined
  /** Of a message as the commit leaves it. */
  readonly flagsOf: (uid: number) => string | undefined
}
