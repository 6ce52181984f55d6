/** How soon a process that died is started again. The first death costs clients the least we can. */

const FIRST_MS = 50
const LONGEST_MS = 10_000
/** A process that lived this long is taken for healthy: its next death counts as a first one. */
const HEALTHY_MS = 30_000

export interface Life {
  /** Deaths in a row of a process that did not live long enough to be called healthy. */
  readonly deaths: number
}

export const newborn: Life = { deaths: 0 }

/** What follows a death after `livedMs`: when to start again, and what to remember until then. */
export function afterDeath(life: Life, livedMs: number): { life: Life; waitMs: number } {
  const deaths = livedMs >= HEALTHY_MS ? 1 : life.deaths + 1
  return { life: { deaths }, waitMs: Math.min(LONGEST_MS, FIRST_MS * 4 ** (deaths - 1)) }
}
