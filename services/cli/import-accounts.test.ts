import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault, type FaultCode } from '#lib/base/fault.ts'
import type { Account__Output } from '#proto/types/hikyaku/directory/Account.ts'
import type { Row } from './account-rows.ts'
import { importAccounts } from './import-accounts.ts'

async function* rows(count: number): AsyncGenerator<Row> {
  for (let line = 2; line < count + 2; line++) yield { line, change: { login: `u${line}@x.test` } }
}

function open(failures: Readonly<Record<string, FaultCode[]>>) {
  const requests: string[] = []
  const complaints: string[] = []
  let running = 0
  let most = 0
  const admin = {
    async addAccount({ login = '', request = '' }) {
      most = Math.max(most, ++running)
      await new Promise(setImmediate)
      running--
      requests.push(request)
      const code = failures[login]?.shift()
      if (code !== undefined) throw new Fault(code, `${login} ${code}`)
      return {} as Account__Output
    },
  }
  const pauses: number[] = []
  const tools = { admin, pause: async (ms: number) => void pauses.push(ms) }
  const progress: number[] = []
  const options = {
    complain: (text: string) => void complaints.push(text),
    progress: ({ imported }: { readonly imported: number }) => void progress.push(imported),
    run: 'r',
    reuse: false,
  }
  return { tools, options, requests, complaints, pauses, progress, most: () => most }
}

test('bad lines are told of, the rest goes on, only some at a time', async () => {
  const world = open({ 'u5@x.test': ['exists'], 'u7@x.test': ['invalid'] })
  const options = { ...world.options, skipExisting: false }
  const counts = await importAccounts(rows(100), world.tools, options)
  assert.deepEqual(counts, { imported: 98, skipped: 0, failed: 2 })
  assert.deepEqual(world.complaints, ['line 5: u5@x.test exists', 'line 7: u7@x.test invalid'])
  assert.equal(world.most(), 8)
})

test('a long import tells how far it is', async () => {
  const world = open({})
  await importAccounts(rows(2500), world.tools, { ...world.options, skipExisting: false })
  assert.deepEqual(world.progress, [1000, 2000])
})

test('what exists can be passed over', async () => {
  const world = open({ 'u5@x.test': ['exists'] })
  const options = { ...world.options, skipExisting: true }
  const counts = await importAccounts(rows(10), world.tools, options)
  assert.deepEqual(counts, { imported: 9, skipped: 1, failed: 0 })
})

test('what may pass by itself is tried again, as the same request', async () => {
  const world = open({ 'u2@x.test': ['unavailable', 'busy', 'conflict'] })
  const options = { ...world.options, skipExisting: false }
  const counts = await importAccounts(rows(1), world.tools, options)
  assert.deepEqual(counts, { imported: 1, skipped: 0, failed: 0 })
  assert.deepEqual(world.requests, ['r-2', 'r-2', 'r-2', 'r-2'])
  assert.deepEqual(world.pauses, [250, 500, 1000])
})

test('without a directory the import ends', async () => {
  const world = open({ 'u4@x.test': Array<FaultCode>(100).fill('unavailable') })
  const options = { ...world.options, skipExisting: false }
  await assert.rejects(importAccounts(rows(10_000), world.tools, options), Fault)
  assert(world.requests.length < 1000)
})
