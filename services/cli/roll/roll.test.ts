import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { About, Cluster, Memory } from './cluster.ts'
import { type RollOptions, roll } from './roll.ts'

const OPTIONS: RollOptions = {
  node: undefined,
  dryRun: false,
  anew: false,
  pauseMs: 0,
  observeMs: 1_000,
  timeoutMs: 10_000,
  budget: { internal: 0, temporary: 5, refused: 5, backlog: 100 },
}

/** Two nodes, whose processes are back a second after SIGTERM; what goes wrong is up to the test. */
function openCluster() {
  let now = 1_000_000
  let nextPid = 100
  const processes: Record<string, Record<string, { pid: number; from: number; ops: string }>> = {}
  for (const node of ['node-1', 'node-2']) {
    processes[node] = {}
    for (const name of ['imap', 'directory', 'nats-server']) {
      processes[node][name] = { pid: nextPid++, from: 0, ops: `${node}.${name}` }
    }
  }
  const all = () => Object.values(processes).flatMap((node) => Object.values(node))
  const state = {
    signals: [] as string[],
    memory: undefined as Memory | undefined,
    troubles: new Map<string, string>(),
    pages: new Map<string, string>(),
    closed: new Set<string>(),
    rolling: new Set<number>(),
    onSignal: (_: string) => {},
  }
  const about = (): About => ({
    pid: 1,
    listens: { smtp: '127.0.0.1:25', http: '127.0.0.1:80' },
    haproxy: { pid: 50, stats: '127.0.0.1:81' },
    nodes: Object.entries(processes).map(([name, own]) => ({
      name,
      processes: Object.fromEntries(
        Object.entries(own).map(([service, { pid, from, ops }]) => [
          service,
          { pid, ready: now >= from, ops },
        ]),
      ),
    })),
  })
  const cluster: Cluster = {
    about,
    whyNotReady: async (ops) => state.troubles.get(ops),
    metrics: async (ops) => state.pages.get(ops) ?? '# nothing\n',
    brokerTrouble: async (ops) => state.troubles.get(ops),
    serversDown: async () => [],
    whyNotGreeted: async (door) => (state.closed.has(door) ? 'refused' : undefined),
    signal(pid, signal) {
      const found = all().find((one) => one.pid === pid)
      state.signals.push(`${found?.ops ?? 'haproxy'} ${signal}`)
      if (found !== undefined) Object.assign(found, { pid: nextPid++, from: now + 1_000 })
      state.onSignal(found?.ops ?? 'haproxy')
    },
    roller: 7,
    isRolling: (pid) => state.rolling.has(pid),
    readMemory: () => state.memory,
    writeMemory(memory) {
      state.memory = memory
    },
  }
  const tools = {
    say: () => undefined,
    async pause(ms: number) {
      now += ms
    },
    now: () => now,
  }
  return {
    state,
    roll: (options: Partial<RollOptions> = {}) => roll(cluster, { ...OPTIONS, ...options }, tools),
  }
}

const ALL = [
  ...['node-1 directory', 'node-1 imap', 'node-1 nats-server'],
  ...['node-2 directory', 'node-2 imap', 'node-2 nats-server'],
  'haproxy',
]

test('one process after the other, node by node, haproxy last', async () => {
  const { state, roll } = openCluster()
  const { rolled, left, stopped } = await roll()
  assert.deepEqual({ rolled, left, stopped }, { rolled: ALL, left: [], stopped: undefined })
  assert.deepEqual(state.signals.slice(0, 3), [
    'node-1.directory SIGTERM',
    'node-1.imap SIGTERM',
    'node-1.nats-server SIGTERM',
  ])
  assert.equal(state.signals.at(-1), 'haproxy SIGUSR2')
  assert.equal(state.memory, undefined)
})

test('one node alone, or none when it is only to say what it would do', async () => {
  const one = openCluster()
  assert.deepEqual((await one.roll({ node: 'node-2' })).rolled, ALL.slice(3, 6))
  const none = openCluster()
  const { rolled, left } = await none.roll({ dryRun: true })
  assert.deepEqual({ rolled, left }, { rolled: [], left: ALL })
  assert.deepEqual(none.state.signals, [])
  assert.equal(none.state.memory, undefined)
})

test('it stops when errors rise, and goes on with what is left', async () => {
  const { state, roll } = openCluster()
  state.onSignal = (ops) => {
    if (ops !== 'node-1.imap') return
    state.pages.set('node-1.directory', 'hikyaku_grpc_server_errors_total{kind="bug"} 1\n')
  }
  const first = await roll()
  assert.match(first.stopped ?? '', /^1 errors of our own, where 0 are allowed/)
  assert.deepEqual(first.rolled, ['node-1 directory'])
  assert.deepEqual(first.left, ALL.slice(1))
  assert.equal(first.errors.internal, 1)

  // imap had its SIGTERM and is back by itself: it is not done twice.
  const second = await roll()
  assert.deepEqual(second.rolled, ALL.slice(2))
  assert.equal(second.stopped, undefined)
  assert.equal(state.signals.filter((signal) => signal === 'node-1.imap SIGTERM').length, 1)
})

test('nothing is touched while a copy of a stream is not current', async () => {
  const { state, roll } = openCluster()
  state.troubles.set('node-2.nats-server', 'stream SPOOL-0: the copy on node-1 is not current')
  const { stopped } = await roll()
  assert.match(
    stopped ?? '',
    /^before the first restart, not all is well: node-2 nats-server: stream/,
  )
  assert.deepEqual(state.signals, [])
})

test('a process that does not get well ends it, and those left are told', async () => {
  const { state, roll } = openCluster()
  state.onSignal = (ops) => state.troubles.set(ops, 'no connection to NATS')
  const { stopped, rolled, left } = await roll()
  assert.match(stopped ?? '', /^after node-1 directory, not all is well: .*no connection to NATS/)
  assert.deepEqual({ rolled, left }, { rolled: [], left: ALL })
})

test('a door that does not greet ends it', async () => {
  const { state, roll } = openCluster()
  state.onSignal = () => state.closed.add('smtp')
  const { stopped } = await roll()
  assert.match(stopped ?? '', /^who comes in by smtp .*is not greeted: refused/)
  assert.equal(state.signals.length, 1)
})

test('two do not roll at the same time, but one may after another that was killed', async () => {
  const { state, roll } = openCluster()
  state.memory = { roller: 9, begunAt: 0, old: {} }
  state.rolling.add(9)
  await assert.rejects(roll(), (error) => error instanceof Fault && error.code === 'conflict')
  state.rolling.clear()
  assert.equal((await roll()).stopped, undefined)
})

test('asked to, it begins anew', async () => {
  const { state, roll } = openCluster()
  state.closed.add('smtp')
  await roll()
  state.closed.clear()
  await roll({ node: 'node-1' })
  assert.deepEqual((await roll({ anew: true })).rolled, ALL)
})
