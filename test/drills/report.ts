/** What a drill found: lines for people, then one of JSON for programs. */

import type { FaultRecord } from './history.ts'

export interface Report {
  readonly drill: string
  readonly seed: number
  readonly minutes: number
  readonly accepted: number
  readonly lost: number
  readonly doubled: number
  readonly doubledInWindow: number
  readonly putOffAndDelivered: number
  /** Every breach of a promise; the drill has failed when there is any. */
  readonly wrong: readonly string[]
  /** What clients were told or not told, by protocol and kind. */
  readonly errors: Readonly<Record<string, number>>
  /** The longest time in which no client of the protocol had a success. */
  readonly longestGapMs: Readonly<Record<string, number>>
  /** The longest time from a 250 to the place, of what was on its way during a fault. */
  readonly takeoverMs: { readonly inbox: number; readonly outside: number }
  readonly operations: number
  readonly faults: readonly FaultRecord[]
}

const WRONG_LINES_MAX = 50

export function formatReport(report: Report): string {
  const { faults, errors, wrong, longestGapMs, takeoverMs, minutes } = report
  const gaps = Object.entries(longestGapMs).map(([protocol, ms]) => `${protocol} ${ms} ms`)
  const lines = [
    '',
    `${report.drill}, seed ${report.seed}: ${faults.length} faults in ${minutes} minutes, ${report.operations} operations of clients`,
    `${report.accepted} mails accepted, ${report.lost} lost, ${report.doubled} doubled, ${report.doubledInWindow} doubled elsewhere in the window of a fault`,
    `${report.putOffAndDelivered} told to come again in a fault, and delivered all the same`,
    `Longest time without a success: ${gaps.join(', ')}`,
    `Longest way of a mail through a fault: ${takeoverMs.inbox} ms to an INBOX, ${takeoverMs.outside} ms to another host`,
    'What clients saw of it:',
    ...Object.entries(errors).map(([kind, count]) => `  ${count} × ${kind}`),
    wrong.length === 0 ? 'No promise was broken.' : `${wrong.length} PROMISES WERE BROKEN:`,
    ...wrong.slice(0, WRONG_LINES_MAX).map((line) => `  ${line}`),
    JSON.stringify({ ...report, wrong: wrong.length, faults: faults.length }),
  ]
  return lines.join('\n')
}
