/**
 * `npm run bench -- store`: a mailbox-store as solo starts it, driven over gRPC from this process: appends, fetches,
 * flags, announcements, views, disk and memory; and APPEND by IMAP through the whole platform, with `--peer dovecot`
 * in turn with Dovecot.
 */

import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { measureAnnouncements } from './store/announcements.ts'
import { measureAppends } from './store/append.ts'
import { measureDisk } from './store/disk.ts'
import { measureImap } from './store/imap.ts'
import { type StoreOptions, type StoreProcess, startStore } from './store/process.ts'
import { round } from './store/rate.ts'
import { type Filled, fill, measureFetches, measureFlags } from './store/read.ts'
import { measureViews } from './store/views.ts'

/** In the order in which they run, in one process of the store as far as they can. */
const SHARED = ['append', 'fetch', 'flags', 'announcements']
const SECTIONS = [...SHARED, 'views', 'disk', 'imap']
const MB = 1024 * 1024

/** How much is done. */
const PLANS = {
  full: {
    seconds: 3,
    filled: 10_000,
    disk: 5000,
    lanes: [1, 16, 64],
    appendLanes: [1, 16, 20, 64],
    sizes: [1000, 10_000, 100_000, 1_000_000],
  },
  quick: {
    seconds: 0.7,
    filled: 1000,
    disk: 500,
    lanes: [1, 64],
    appendLanes: [1, 20, 64],
    sizes: [1000, 10_000],
  },
}
type Plan = (typeof PLANS)['full'] & { readonly into: number[] }

const OPTIONS = {
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  seconds: { type: 'string' },
  lanes: { type: 'string' },
  into: { type: 'string', default: '1,100' },
  sizes: { type: 'string' },
  database: { type: 'string' },
  folder: { type: 'string' },
  code: { type: 'string' },
  profile: { type: 'string' },
  peer: { type: 'string' },
} as const
type Values = ReturnType<typeof parseArgs<{ options: typeof OPTIONS }>>['values']

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: OPTIONS })
  const wanted = wantedOf(values)
  const plan = planOf(values)
  const { database, folder, code, profile } = values
  const options = { database, folder, code, profile }
  const results: Record<string, unknown> = {
    bench: 'store',
    engine: database === undefined ? 'sqlite' : 'mongodb',
  }
  const shared = SHARED.filter((name) => wanted.includes(name))
  if (shared.length > 0) Object.assign(results, await measureShared(shared, plan, options))
  if (wanted.includes('views')) results.views = await sectionViews(options, plan)
  if (wanted.includes('disk')) results.disk = await sectionDisk(options, plan)
  if (wanted.includes('imap')) results.imap = await sectionImap(values, plan)
  console.log(JSON.stringify(results))
}

function wantedOf({ only, peer }: Values): readonly string[] {
  assert(peer === undefined || peer === 'dovecot', 'The peer can only be dovecot')
  const usual = SECTIONS.filter((name) => name !== 'imap' || peer !== undefined)
  const wanted = only?.split(',') ?? usual
  for (const name of wanted) assert(SECTIONS.includes(name), `Sections: ${SECTIONS.join()}`)
  return wanted
}

function planOf(values: Values): Plan {
  const plan = values.quick ? PLANS.quick : PLANS.full
  const lanes = values.lanes === undefined ? undefined : numbers(values.lanes)
  return {
    ...plan,
    into: numbers(values.into),
    ...(lanes && { lanes, appendLanes: lanes }),
    ...(values.sizes !== undefined && { sizes: numbers(values.sizes) }),
    ...(values.seconds !== undefined && { seconds: Number(values.seconds) }),
  }
}

/** What is asked of one store after the other. */
async function measureShared(wanted: readonly string[], plan: Plan, options: StoreOptions) {
  await using store = await startStore(options)
  const results: Record<string, unknown> = {}
  const memory: Record<string, unknown> = {}
  let filled: Filled | undefined
  for (const name of wanted) {
    if (name === 'fetch' || name === 'flags') filled ??= await fill(store, 'reader', plan.filled)
    results[name] = await measureOne(name, store, plan, filled)
    memory[name] = await memoryOf(store)
    print({ memory: name, ...(memory[name] as object) })
  }
  return { ...results, memory }
}

async function measureOne(name: string, store: StoreProcess, plan: Plan, filled?: Filled) {
  if (name === 'append') {
    say('Appends of 4 kB')
    return measureAppends(store, { ...plan, lanes: plan.appendLanes }, print)
  }
  if (name === 'announcements') {
    say('From the request to the announcement of its commit')
    const row = await measureAnnouncements(store, { perSecond: 100, seconds: plan.seconds })
    print(row)
    return row
  }
  assert(filled)
  if (name === 'fetch') {
    say(`Fetches of one message each, of ${filled.messages}`)
    return measureFetches(store, filled, plan, print)
  }
  say(`Changes of flags, one message each, of ${filled.messages}`)
  const flags = await measureFlags(store, filled, plan, print)
  say(`  of all ${flags.messages} at once: ${flags.allMs.join(', ')} ms`)
  return flags
}

async function sectionViews(options: StoreOptions, { sizes }: Plan) {
  say('Opening a mailbox: milliseconds (CPU milliseconds)')
  await using store = await startStore(options)
  return await measureViews(
    store,
    sizes,
    ({ messages, viewMB, residentMB, answerBytes, ...timings }) => {
      const cells = Object.entries(timings).map(([name, { ms, cpuMs }]) => [
        name,
        `${ms} (${cpuMs})`,
      ])
      print({ messages, ...Object.fromEntries(cells), answerBytes, viewMB, residentMB })
    },
  )
}

async function sectionDisk(options: StoreOptions, plan: Plan) {
  say('On disk')
  const disk = await measureDisk(options, plan.disk)
  if (disk !== undefined) print(disk)
  return disk
}

async function sectionImap({ peer }: Values, plan: Plan) {
  say('APPEND of 4 kB by IMAP')
  const { into, appendLanes: connections, seconds } = plan
  return measureImap({ into, connections, seconds, peer: peer !== undefined }, print)
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
