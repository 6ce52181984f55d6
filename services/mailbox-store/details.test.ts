import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMessage } from '#lib/mime/structure.ts'
import { describeMessage, parseDetails } from './details.ts'

const BYTES_MAX = 1024 * 1024

function describe(message: string): string {
  return describeMessage(parseMessage(Buffer.from(message)))
}

test('an ordinary message has small details', () => {
  const text = describe('From: a@b.test\r\nSubject: x\r\n\r\nHello\r\n')
  const { headerEnd, envelope, structure } = parseDetails(text)
  assert.deepEqual([headerEnd, envelope.subject, structure.lines], [30, 'x', 1])
  assert(text.length < 1024)
})

test('whatever a message is made of, its details stay small', () => {
  const many = (count: number, one: string) => Array.from({ length: count }, () => one).join('')
  const long = 'x'.repeat(100_000)
  const cases: [message: string, subtype: string][] = [
    [`To: ${many(50_000, 'abc@example.test, ')}z@z.test\r\n\r\n`, 'plain'],
    [`Subject: ${long}\r\n${many(200, `Cc: ${long}@b.test\r\n`)}\r\n`, 'plain'],
    [
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n${many(
        1500,
        `--b\r\nContent-Type: text/x; name="${'n'.repeat(2000)}"\r\n\r\n.\r\n`,
      )}--b--\r\n`,
      'plain',
    ],
  ]
  for (const [message, subtype] of cases) {
    const text = describe(message)
    assert(Buffer.byteLength(text) < BYTES_MAX, `${text.length}`)
    assert.equal(parseDetails(text).structure.subtype, subtype)
  }
})
