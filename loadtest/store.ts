/**
 * `npm run bench -- store`: a mailbox-store as solo starts it, driven over gRPC from this process: appends, fetches,
 * flags, disk and memory.
 */

import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { measureAppends } from './store/append.ts'
import { measureDisk } from './store/disk.ts'
import { type StoreOptions, type StoreProcess, startStore } from './store/process.ts'
import { round } from './store/rate.ts'
import { type Filled, fill, measureFetches, measureFlags } from './store/read.ts'

const SECTIONS = ['append', 'fetch', 'flags', 'disk'] as const
type Section = (typeof SECTIONS)[number]

const MB = 1024 * 1024

/** How much is done. */
const PLANS = {
  full: {
    seconds: 3,
    filled: 10_000,
    disk: 5000,
    lanes: [1, 16, 64],
    appendLanes: [1, 16, 20, 64],
  },
  quick: { seconds: 0.7, filled: 1000, disk: 500, lanes: [1, 64], appendLanes: [1, 20, 64] },
}
type Plan = (typeof PLANS)['full']

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', default: 'append,fetch,flags,disk' },
      quick: { type: 'boolean', default: false },
      seconds: { type: 'string' },
      lanes: { type: 'string' },
      into: { type: 'string', default: '1,100' },
      database: { type: 'string' },
      folder: { type: 'string' },
      code: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  const wanted = values.only.split(',')
  for (const name of wanted) assert(SECTIONS.includes(name as Section), `No section ${name}`)
  const plan = planOf(values)
  const into = numbers(values.into)
  const { database, folder, code, profile } = values
  const options = { database, folder, code, profile }
  const engine = database === undefined ? 'sqlite' : 'mongodb'
  const results: Record<string, unknown> = { bench: 'store', engine }

  const shared = ['append', 'fetch', 'flags'].filter((name) => wanted.includes(name))
  if (shared.length > 0)
    Object.assign(results, await measureShared(shared, plan, { into, options }))
  if (wanted.includes('disk')) results.disk = await sectionDisk(options, plan)
  console.log(JSON.stringify(results))
}

function planOf(values: { quick: boolean; seconds?: string; lanes?: string }): Plan {
  const plan = values.quick ? PLANS.quick : PLANS.full
  const lanes = values.lanes === undefined ? {} : { lanes: numbers(values.lanes) }
  const appendLanes = values.lanes === undefined ? {} : { appendLanes: numbers(values.lanes) }
  const seconds = values.seconds === undefined ? {} : { seconds: Number(values.seconds) }
  return { ...plan, ...lanes, ...appendLanes, ...seconds }
}

interface Shared {
  readonly into: number[]
  readonly options: StoreOptions
}

/** What is asked of one store after the other. */
async function measureShared(wanted: readonly string[], plan: Plan, { into, options }: Shared) {
  const results: Record<string, unknown> = {}
  const memory: Record<string, unknown> = {}
  await using store = await startStore(options)
  const note = async (name: string, result: unknown) => {
    results[name] = result
    memory[name] = await memoryOf(store)
    print({ memory: name, ...(memory[name] as object) })
  }
  if (wanted.includes('append')) {
    say('Appends of 4 kB')
    const rows = await measureAppends(store, { ...plan, lanes: plan.appendLanes, into }, print)
    await note('append', rows)
  }
  let filled: Filled | undefined
  if (wanted.includes('fetch') || wanted.includes('flags')) {
    filled = await fill(store, 'reader', plan.filled)
  }
  if (filled !== undefined && wanted.includes('fetch')) {
    say(`Fetches of one message each, of ${filled.messages}`)
    await note('fetch', await measureFetches(store, filled, plan, print))
  }
  if (filled !== undefined && wanted.includes('flags')) {
    say(`Changes of flags, one message each, of ${filled.messages}`)
    const flags = await measureFlags(store, filled, plan, print)
    say(`of all ${flags.messages} at once: ${flags.allMs.join(', ')} ms`)
    await note('flags', flags)
  }
  return { ...results, memory }
}

async function sectionDisk(options: StoreOptions, plan: Plan) {
  say('On disk')
  const disk = await measureDisk(options, plan.disk)
  if (disk !== undefined) print(disk)
  return disk
}

async function memoryOf(store: StoreProcess) {
  const { residentBytes, viewBytes } = await store.memory()
  return { residentMB: round(residentBytes / MB), viewMB: round(viewBytes / MB) }
}

function numbers(text: string): number[] {
  return text.split(',').map(Number)
}

function say(text: string): void {
  console.error(text)
}

function print(row: object): void {
  const cells = Object.entries(row).map(([name, value]) => `${name} ${String(value).padStart(6)}`)
  console.error(`  ${cells.join('  ')}`)
}
