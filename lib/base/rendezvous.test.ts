import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rendezvous } from './rendezvous.ts'

const SERVERS = ['store-1:7102', 'store-2:7102', 'store-3:7102']
const KEYS = Array.from({ length: 3000 }, (_, index) => `account-${index}`)

const first = (servers: string[], key: string) => servers[rendezvous(servers, key)[0] ?? 0]

test('keys spread evenly over the servers', () => {
  const shares = new Map<string | undefined, number>()
  for (const key of KEYS) {
    const server = first(SERVERS, key)
    shares.set(server, (shares.get(server) ?? 0) + 1)
  }
  for (const [server, share] of shares)
    assert.ok(share > 900 && share < 1100, `${server}: ${share}`)
  assert.equal(shares.size, 3)
})

test('a server that leaves moves only its own keys', () => {
  const left = SERVERS.slice(0, 2)
  for (const key of KEYS) {
    const before = first(SERVERS, key)
    if (before !== SERVERS[2]) assert.equal(first(left, key), before)
  }
})

test('the order of the list does not matter', () => {
  for (const key of KEYS.slice(0, 100)) {
    assert.equal(first([...SERVERS].reverse(), key), first(SERVERS, key))
  }
})

test('every server is in the order once', () => {
  assert.deepEqual(rendezvous(SERVERS, 'a').sort(), [0, 1, 2])
  assert.deepEqual(rendezvous([], 'a'), [])
})
