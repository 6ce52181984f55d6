/** The faults: each happens, lasts, is undone, and is over when everybody is ready again. */

import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CARRIER, cutOff, type Direction, redirect } from './cut.ts'
import { isReady, type Running, untilReady } from './ground.ts'
import { find, inject, last, pick, type Scene } from './scene.ts'
import { startSlowLink } from './slow.ts'
import { undoLater } from './undo.ts'

/** Beyond the length of a fault, before the shell beside us undoes it. */
const MARGIN_SECONDS = 30
const DELAY_MS = 60
const DATABASE_DELAY_MS = 40
const CLOCK_JUMP_SECONDS = 3600
/** What a nats-server has to recover by itself when there is room again. */
const REVIVE_SECONDS = 5
/** Whoever rolls looks why it stopped, and goes on. */
const ROLLS_MAX = 5
const ROLL_AGAIN_MS = 60_000
const HAMMER_CONNECTIONS = 20
const HAMMER_MS = 4000

export async function kill(scene: Scene, name: string): Promise<void> {
  const victim = pick(scene, await find(scene, { name }))
  await inject(scene, { name: 'kill', target: called(victim) }, async () => {
    process.kill(victim.pid, 'SIGKILL')
    await untilGone(scene, [victim])
  })
}

export async function freeze(scene: Scene, name: string): Promise<void> {
  const victim = pick(scene, await find(scene, { name }))
  await inject(scene, { name: 'freeze', target: called(victim) }, () =>
    stopFor(scene, [victim], scene.lengths.freeze),
  )
}

export async function cut(
  scene: Scene,
  direction: Direction,
  where: Partial<Running>,
): Promise<void> {
  const victims = await find(scene, where)
  const target = `${direction}, ${where.name === undefined ? where.node : victims.map(called).join(' ')}`
  await inject(scene, { name: 'cut', target }, async () => {
    const { cut: seconds } = scene.lengths
    const pids = victims.map(({ pid }) => pid)
    await using _ = await cutOff(pids, direction, seconds + MARGIN_SECONDS)
    await last(scene, seconds)
  })
}

/** Everything on its way to a node takes longer, and so does everything to the database. */
export async function delay(scene: Scene, node: string): Promise<void> {
  const { delay: seconds } = scene.lengths
  await inject(scene, { name: 'delay', target: node }, async () => {
    await using slow = new AsyncDisposableStack()
    const carriers = new Map<string, number>()
    for (const { listens } of await find(scene, { node })) {
      for (const end of listens.filter((one) => /^[\d.]+:\d+$/.test(one))) {
        const [host = '', port] = end.split(':')
        const target = { host, port: Number(port) }
        const link = slow.use(await startSlowLink({ target, from: CARRIER }))
        link.set('open', DELAY_MS)
        carriers.set(end, link.endpoint.port)
      }
    }
    if (carriers.size > 0) slow.use(await redirect(carriers, seconds + MARGIN_SECONDS))
    scene.database?.set('open', DATABASE_DELAY_MS)
    await last(scene, seconds)
    scene.database?.set('open')
  })
}

/** How many of the disks under NATS are filled. */
export async function fillDisks(scene: Scene, count: number): Promise<void> {
  const disks = scene.disks.slice(0, count)
  const target = `${count} of ${scene.disks.length} under NATS`
  await inject(scene, { name: 'disk-full', target }, async () => {
    try {
      for (const disk of disks) disk.fill()
      await last(scene, scene.lengths.diskFull)
    } finally {
      for (const disk of disks) disk.empty()
    }
    await reviveBrokers(scene)
  })
}

export async function fillDatabase(scene: Scene): Promise<void> {
  const { fillDatabase: fill } = scene
  if (fill === undefined) throw new Error('The database cannot be filled')
  await inject(scene, { name: 'disk-full', target: 'the database' }, async () => {
    fill(true)
    await last(scene, scene.lengths.diskFull)
    fill(false)
  })
}

/** A nats-server that could not write leaves JetStream off until it is started again; so does whoever looks after it. */
async function reviveBrokers(scene: Scene): Promise<void> {
  await last(scene, REVIVE_SECONDS)
  for (const broker of await find(scene, { name: 'nats-server' })) {
    if (await isReady(broker)) continue
    scene.say(`  ${called(broker)} is restarted: JetStream is off`)
    scene.history.error('admin', 'nats-server restarted')
    process.kill(broker.pid, 'SIGTERM')
    await untilGone(scene, [broker])
  }
}

/** Forwards, and back again after a while. */
export async function jumpClock(scene: Scene, seconds = CLOCK_JUMP_SECONDS): Promise<void> {
  const { clock } = scene
  if (clock === undefined) throw new Error('The clocks cannot be changed')
  await inject(scene, { name: 'clock', target: `${clock.node} by ${seconds} s` }, async () => {
    clock.jump(seconds)
    await last(scene, scene.lengths.clock)
    clock.jump(0)
  })
}

export async function databaseAway(scene: Scene, mood: 'away' | 'silent'): Promise<void> {
  const { database } = scene
  if (database === undefined) throw new Error('There is nothing in front of the database')
  await inject(scene, { name: 'database-away', target: mood }, async () => {
    database.set(mood)
    await last(scene, scene.lengths.away)
    database.set('open')
  })
}

/** All NATS servers but one are frozen. */
export async function loseQuorum(scene: Scene): Promise<void> {
  const [, ...victims] = await find(scene, { name: 'nats-server' })
  await inject(scene, { name: 'quorum', target: victims.map(called).join(' ') }, () =>
    stopFor(scene, victims, scene.lengths.quorum),
  )
}

/** Restarts everything, or what the options of `hikyaku roll` leave of it; what stops by itself is gone on with. */
export async function roll(scene: Scene, options: readonly string[] = []): Promise<void> {
  await inject(scene, { name: 'roll', target: options.join(' ') || 'everything' }, async () => {
    for (let tries = 1; ; tries++) {
      const { code, stdout, stderr } = await scene.ground.world.cli(['roll', ...options])
      for (const line of stdout.trim().split('\n')) scene.say(`  ${line}`)
      if (code === 0) return
      scene.history.error('admin', 'roll stopped')
      if (tries === ROLLS_MAX || code !== 1) {
        scene.history.breach(`hikyaku roll ended with ${code}: ${stdout} ${stderr}`)
        return
      }
      await untilReady(scene.ground, scene.roster, ROLL_AGAIN_MS)
    }
  })
}

/** Kills a whole node at once, while strangers connect as fast as they can. */
export async function killZone(scene: Scene, node: string): Promise<void> {
  const victims = await find(scene, { node })
  await inject(scene, { name: 'zone', target: node }, async () => {
    const end = performance.now() + HAMMER_MS
    const hammers = Array.from({ length: HAMMER_CONNECTIONS }, () => hammer(scene, end))
    await sleep(HAMMER_MS / 4)
    for (const { pid } of victims) process.kill(pid, 'SIGKILL')
    await untilGone(scene, victims)
    await Promise.all(hammers)
  })
}

/** Connects, hears the greeting, goes, and comes again. */
async function hammer({ ground, history }: Scene, end: number): Promise<void> {
  while (performance.now() < end) {
    const socket = connect(ground.world.at('smtp'))
    socket.setTimeout(HAMMER_MS, () => socket.destroy())
    try {
      const [greeting] = await Promise.race([once(socket, 'data'), once(socket, 'close')])
      const code = String(greeting).slice(0, 3)
      if (code !== '220') history.error('smtp', Number(code) > 0 ? `hammer ${code}` : 'hammer lost')
      if (Number(code) >= 500) history.breach(`A connection was refused for good: ${greeting}`)
    } catch {
      history.error('smtp', 'hammer lost')
    }
    socket.destroy()
  }
}

/** SIGSTOP, and SIGCONT in any case. */
async function stopFor(scene: Scene, victims: readonly Running[], seconds: number): Promise<void> {
  const pids = victims.map(({ pid }) => pid)
  const undo = undoLater(seconds + MARGIN_SECONDS, `kill -CONT ${pids.join(' ')}`)
  try {
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    await last(scene, seconds)
  } finally {
    undo()
  }
}

/** Resolves when others run in their place. */
async function untilGone(scene: Scene, victims: readonly Running[]): Promise<void> {
  const pids = new Set(victims.map(({ pid }) => pid))
  for (;;) {
    const running = await scene.ground.processes()
    const left = running.some(({ pid }) => pids.has(pid))
    const all = victims.every(({ node, name }) =>
      running.some((one) => one.node === node && one.name === name),
    )
    if (!left && all) return
    await sleep(50)
  }
}

function called({ node, name }: Running): string {
  return `${node}/${name}`
}
