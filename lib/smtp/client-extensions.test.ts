import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NO_EXTENSIONS, parseExtensions } from './client-extensions.ts'

test('what a server offers is read from its answer to EHLO', () => {
  const lines = ['mx.test at your service', 'pipelining', 'SIZE 1000', '8BITMIME', 'SMTPUTF8']
  const more = ['DSN', 'STARTTLS', 'AUTH PLAIN login', 'X-OTHER', '']
  assert.deepEqual(parseExtensions([...lines, ...more]), {
    pipelining: true,
    sizeBytesMax: 1000,
    size: true,
    eightBitMime: true,
    smtpUtf8: true,
    dsn: true,
    startTls: true,
    auth: ['PLAIN', 'LOGIN'],
  })
})

test('the first line is a name, whatever it says', () => {
  assert.deepEqual(parseExtensions(['PIPELINING']), NO_EXTENSIONS)
})

test('a SIZE without a number, or of 0, is no limit. RFC 1870 §4', () => {
  for (const line of ['SIZE', 'SIZE 0', 'SIZE -1', 'SIZE x', 'SIZE 9999999999999999']) {
    const { size, sizeBytesMax } = parseExtensions(['mx', line])
    assert.deepEqual([size, sizeBytesMax], [true, undefined], line)
  }
})

test('AUTH is read in its old spelling too, and both add up', () => {
  assert.deepEqual(parseExtensions(['mx', 'AUTH PLAIN', 'AUTH=LOGIN']).auth, ['PLAIN', 'LOGIN'])
})
