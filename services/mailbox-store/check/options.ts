import type { CopyPorts } from '../copy.ts'

/** What a check needs: what whoever completes a move needs. */
export type CheckPorts = CopyPorts

/** Counted up while a check goes on. */
export interface Progress {
  mailboxes: number
  messages: number
  findings: number
  repaired: number
  /** Whose mailboxes are being looked at. */
  account: string
}

export interface CheckOptions {
  readonly repair: boolean
  /** Reads all bytes, instead of only looking that they are there. */
  readonly bytes: boolean
  readonly progress?: Progress
}

export function noProgress(): Progress {
  return { mailboxes: 0, messages: 0, findings: 0, repaired: 0, account: '' }
}
