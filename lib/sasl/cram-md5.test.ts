import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { formatChallenge, parseCramMd5 } from './cram-md5.ts'

test('the exchange of RFC 2195 §2', () => {
  const challenge = formatChallenge('1896', 697_170_952_500, 'postoffice.reston.mci.net')
  assert.equal(encodeBase64(challenge), 'PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+')
  const response = decodeBase64('dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw')
  assert.deepEqual(parseCramMd5(response), {
    login: 'tim',
    digest: 'b913a602c7eda7a495b4e6e7334d3890',
  })
})

test('answers that are none', () => {
  const digest = 'b913a602c7eda7a495b4e6e7334d3890'
  const bad = [
    '',
    'tim',
    digest,
    ` ${digest}`,
    `tim ${digest}0`,
    `a\0b ${digest}`,
    `tim ${digest} `,
  ]
  for (const text of [...bad, `${'x'.repeat(501)} ${digest}`]) {
    assert.throws(() => parseCramMd5(text), Fault, text)
  }
})

test('base64 is read strictly; = alone is nothing. RFC 4954 §4', () => {
  assert.equal(decodeBase64('='), '')
  assert.equal(decodeBase64(''), '')
  assert.equal(decodeBase64('6aOb'), '飛')
  for (const text of ['!', 'YQ', 'YQ==x', 'Y Q==', '/w==', '*']) {
    assert.throws(() => decodeBase64(text), Fault, text)
  }
})
