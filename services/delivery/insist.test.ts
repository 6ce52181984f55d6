import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { insister } from './insist.ts'

const AWAY = new Fault('unavailable', 'The database is away')

test('it is written as soon as the database is back, with longer and longer rests', async () => {
  const sleeps: number[] = []
  const clock = { sleep: async (ms: number) => void sleeps.push(ms) }
  const insist = insister(clock, new AbortController().signal)
  let tries = 0
  await insist(async () => {
    tries += 1
    if (tries <= 8) throw AWAY
  })
  assert.deepEqual(sleeps, [250, 500, 1000, 2000, 4000, 5000, 5000, 5000])
})

test('a bug is not repeated, and who is to end tries only some times more', async () => {
  const clock = { sleep: async () => {} }
  const bug = new TypeError('bug')
  const never = insister(clock, new AbortController().signal)
  await assert.rejects(
    never(() => Promise.reject(bug)),
    bug,
  )
  let tries = 0
  const ending = insister(clock, AbortSignal.abort())
  const write = async () => {
    tries += 1
    throw AWAY
  }
  await assert.rejects(ending(write), AWAY)
  assert.equal(tries, 6)
})
