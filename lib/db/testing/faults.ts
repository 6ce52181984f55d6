/** Ways in which a database fails for a moment, by name, and chance that picks among them. */
import type { Command, Fate } from './mongo-proxy.ts'

const REFUSALS = {
  NotWritablePrimary: 10107,
  NotPrimaryNoSecondaryOk: 13435,
  PrimarySteppedDown: 189,
  InterruptedDueToReplStateChange: 11602,
  InterruptedAtShutdown: 11600,
  ShutdownInProgress: 91,
  HostUnreachable: 6,
  SocketException: 9001,
  ExceededTimeLimit: 262,
} as const

/** Each of them, as a server may tell it before it has done anything, or when it has. */
export const FATES: readonly Fate[] = [
  { kind: 'cut', when: 'before' },
  { kind: 'cut', when: 'after' },
  ...Object.entries(REFUSALS).flatMap(([codeName, code]): Fate[] => [
    { kind: 'refused', error: { code, codeName } },
    { kind: 'denied', error: { code, codeName } },
  ]),
  { kind: 'not-majority', error: { code: 64, codeName: 'WriteConcernTimeout' } },
  { kind: 'not-majority', error: { code: 91, codeName: 'ShutdownInProgress' } },
  { kind: 'not-majority', error: { code: 189, codeName: 'PrimarySteppedDown' } },
]

const TOUCHED: ReadonlySet<string> = new Set([
  ...['insert', 'update', 'delete', 'findAndModify', 'find', 'aggregate', 'getMore'],
])

export function spellFate(fate: Fate): string {
  if ('error' in fate) return `${fate.kind} ${fate.error.codeName}`
  return fate.kind === 'cut' ? `cut ${fate.when}` : fate.kind
}

/** The fate of the next command that reads or writes, and none of those after it. */
export function onlyNext(fate: Fate): (command: Command) => Fate | undefined {
  let left = 1
  return ({ name }) => (TOUCHED.has(name) && left-- > 0 ? fate : undefined)
}

/** One in so many commands fails, in any of the ways; `below(n)` is a number from 0 to n - 1. */
export function randomFates(
  below: (limit: number) => number,
  oneIn: number,
): (command: Command) => Fate | undefined {
  return ({ name }) =>
    TOUCHED.has(name) && below(oneIn) === 0 ? FATES[below(FATES.length)] : undefined
}
