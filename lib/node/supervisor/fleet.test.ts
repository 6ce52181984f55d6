import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fleet } from './fleet.ts'

function fleetOf(...names: string[]): Fleet {
  const fleet = new Fleet()
  for (const name of names) fleet.add(name)
  return fleet
}

test('all are ready when each has been', async () => {
  const fleet = fleetOf('edge', 'imap')
  fleet.started('edge', 1)
  fleet.started('imap', 2)
  assert.deepEqual(fleet.ready('edge', 0), { kind: 'ready' })
  assert.equal(fleet.ready('edge', 0), undefined)
  assert.deepEqual(fleet.ready('imap', 0), { kind: 'ready' })
  await fleet.untilReady(['edge', 'imap'])
  assert.deepEqual(fleet.pids(), { edge: 1, imap: 2 })
})

test('one that died and came back says after how long', () => {
  const fleet = fleetOf('edge')
  fleet.started('edge', 1)
  fleet.ready('edge', 0)
  fleet.died('edge', 1000)
  assert.deepEqual(fleet.pids(), {})
  fleet.started('edge', 2)
  assert.deepEqual(fleet.ready('edge', 1400), { kind: 'back', afterMs: 400 })
})

test('one that no second try will mend is given up at once, but not once it has worked', () => {
  const fleet = fleetOf('edge', 'imap')
  assert.deepEqual(fleet.died('edge', 0, false), { kind: 'hopeless' })
  fleet.ready('imap', 0)
  assert.equal(fleet.died('imap', 0, false), undefined)
})

test('one that never gets ready is given up at start', () => {
  const fleet = fleetOf('edge')
  assert.equal(fleet.died('edge', 0), undefined)
  assert.equal(fleet.died('edge', 0), undefined)
  assert.deepEqual(fleet.died('edge', 0), { kind: 'hopeless' })
})
