import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, type Bucket, current, DAY, fitsAt, HOUR, sum } from './rate-window.ts'

const START = Date.UTC(2040, 0, 1)
const MINUTE_MS = 60_000
const at = (minutes: number) => START + minutes * MINUTE_MS
const one = { messages: 1, recipients: 3 }

function send(times: readonly number[]): Bucket[] {
  return times.reduce<Bucket[]>((buckets, minutes) => {
    return add(buckets, HOUR, { now: at(minutes) }, one)
  }, [])
}

test('what was sent in the last hour is summed, and no more than 13 buckets are kept', () => {
  const buckets = send(Array.from({ length: 300 }, (_, minute) => minute))
  assert.equal(buckets.length, 13)
  assert.equal(sum(current(buckets, HOUR, at(299)), 'messages'), 65)
  assert.equal(sum(current(buckets, HOUR, at(299)), 'recipients'), 195)
  assert.equal(sum(current(buckets, HOUR, at(365)), 'messages'), 0)
})

test('no hour ever sees more than the limit, whenever its messages are sent', () => {
  let seed = 7
  const chance = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return seed % below
  }
  const sent: number[] = []
  let buckets: Bucket[] = []
  for (let now = START; now < at(600); now += chance(4 * MINUTE_MS)) {
    const fits = fitsAt(buckets, HOUR, now, { what: 'messages', limit: 10, more: 1 })
    if (fits !== now) continue
    buckets = add(buckets, HOUR, { now }, one)
    sent.push(now)
  }
  assert(sent.length > 80)
  for (const [index, last] of sent.entries()) {
    const first = sent[index - 10]
    if (first !== undefined) assert(last - first > HOUR.spanMs)
  }
})

test('when there is room again is told to the bucket', () => {
  const buckets = send([1, 2, 31, 32])
  const ask = (more: number, minutes = 40) => {
    const when = fitsAt(buckets, HOUR, at(minutes), { what: 'messages', limit: 4, more })
    return when === undefined ? 'never' : (when - START) / MINUTE_MS
  }
  assert.equal(ask(0), 40)
  assert.equal(ask(1), 65)
  assert.equal(ask(2), 65)
  assert.equal(ask(3), 95)
  assert.equal(ask(4, 70), 95)
  assert.equal(ask(5), 'never')
})

test('what is taken back leaves its bucket, and a bucket of a clock ahead counts', () => {
  const back = { messages: -1, recipients: -3 }
  const buckets = add(send([1, 1]), HOUR, { now: at(9), at: at(1) }, back)
  assert.deepEqual(buckets, [{ at: START, ...one }])
  assert.equal(sum(current(buckets, DAY, at(-100)), 'messages'), 1)
})
