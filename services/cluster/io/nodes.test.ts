import assert from 'node:assert/strict'
import { test } from 'node:test'
import { planNodes } from './nodes.ts'

test('there are three NATS servers, however many nodes have services', () => {
  for (const [asked, all] of [
    [1, 3],
    [2, 3],
    [3, 3],
    [5, 5],
  ] as const) {
    const nodes = planNodes(asked)
    assert.equal(nodes.length, all)
    assert.equal(nodes.filter(({ withServices }) => withServices).length, asked)
    assert.equal(nodes.filter(({ withBroker }) => withBroker).length, 3)
  }
})

test('every process of a node has a page that tells whether it is ready', () => {
  const [node] = planNodes(3)
  const processes = new Set(node?.ports.map(({ process }) => process))
  const pages = node?.ports
    .filter(({ listener }) => listener === 'ops')
    .map(({ process }) => process)
  assert.deepEqual(new Set(pages), processes)
  assert.equal(pages?.length, processes.size)
})
