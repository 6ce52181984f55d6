import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerTroubles, type StreamPage } from './streams.ts'

function page(
  leader: string,
  replicas: { name: string; current: boolean; offline?: boolean }[],
): StreamPage {
  const cluster = { leader, replicas }
  return { account_details: [{ stream_detail: [{ name: 'SPOOL-0', cluster }] }] }
}

test('the leader of a stream says whose copy is not current', () => {
  const behind = page('node-1', [
    { name: 'node-2', current: true },
    { name: 'node-3', current: false },
  ])
  assert.deepEqual(brokerTroubles(behind), ['stream SPOOL-0: the copy on node-3 is not current'])
  const away = page('node-1', [{ name: 'node-2', current: true, offline: true }])
  assert.deepEqual(brokerTroubles(away), ['stream SPOOL-0: the copy on node-2 is not current'])
})

test('who follows knows nothing of other followers', () => {
  const follower = page('node-2', [
    { name: 'node-2', current: true },
    { name: 'node-3', current: false },
  ])
  assert.deepEqual(brokerTroubles(follower), [])
})

test('without a leader nothing is well, in streams, their consumers and the cluster', () => {
  const consumer = { name: 'delivery', cluster: { leader: '', replicas: [] } }
  const stream = { name: 'DEAD', cluster: { replicas: [] }, consumer_detail: [consumer] }
  assert.deepEqual(
    brokerTroubles({ meta_cluster: {}, account_details: [{ stream_detail: [stream] }] }),
    [
      'the cluster has no leader',
      'stream DEAD has no leader',
      'consumer delivery of DEAD has no leader',
    ],
  )
})
