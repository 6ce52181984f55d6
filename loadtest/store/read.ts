/** Fetches of one message each, and changes of flags, in a mailbox that has some. */

import { appendOne } from './append.ts'
import type { StoreProcess } from './process.ts'
import { measureRate, type Rate, repeat, round } from './rate.ts'

const CONTENT_BYTES_MAX = 16 * 1024
const ALL_TRIES = 5

export interface Filled {
  readonly account: string
  readonly mailbox: string
  readonly messages: number
}

export interface FetchRow extends Rate {
  readonly what: string
  readonly lanes: number
}

export interface FlagsRow extends Rate {
  readonly lanes: number
}

/** A mailbox with so many messages of 4 kB. */
export async function fill(
  store: StoreProcess,
  account: string,
  messages: number,
): Promise<Filled> {
  const { mailbox } = await appendOne(store, account)
  await repeat(messages - 1, () => appendOne(store, account))
  return { account, mailbox, messages }
}

interface Plan {
  readonly seconds: number
  readonly lanes: readonly number[]
}

const WANTED = {
  'envelope and structure': { envelope: true, structure: true },
  header: { header: true },
  'whole content': { contentBytesMax: CONTENT_BYTES_MAX },
} as const

export async function measureFetches(
  store: StoreProcess,
  filled: Filled,
  plan: Plan,
  tell: (row: FetchRow) => void,
): Promise<FetchRow[]> {
  const rows: FetchRow[] = []
  const { account, mailbox } = filled
  for (const [what, wanted] of Object.entries(WANTED)) {
    for (const lanes of plan.lanes) {
      const work = (turn: number) =>
        drain(store.client.fetch({ account, mailbox, uids: uidOf(turn, filled), ...wanted }))
      const row = { what, lanes, ...(await measureRate(store, { ...plan, lanes, work })) }
      tell(row)
      rows.push(row)
    }
  }
  return rows
}

export async function measureFlags(
  store: StoreProcess,
  filled: Filled,
  plan: Plan,
  tell: (row: FlagsRow) => void,
): Promise<{ oneEach: FlagsRow[]; allMs: number[]; messages: number }> {
  const { account, mailbox, messages } = filled
  const oneEach: FlagsRow[] = []
  const change = (uids: string, mode: 'ADD' | 'REMOVE') =>
    store.client.storeFlags({ account, mailbox, uids, mode, flags: ['\\Flagged'] })
  for (const lanes of plan.lanes) {
    const work = (turn: number) =>
      change(uidOf(turn, filled), Math.floor(turn / messages) % 2 === 0 ? 'ADD' : 'REMOVE')
    const row = { lanes, ...(await measureRate(store, { ...plan, lanes, work })) }
    tell(row)
    oneEach.push(row)
  }
  const allMs: number[] = []
  await change(`1:${messages}`, 'REMOVE')
  for (let n = 0; n < ALL_TRIES; n++) {
    const start = performance.now()
    await change(`1:${messages}`, n % 2 === 0 ? 'ADD' : 'REMOVE')
    allMs.push(round(performance.now() - start))
  }
  return { oneEach, allMs, messages }
}

/** Every UID once before any comes again, in no order that a cache would like. */
function uidOf(turn: number, { messages }: Filled): string {
  return `${((turn * 7919) % messages) + 1}`
}

async function drain(answers: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of answers);
}
