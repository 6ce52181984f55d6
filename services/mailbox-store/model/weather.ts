/** How rough it is in a history. Each history has its own weather: what never meets in one does in another. */

import type { Chance } from './chance.ts'

export interface Weather {
  readonly clients: number
  /** Clients prefer one mailbox, each time with a chance of one in so many. */
  readonly busyOneIn: number
  readonly watchers: number
  readonly replicas: number
  /** Operations of each client. */
  readonly operations: number
  /** Replicas that may die. */
  readonly kills: number
  /** At every step one dies with a chance of one in so many. */
  readonly killOneIn: number
  /** And at every named step of the code. */
  readonly failpointOneIn: number
  /** A replica that does nothing for some hundred steps, as a machine that is out of memory. */
  readonly sleepOneIn: number
  /** A call, or its answer, that is held back while others go on. */
  readonly holdOneIn: number
  readonly holdMax: number
  /** Calls that are told to have failed, whether or not they were carried out. */
  readonly faults: number
  readonly faultOneIn: number
  /** Bulks, and reads of many documents, that others get in between. */
  readonly splitOneIn: number
  /** A client whose replica died repeats what it asked; else it gives up, and never learns. */
  readonly repeatOneIn: number
  /** Views are kept, or forgotten at once. */
  readonly viewBytesMax: number
  /** What is more than that goes by staged documents. */
  readonly staging: { readonly inlineMax: number; readonly partMax: number }
  /** How many days pass half-way through, while nobody does anything. */
  readonly days: number
}

export function weatherOf(chance: Chance): Weather {
  const calm = chance.oneIn(8)
  return {
    busyOneIn: chance.pick([2, 3, 20]),
    clients: 3 + chance.below(3),
    watchers: 1 + chance.below(2),
    replicas: 2 + chance.below(2),
    operations: 5 + chance.below(6),
    kills: calm ? 0 : 1 + chance.below(6),
    killOneIn: chance.pick([40, 150, 400]),
    failpointOneIn: chance.pick([0, 10, 40, 100]),
    sleepOneIn: chance.pick([0, 0, 100, 300]),
    holdOneIn: chance.pick([0, 6, 15, 40]),
    holdMax: chance.pick([10, 100, 400]),
    faults: calm ? 0 : chance.below(4),
    faultOneIn: chance.pick([0, 20, 100]),
    splitOneIn: chance.pick([0, 0, 2, 5]),
    repeatOneIn: chance.pick([1, 1, 2]),
    viewBytesMax: chance.pick([0, 64 * 1024 * 1024]),
    staging: chance.pick([
      { inlineMax: 200, partMax: 1000 },
      { inlineMax: 2, partMax: 2 },
      { inlineMax: 0, partMax: 3 },
    ]),
    days: chance.pick([0, 0, 0, 2, 40]),
  }
}
