import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeMetrics } from './merge-metrics.ts'

test('a family that two services have is one family, told apart by service', () => {
  const page = (value: number) =>
    `# HELP up Whether\n# TYPE up gauge\nup ${value}\n# HELP x_total X\n# TYPE x_total counter\nx_total{code="a,b"} 3\n`
  assert.equal(
    mergeMetrics([
      { service: 'edge', text: page(1) },
      { service: 'imap', text: page(0) },
    ]),
    [
      '# HELP up Whether',
      '# TYPE up gauge',
      'up{service="edge"} 1',
      'up{service="imap"} 0',
      '# HELP x_total X',
      '# TYPE x_total counter',
      'x_total{service="edge",code="a,b"} 3',
      'x_total{service="imap",code="a,b"} 3',
      '',
    ].join('\n'),
  )
})

test('a service that labels its own samples keeps its label', () => {
  const text = '# TYPE up gauge\nup{service="edge"} 1\n'
  assert.equal(mergeMetrics([{ service: 'other', text }]), text)
})

test('garbage is left out', () => {
  assert.equal(mergeMetrics([{ service: 'edge', text: 'hello\n<html>\n' }]), '')
})
