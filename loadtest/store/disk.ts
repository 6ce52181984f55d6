/** What messages take on disk: a store with them, less the same store without. */

import { appendContent, appendOne } from './append.ts'
import { attachmentOf, messageWith } from './messages.ts'
import { type StoreOptions, type StoreProcess, startStore } from './process.ts'
import { repeat, round } from './rate.ts'

const TEXT_BYTES = 4096
const ATTACHMENT_BYTES = 300_000
const ACCOUNTS = 100

export async function measureDisk(options: StoreOptions, messages: number) {
  const empty = await weigh(options, (store) => appendOne(store, 'user-0'))
  const texts = await weigh(options, async (store) => {
    await repeat(messages, (turn) => appendOne(store, `user-${turn % ACCOUNTS}`))
  })
  const attachment = attachmentOf(ATTACHMENT_BYTES)
  const colleagues = await weigh(options, async (store) => {
    // The same file to all, each with a header and a text of its own.
    await repeat(ACCOUNTS, (turn) =>
      appendContent(store, `user-${turn}`, messageWith(turn, attachment)),
    )
  })
  if (empty === undefined || texts === undefined || colleagues === undefined) return undefined
  return {
    messages,
    messageBytes: TEXT_BYTES,
    perMessage: Math.round((texts - empty) / messages),
    attachmentBytes: ATTACHMENT_BYTES,
    accounts: ACCOUNTS,
    attachmentToAll: colleagues - empty,
    ofTheirSum: round((colleagues - empty) / (ATTACHMENT_BYTES * ACCOUNTS)),
  }
}

async function weigh(options: StoreOptions, work: (store: StoreProcess) => Promise<unknown>) {
  await using store = await startStore(options)
  await work(store)
  return store.stopAndWeigh()
}
