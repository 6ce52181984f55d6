import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { cut, DEAD, mailIdOf, packMail, spoolSubjects, unpackMail } from './message.ts'

const ENVELOPE: Envelope = {
  mailId: '01hzy',
  class: 'personal',
  sender: { local: '差出人', domain: 'example.test', legacy: false },
  recipients: [{ address: { local: 'a..b', domain: 'example.test', legacy: true } }],
  receivedAt: 1_700_000_000_000,
  sizeBytes: 3,
  body: '8bitmime',
  smtpUtf8: true,
  client: { address: '192.0.2.1', helo: 'there', tls: true },
}

test('a mail of the spool is unpacked as it was packed', () => {
  for (const text of ['', 'abc']) {
    const { envelope, body } = unpackMail(packMail(ENVELOPE, [Buffer.from(text)]))
    assert.deepEqual(envelope, ENVELOPE)
    assert.equal(Buffer.from(body).toString(), text)
  }
})

test('what is no mail is refused, wherever it is cut', () => {
  const packed = packMail(ENVELOPE, [])
  for (let length = 0; length < packed.length; length++) {
    assert.throws(() => unpackMail(packed.subarray(0, length)), Fault, `${length} bytes`)
  }
  assert.throws(() => unpackMail(Buffer.from('no mail at all')), Fault)
  assert.throws(() => unpackMail(Buffer.from('\0\0\0\x02{}')), Fault)
})

test('a stream is cut into even pieces', async () => {
  const source = Buffer.from('abcdefghij')
  for (let part = 1; part <= source.length; part++) {
    const parts = async function* () {
      for (let at = 0; at < source.length; at += part) yield source.subarray(at, at + part)
    }
    const pieces = await Array.fromAsync(cut(parts(), 4))
    assert.deepEqual(pieces.map(String), ['abcd', 'efgh', 'ij'])
    assert.deepEqual((await Array.fromAsync(cut(parts(), 5))).map(String), ['abcde', 'fghij'])
  }
  assert.deepEqual(await Array.fromAsync(cut((async function* () {})(), 4)), [])
})

test('a mail id is found in the subjects made of it, and must be one word', () => {
  const subjects = spoolSubjects(0)
  assert.equal(subjects.small, 'spool.0')
  assert.equal(mailIdOf(subjects.large('01hzy')), '01hzy')
  assert.equal(mailIdOf(subjects.piece('01hzy', 7)), '01hzy')
  for (const bad of ['', 'a.b', '*', '>', 'a b', 'x'.repeat(65)]) {
    assert.throws(() => subjects.large(bad), /one word/)
    assert.throws(() => DEAD.mail(bad), /one word/)
  }
})
