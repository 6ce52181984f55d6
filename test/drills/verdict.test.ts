import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Handover, History } from './history.ts'
import { type Arrival, type Found, judge } from './verdict.ts'

const NOTHING: Found = {
  inboxes: new Map(),
  arrivals: [],
  bounces: new Map(),
  aliases: new Map(),
}

function told(outcome: Handover['outcome'], recipient = 'a@example.test'): History {
  const history = new History()
  const handover = { protocol: 'smtp', id: '1-0', sender: 's@x.test', outcome } as const
  history.handovers.push({ ...handover, recipients: [recipient], begin: 0, end: 10 })
  return history
}

function inbox(count: number, id = '1-0'): Found {
  return { ...NOTHING, inboxes: new Map([['a@example.test', new Map(count ? [[id, count]] : [])]]) }
}

function arrival(at: number, whole = true): Arrival {
  return { key: '1-0 b@peer.test', at, whole, followed: false }
}

test('what was accepted is there once, whatever else is an error', () => {
  const cases: [outcome: Handover['outcome'], count: number, verdict: string][] = [
    ['accepted', 1, ''],
    ['accepted', 0, 'lost'],
    ['accepted', 2, 'doubled'],
    ['refused', 0, ''],
    ['refused', 1, 'wrong'],
    ['unknown', 0, ''],
    ['unknown', 1, ''],
    ['unknown', 2, 'doubled'],
  ]
  for (const [outcome, count, expected] of cases) {
    const { lost, doubled, wrong } = judge(told(outcome), inbox(count))
    const said = { lost, doubled, wrong }
    const kinds = Object.entries(said).flatMap(([kind, lines]) => (lines.length > 0 ? [kind] : []))
    assert.equal(kinds.join(), expected, `${outcome} ${count}`)
  }
})

test('a mail that nobody sent is wrong, and what goes to an alias is looked for where it belongs', () => {
  assert.match(judge(told('accepted'), inbox(1, '9-0')).wrong.join(), /nobody sent it/)
  const aliases = new Map([['alias@example.test', 'a@example.test']])
  const history = told('accepted', 'alias@example.test')
  assert.deepEqual(judge(history, { ...inbox(1), aliases }).lost, [])
  assert.equal(judge(history, { ...inbox(0), aliases }).lost.length, 1)
})

test('elsewhere: arrived or bounced, once, whole; twice only with a fault between', () => {
  const history = told('accepted', 'b@peer.test')
  assert.equal(judge(history, NOTHING).lost.length, 1)
  assert.deepEqual(judge(history, { ...NOTHING, arrivals: [arrival(20)] }).lost, [])
  const bounces = new Map([['1-0 b@peer.test', 1]])
  assert.deepEqual(judge(history, { ...NOTHING, bounces }).lost, [])
  assert.match(
    judge(history, { ...NOTHING, bounces, arrivals: [arrival(20)] }).wrong.join(),
    /arrived and bounced/,
  )
  assert.match(
    judge(history, { ...NOTHING, arrivals: [arrival(20, false)] }).wrong.join(),
    /not whole/,
  )
  const twice = { ...NOTHING, arrivals: [arrival(20_000), arrival(21_000)] }
  assert.equal(judge(history, twice).doubled.length, 1)
  history.faults.push({ name: 'kill', target: 'delivery', begin: 20_100, end: 20_500, readyMs: 0 })
  const { doubled, doubledInWindow } = judge(history, twice)
  assert.deepEqual([doubled.length, doubledInWindow], [0, 1])
})

test('who is told 4xx after the final dot in a fault may find it delivered; who is told anything else may not', () => {
  const fault = { name: 'quorum', target: 'nats', begin: 5, end: 50, readyMs: 0 }
  const cases: [dotted: boolean, faults: number, putOff: number, wrong: number][] = [
    [true, 1, 1, 0],
    [true, 0, 0, 1],
    [false, 1, 0, 1],
  ]
  for (const [dotted, faults, putOff, wrong] of cases) {
    const history = told('refused')
    for (const handover of history.handovers) handover.dotted = dotted
    history.faults.push(...Array(faults).fill(fault))
    const verdict = judge(history, inbox(1))
    assert.deepEqual([verdict.putOffAndDelivered, verdict.wrong.length], [putOff, wrong])
  }
})
