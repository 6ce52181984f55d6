import { type Command, type Given, type Tools, UsageError } from '../command.ts'
import { roll } from '../roll/roll.ts'

const SECOND_MS = 1_000
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND_MS, m: 60 * SECOND_MS }

export const rollCommand: Command = {
  name: 'roll',
  summary: 'Restart a cluster process by process, without anybody noticing',
  operands: [],
  options: {
    node: { type: 'string', value: 'NAME', help: 'Only the processes of this node' },
    'dry-run': { type: 'boolean', help: 'Say what would be restarted, and whether all is well' },
    anew: { type: 'boolean', help: 'Restart all, also what a roll that stopped has restarted' },
    pause: { type: 'string', value: 'TIME', help: 'Between one process and the next (2s)' },
    observe: { type: 'string', value: 'TIME', help: 'To see what is usual before it begins (5s)' },
    timeout: { type: 'string', value: 'TIME', help: 'For one process to be back, all well (2m)' },
    internal: { type: 'string', value: 'N', help: 'Errors of our own that it bears (5)' },
    temporary: { type: 'string', value: 'N', help: 'Temporary errors told to clients (20)' },
    refused: { type: 'string', value: 'N', help: 'Refusals for good, bounces too (50)' },
    backlog: { type: 'string', value: 'N', help: 'More mails waiting than before (1000)' },
  },
  notes: [
    'Node by node, and in a node the directory first, then mailbox-store, delivery, edge, submission, imap and nats-server;',
    'haproxy takes its settings anew at the end. Each gets SIGTERM when all else is well: every process ready, every copy of',
    'every stream current, nobody left out by haproxy; the next comes when that is so again.',
    'It stops by itself when clients are told more errors than N and twice what was usual before, when more mails wait, when',
    'a door does not greet, or when something is not well again in time. Given again, it goes on with what is left.',
    'It is for `npm run cluster`, whose folder --data names. Exit codes: 0 all is restarted, 1 it stopped, 2 not understood.',
  ],
  async run(given, tools) {
    const { output } = tools
    const cluster = requireCluster(tools)
    const nodes = cluster.about().nodes.map(({ name }) => name)
    const node = given.text('node')
    if (node !== undefined && !nodes.includes(node)) {
      throw new UsageError(`There is no ${node}; there are ${nodes.join(', ')}`)
    }
    const dryRun = given.has('dry-run')
    const report = await roll(
      cluster,
      {
        node,
        dryRun,
        anew: given.has('anew'),
        pauseMs: timeOf(given, 'pause', 2 * SECOND_MS),
        observeMs: timeOf(given, 'observe', 5 * SECOND_MS),
        timeoutMs: timeOf(given, 'timeout', 120 * SECOND_MS),
        budget: {
          internal: numberOf(given, 'internal', 5),
          temporary: numberOf(given, 'temporary', 20),
          refused: numberOf(given, 'refused', 50),
          backlog: numberOf(given, 'backlog', 1000),
        },
      },
      { say: output.say, pause: tools.pause, now: tools.now },
    )
    const { rolled, left, stopped, errors } = report
    const done = stopped === undefined
    output.done(sentence(report, dryRun), {
      done,
      rolled,
      left,
      ...(done ? {} : { stopped }),
      errors,
    })
    return done
  },
}

function requireCluster({ cluster }: Tools) {
  if (cluster !== undefined) return cluster
  throw new UsageError('This platform is no cluster on one machine: nobody could take over')
}

function sentence(
  {
    rolled,
    left,
    stopped,
  }: { rolled: readonly string[]; left: readonly string[]; stopped?: string | undefined },
  dryRun: boolean,
): string {
  if (stopped !== undefined) {
    return [
      `Stopped: ${stopped}.`,
      `Restarted: ${listed(rolled)}. Left: ${listed(left)}.`,
      'When it is mended, the same command goes on with what is left.',
    ].join('\n')
  }
  if (dryRun) return `All is well. To be restarted: ${listed(left)}.`
  return `Restarted: ${listed(rolled)}. All is well.`
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.join(', ')
}

function timeOf(given: Given, option: string, usual: number): number {
  const text = given.text(option)
  if (text === undefined) return usual
  const [, digits, unit = ''] = /^([0-9]{1,9})(ms|s|m)$/.exec(text) ?? []
  const factor = UNITS[unit]
  if (factor === undefined)
    throw new UsageError(`--${option}: '${text}' is not a time (500ms, 2s, 5m)`)
  return Number(digits) * factor
}

function numberOf(given: Given, option: string, usual: number): number {
  const text = given.text(option)
  if (text === undefined) return usual
  if (!/^[0-9]{1,9}$/.test(text)) throw new UsageError(`--${option}: '${text}' is not a number`)
  return Number(text)
}
