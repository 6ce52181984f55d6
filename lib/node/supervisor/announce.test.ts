import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTable, formatTaken } from './announce.ts'

test('the table is aligned', () => {
  const rows = [
    { what: 'SMTP', where: '127.0.0.1:2525', setting: 'EDGE_LISTEN' },
    { what: 'metrics', where: '127.0.0.1:80', setting: 'HTTP_LISTEN' },
  ]
  assert.equal(
    formatTable(rows),
    '  SMTP     127.0.0.1:2525  EDGE_LISTEN\n  metrics  127.0.0.1:80    HTTP_LISTEN',
  )
})

test('a taken port is named with the setting that changes it', () => {
  const row = { what: 'SMTP', where: '127.0.0.1:2525', setting: 'EDGE_LISTEN' }
  assert.match(
    formatTaken(row, 'EADDRINUSE', 'npm start'),
    /127\.0\.0\.1:2525 is taken.*EDGE_LISTEN=/s,
  )
  assert.match(formatTaken(row, 'EADDRNOTAVAIL', 'npm start'), /no address of this machine/)
  assert.match(formatTaken(row, 'EACCES', 'npm start'), /rights.*ports below 1024.*EDGE_LISTEN=/s)
  assert.match(formatTaken(row, 'EFOO', 'npm start'), /cannot be used \(EFOO\).*EDGE_LISTEN=/s)
})
