/** The drills by name: which faults, in which order, and what they need. */

import { whyNoCuts } from './cut.ts'
import { whyNoFakeClock } from './fake-clock.ts'
import {
  cut,
  databaseAway,
  delay,
  fillDatabase,
  fillDisks,
  freeze,
  jumpClock,
  kill,
  killZone,
  loseQuorum,
  roll,
} from './faults.ts'
import { pick, type Scene } from './scene.ts'
import { whyNoTightDisk } from './tight-disk.ts'

type Step = (scene: Scene) => Promise<void>

export interface Drill {
  /** Why it cannot be done here. */
  readonly whyNot?: () => string | undefined
  /** Disks of a given size under NATS, or clocks that can jump, have to be there before the start. */
  readonly stage?: 'disks' | 'clock' | 'both'
  /** One round. */
  steps(scene: Scene): readonly Step[]
}

const PROCESSES = [
  ...['delivery', 'edge', 'nats-server', 'mailbox-store', 'submission', 'directory', 'imap'],
]

export const DRILLS: Readonly<Record<string, Drill>> = {
  kill: { steps: (scene) => shuffled(scene, PROCESSES).map((name) => (on) => kill(on, name)) },
  freeze: {
    steps: (scene) =>
      shuffled(scene, ['delivery', 'mailbox-store', 'nats-server', 'imap', 'edge']).map(
        (name) => (on) => freeze(on, name),
      ),
  },
  cut: {
    whyNot: whyNoCuts,
    steps: (scene) => [
      (on) => cut(on, 'both', { node: pick(on, scene.ground.nodes) }),
      (on) => cut(on, 'both', { node: pick(on, scene.ground.nodes), name: 'nats-server' }),
      (on) => cut(on, 'both', { node: pick(on, scene.ground.nodes), name: 'delivery' }),
    ],
  },
  'one-way': {
    whyNot: whyNoCuts,
    steps: (scene) => [
      (on) => cut(on, 'out', { node: pick(on, scene.ground.nodes) }),
      (on) => cut(on, 'in', { node: pick(on, scene.ground.nodes) }),
      (on) => cut(on, 'out', { node: pick(on, scene.ground.nodes), name: 'nats-server' }),
    ],
  },
  delay: {
    whyNot: whyNoCuts,
    steps: (scene) => [(on) => delay(on, pick(on, scene.ground.nodes))],
  },
  'disk-full': {
    whyNot: whyNoTightDisk,
    stage: 'disks',
    steps: ({ disks }) => [
      (on) => fillDisks(on, 1),
      (on) => fillDisks(on, disks.length),
      fillDatabase,
    ],
  },
  clock: {
    whyNot: whyNoFakeClock,
    stage: 'clock',
    steps: () => [(on) => jumpClock(on, 3600), (on) => jumpClock(on, -3600)],
  },
  'database-away': {
    steps: () => [(on) => databaseAway(on, 'away'), (on) => databaseAway(on, 'silent')],
  },
  quorum: { steps: () => [loseQuorum] },
  rolling: { steps: () => [(on) => roll(on)] },
  zone: {
    steps: (scene) => shuffled(scene, scene.ground.nodes).map((node) => (on) => killZone(on, node)),
  },
  chaos: { stage: 'both', steps: chaos },
}

/** Everything that can be done here, in a random order; each process may be hit by what hits one. */
function chaos(scene: Scene): Step[] {
  const node = (on: Scene) => pick(on, scene.ground.nodes)
  const name = (on: Scene) => pick(on, PROCESSES)
  const steps: Step[] = [
    ...PROCESSES.map(
      (victim): Step =>
        (on) =>
          kill(on, victim),
    ),
    (on) => freeze(on, name(on)),
    (on) => freeze(on, name(on)),
    (on) => databaseAway(on, on.random() < 0.5 ? 'away' : 'silent'),
    loseQuorum,
    (on) => roll(on),
    (on) => killZone(on, node(on)),
  ]
  if (whyNoCuts() === undefined) {
    steps.push(
      (on) => cut(on, 'both', { node: node(on) }),
      (on) => cut(on, on.random() < 0.5 ? 'in' : 'out', { node: node(on) }),
      (on) => cut(on, 'both', { node: node(on), name: name(on) }),
      (on) => delay(on, node(on)),
    )
  }
  if (scene.disks.length > 0) {
    steps.push((on) => fillDisks(on, on.random() < 0.5 ? 1 : on.disks.length))
  }
  if (scene.fillDatabase !== undefined) steps.push(fillDatabase)
  if (scene.clock !== undefined) {
    steps.push((on) => jumpClock(on, on.random() < 0.5 ? 3600 : -3600))
  }
  return shuffled(scene, steps)
}

function shuffled<T>(scene: Scene, all: readonly T[]): T[] {
  return all
    .map((one) => ({ one, rank: scene.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ one }) => one)
}
