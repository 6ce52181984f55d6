/** One drill from beginning to end: traffic, faults, quiet, and what must hold then. */

import { setTimeout as sleep } from 'node:timers/promises'
import { checkLedger } from '../clients/outside.ts'
import { seeded } from '../cluster/deaths.ts'
import { DRILLS, type Drill } from './drills.ts'
import { untilReady } from './ground.ts'
import { History, longestGap, type Protocol } from './history.ts'
import type { Report } from './report.ts'
import { LENGTHS, type Lengths, type Scene } from './scene.ts'
import type { Stage } from './stage.ts'
import { LOADS, type Load, startTraffic, type Traffic } from './traffic.ts'
import { arrivalsOf, countBounces, type Found, judge, longestWay } from './verdict.ts'

export interface DrillOptions {
  readonly name: string
  /** One round, when it is none of those that have a name. */
  readonly steps?: Drill['steps']
  readonly seed: number
  /** The round is repeated until so long has passed; without it there is one. */
  readonly minutes?: number | undefined
  /** Between a fault and the next. */
  readonly calmMs?: number
  readonly lengths?: Partial<Lengths>
  readonly load?: Load
  readonly stop?: AbortSignal
  say(line: string): void
}

const CALM_MS = 3000
const WARM_MS_MAX = 120_000
const WARM_SUCCESSES = 5
const SETTLE_MS_MAX = 240_000
const LOOK_AGAIN_MS = 500
const PROTOCOLS: readonly Protocol[] = ['smtp', 'submission', 'imap']
/** Whoever is told so did nothing wrong. */
const NEVER = /AUTHENTICATIONFAILED| 535 /

let drills = 0

export async function holdDrill(stage: Stage, options: DrillOptions): Promise<Report> {
  const { name, seed, say } = options
  const drill = options.steps === undefined ? DRILLS[name] : { steps: options.steps }
  if (drill === undefined) throw new Error(`There is no drill ${name}`)
  const history = new History()
  const traffic = await startTraffic({
    ...{ world: stage.ground.world, history, load: options.load ?? LOADS.full },
    ...{ tag: `${name}${++drills}`, domains: [...stage.peers.keys()], random: seeded(seed + 1) },
  })
  const begin = await untilWarm(history)
  const never = new AbortController().signal
  const scene: Scene = {
    ...{ ground: stage.ground, history, roster: stage.roster, database: stage.database },
    ...{ disks: stage.disks, fillDatabase: stage.fillDatabase, clock: stage.clock },
    ...{ lengths: { ...LENGTHS, ...options.lengths } },
    ...{ stop: options.stop ?? never, random: seeded(seed), say },
  }
  await holdRounds(scene, drill.steps, options).catch((error: Error) =>
    history.breach(`The drill broke off: ${error.message}`),
  )
  const end = history.now()
  say('settling')
  await traffic.stop()
  const found = await settle(stage, traffic, history)
  const verdict = judge(history, found)
  const seen = new Map(traffic.watchers.map((watcher) => [watcher.login, watcher.seen]))
  const first = new Map<string, number>()
  for (const { key, at } of found.arrivals) first.set(key, Math.min(at, first.get(key) ?? at))
  const gap = (protocol: Protocol) =>
    [protocol, longestGap(history.successes(protocol), { begin, end }).ms] as const
  return {
    ...{ drill: name, seed, minutes: Math.round((end - begin) / 600) / 100 },
    ...{ accepted: verdict.accepted, lost: verdict.lost.length, doubled: verdict.doubled.length },
    doubledInWindow: verdict.doubledInWindow,
    putOffAndDelivered: verdict.putOffAndDelivered,
    wrong: [...verdict.lost, ...verdict.doubled, ...verdict.wrong, ...history.wrong],
    errors: Object.fromEntries([...history.errors].sort()),
    longestGapMs: Object.fromEntries(PROTOCOLS.map(gap)),
    takeoverMs: {
      inbox: longestWay(history, (id, to) => seen.get(found.aliases.get(to) ?? to)?.get(id)),
      outside: longestWay(history, (id, to) => first.get(`${id} ${to}`)),
    },
    operations: history.operations,
    faults: history.faults,
  }
}

async function untilWarm(history: History): Promise<number> {
  const deadline = history.now() + WARM_MS_MAX
  while (PROTOCOLS.some((protocol) => history.successes(protocol).length < WARM_SUCCESSES)) {
    if (history.now() > deadline) throw new Error('The platform does not answer its clients')
    await sleep(100)
  }
  return history.now()
}

async function holdRounds(
  scene: Scene,
  steps: (scene: Scene) => readonly ((scene: Scene) => Promise<void>)[],
  { minutes = 0, calmMs = CALM_MS }: DrillOptions,
): Promise<void> {
  const end = performance.now() + minutes * 60_000
  do {
    for (const step of steps(scene)) {
      await step(scene)
      await sleep(calmMs)
      if (scene.stop.aborted || (minutes > 0 && performance.now() > end)) return
    }
  } while (performance.now() < end)
}

/** Waits until everything is where it belongs, or it is clear that it will not come; then reads it all. */
async function settle(stage: Stage, traffic: Traffic, history: History): Promise<Found> {
  const { ground, roster, peers } = stage
  const breach = (what: string) => (error: Error) =>
    history.breach(`${what}: ${error.message.slice(0, 2000)}`)
  await untilReady(ground, roster, SETTLE_MS_MAX).catch(breach('Not everybody came back'))
  const deadline = history.now() + SETTLE_MS_MAX
  const arrivals = () =>
    arrivalsOf(
      [...peers.values()].flatMap(({ mails }) => mails),
      history,
    )
  while (!isComplete(traffic, history) && history.now() < deadline) await sleep(LOOK_AGAIN_MS)
  await untilLedgerIsClosed(ground.world, deadline).catch(breach('hikyaku ledger check'))
  await traffic.stopWatching()

  const inboxes = new Map<string, Map<string, number>>()
  const bounces: string[] = []
  for (const watcher of traffic.watchers) {
    const read = await watcher.readAll().catch(breach(`${watcher.login} cannot be read`))
    if (read === undefined) continue
    inboxes.set(watcher.login, read.counts)
    bounces.push(...read.bounces)
    history.wrong.push(...read.wrong)
  }
  for (const writer of traffic.writers) {
    const wrong = await writer.check().catch(breach('A writer cannot read'))
    history.wrong.push(...(wrong ?? []))
  }
  const { code, stdout, stderr } = await ground.world.cli(['store', 'check'])
  if (code !== 0) history.breach(`hikyaku store check ended with ${code}: ${stdout}${stderr}`)
  for (const [kind, count] of history.errors) {
    if (NEVER.test(`${kind} `)) history.breach(`${count} times ${kind}, with the right password`)
  }
  return { inboxes, arrivals: arrivals(), bounces: countBounces(bounces), aliases: traffic.aliases }
}

/** Whether every mail for an INBOX here was seen there. */
function isComplete({ watchers, aliases }: Traffic, { handovers }: History): boolean {
  const seen = new Map(watchers.map((watcher) => [watcher.login, watcher.seen]))
  return handovers.every(
    ({ id, outcome, recipients }) =>
      outcome !== 'accepted' ||
      recipients.every((to) => seen.get(aliases.get(to) ?? to)?.has(id) ?? true),
  )
}

async function untilLedgerIsClosed(
  world: Stage['ground']['world'],
  deadline: number,
): Promise<void> {
  for (;;) {
    const late = performance.timeOrigin + performance.now() > deadline
    const count = await checkLedger(world).catch((error: unknown) => {
      if (late) throw error
      return undefined
    })
    if (count !== undefined && count.open + count.queued + count.held === 0) return
    if (late) throw new Error(`It is not settled: ${JSON.stringify(count)}`)
    await sleep(LOOK_AGAIN_MS)
  }
}
