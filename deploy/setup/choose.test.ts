import assert from 'node:assert/strict'
import { test } from 'node:test'
import { choose } from './choose.js'

const unexpected = () => assert.fail('looked further than needed')

test('the first way that works is taken, and no other is tried after it', async () => {
  const chosen = await choose([
    { name: 'PATH', find: async () => 'not there' },
    { name: 'cache', find: async () => ({ path: '/cache' }) },
    { name: 'Go', find: unexpected },
  ])
  assert.deepEqual(chosen, { found: { path: '/cache' }, by: 'cache' })
})

test('a way that throws is closed like one that says why', async () => {
  const throws = async () => Promise.reject(new Error('pip ended with 1\nno such wheel'))
  const chosen = await choose([
    { name: 'PATH', find: async () => '2.9.11 is too old' },
    { name: 'wheel', find: throws },
  ])
  assert.deepEqual(chosen, { reasons: 'PATH: 2.9.11 is too old; wheel: no such wheel' })
})
