import type { Store } from '../store.ts'

/** What a check needs: it also does what anyone does who finds something half done. */
export type CheckPorts = Store

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

/** Counts findings as they pass. */
export async function* counting<F extends { readonly repaired: boolean }>(
  findings: AsyncIterable<F>,
  progress: Progress,
): AsyncGenerator<F> {
  for await (const finding of findings) {
    progress.findings++
    if (finding.repaired) progress.repaired++
    yield finding
  }
}
