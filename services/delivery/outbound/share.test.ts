import assert from 'node:assert/strict'
import { test } from 'node:test'
import { grant, type ShareDocument, type Wish } from './share.ts'

const LIMITS = { connectionsMax: 10, messagesPerMinuteMax: 0 }
const RATE = { connectionsMax: 0, messagesPerMinuteMax: 60 }

function wish(owner: string, connections: number, more: Partial<Wish> = {}): Wish {
  return { owner, connections, open: 0, messages: false, now: 0, leaseMs: 1000, ...more }
}

test('the sum of what is granted never exceeds the limit', () => {
  let document: ShareDocument | undefined
  const held = new Map<string, number>()
  // Any wishes in any order, from owners that hold on to what they have.
  for (let step = 0; step < 500; step++) {
    const owner = `p${(step * 7) % 5}`
    const wanted = (step * 13) % 12
    const open = Math.min(held.get(owner) ?? 0, (step * 3) % 7)
    const granted = grant('x', document, LIMITS, wish(owner, wanted, { open }))
    document = granted.document
    held.set(owner, granted.connections)
    assert.ok(granted.connections >= open, 'what is open stays counted')
    const sum = [...held.values()].reduce((a, b) => a + b, 0)
    assert.ok(sum <= 10, `${sum} at step ${step}`)
  }
})

test('whoever is hungry gets a fair part in the end', () => {
  const first = grant('x', undefined, LIMITS, wish('a', 10))
  assert.equal(first.connections, 10)
  const second = grant('x', first.document, LIMITS, wish('b', 10))
  assert.equal(second.connections, 0)
  // The first has closed some, and sees that somebody waits.
  const third = grant('x', second.document, LIMITS, wish('a', 10, { open: 3 }))
  assert.equal(third.connections, 5)
  const fourth = grant('x', third.document, LIMITS, wish('b', 10))
  assert.equal(fourth.connections, 5)
})

test('who is dead has nothing any more; who needs nothing is forgotten', () => {
  const first = grant('x', undefined, LIMITS, wish('a', 10))
  const early = grant('x', first.document, LIMITS, wish('b', 4, { now: 999 }))
  assert.equal(early.connections, 0)
  const later = grant('x', early.document, LIMITS, wish('b', 4, { now: 1000 }))
  assert.equal(later.connections, 4)
  assert.deepEqual(grant('x', later.document, LIMITS, wish('b', 0)).document.holders, [])
})

test('messages are given in small batches, at the rate that there is', () => {
  const needs = { messages: true }
  const first = grant('x', undefined, RATE, wish('a', 0, needs))
  assert.equal(first.messages, 3)
  const second = grant('x', first.document, RATE, wish('b', 0, needs))
  assert.equal(second.messages, 3)
  const third = grant('x', second.document, RATE, wish('a', 0, needs))
  assert.deepEqual([third.messages, third.messageAfterMs], [0, 1000])
  const fourth = grant('x', third.document, RATE, wish('a', 0, { ...needs, now: 2000 }))
  assert.equal(fourth.messages, 2)
})

test('a minute gives no more than its messages and one batch', () => {
  for (const perMinute of [1, 7, 60, 1000]) {
    let document: ShareDocument | undefined
    let sent = 0
    for (let now = 0; now < 60_000; now += 100) {
      const limits = { connectionsMax: 0, messagesPerMinuteMax: perMinute }
      const granted = grant('x', document, limits, wish('a', 0, { messages: true, now }))
      document = granted.document
      sent += granted.messages
    }
    assert.ok(sent <= perMinute * 1.1 + 1, `${sent} of ${perMinute}`)
    assert.ok(sent >= perMinute * 0.9, `${sent} of ${perMinute}`)
  }
})
