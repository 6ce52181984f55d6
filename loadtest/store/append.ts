/** Appends of 4 kB: what delivery asks for with each mail. */

import { messageOf } from './messages.ts'
import type { StoreProcess } from './process.ts'
import { measureRate, type Rate } from './rate.ts'

const BYTES = 4096
const WARM_UP_SECONDS = 1
const TENANT = 'bench'

export interface AppendRow extends Rate {
  readonly mailboxes: number
  readonly lanes: number
}

let made = 0

/** One message that was never there before, into the INBOX of an account. */
export async function appendOne(
  store: StoreProcess,
  account: string,
  bytes: number = BYTES,
): Promise<{ mailbox: string; uid: number }> {
  const n = made++
  return appendContent(store, account, messageOf(n, bytes))
}

export async function appendContent(store: StoreProcess, account: string, content: Buffer) {
  return store.client.append({
    account,
    tenant: TENANT,
    mailbox: { name: 'INBOX' },
    mailId: `mail-${made++}`,
    content,
  })
}

export async function measureAppends(
  store: StoreProcess,
  plan: { readonly seconds: number; readonly lanes: readonly number[]; readonly into: number[] },
  tell: (row: AppendRow) => void,
): Promise<AppendRow[]> {
  const rows: AppendRow[] = []
  await measureRate(store, {
    lanes: 16,
    seconds: Math.min(plan.seconds, WARM_UP_SECONDS),
    work: () => appendOne(store, 'warm'),
  })
  for (const mailboxes of plan.into) {
    // Their INBOXes are made before the clock starts, and the views of nobody are asked for.
    for (let n = 0; n < mailboxes; n++) await appendOne(store, `append-${mailboxes}-${n}`)
    for (const lanes of plan.lanes) {
      const work = (turn: number) => appendOne(store, `append-${mailboxes}-${turn % mailboxes}`)
      const rate = await measureRate(store, { lanes, seconds: plan.seconds, work })
      const row = { mailboxes, lanes, ...rate }
      tell(row)
      rows.push(row)
    }
  }
  return rows
}
