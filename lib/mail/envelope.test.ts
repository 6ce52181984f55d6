import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from './address.ts'
import { decodeEnvelope, type Envelope, encodeEnvelope } from './envelope.ts'

const small: Envelope = {
  mailId: '01h0000000000000000000000',
  class: 'personal',
  sender: null,
  recipients: [{ address: parseAddress('alice@example.test') }],
  receivedAt: 1_763_809_540_000,
  sizeBytes: 4096,
  body: '7bit',
  smtpUtf8: false,
  client: { address: '192.0.2.1', helo: 'mx.example', tls: true },
}

const full: Envelope = {
  ...small,
  sender: parseAddress('飛脚@日本語.jp'),
  recipients: [
    {
      address: parseAddress('a..b@example.test'),
      notify: ['success', 'delay'],
      orcpt: 'rfc822;x@y',
    },
    { address: parseAddress('a b"@example.test'), notify: ['never'] },
  ],
  body: '8bitmime',
  smtpUtf8: true,
  ret: 'hdrs',
  envid: 'QQ314159',
  client: { address: '2001:db8::1', helo: '', tls: false, account: 'acc1' },
}

test('an envelope survives its bytes', () => {
  for (const envelope of [small, full]) {
    assert.deepEqual(decodeEnvelope(encodeEnvelope(envelope)), envelope)
  }
})

test('fields of a newer version are skipped', () => {
  const json = { ...JSON.parse(Buffer.from(encodeEnvelope(full)).toString()), later: { x: 1 } }
  assert.deepEqual(decodeEnvelope(Buffer.from(JSON.stringify(json))), full)
})

test('what is missing or wrong is refused', () => {
  const wrong: Record<string, unknown>[] = [
    { v: 2 },
    { mailId: 1 },
    { class: 'spam' },
    { sender: undefined },
    { sender: 'x' },
    { recipients: {} },
    { recipients: [null] },
    { recipients: [{}] },
    { recipients: [{ address: 'a@x', notify: ['often'] }] },
    { recipients: [{ address: 'a@x', notify: 'never' }] },
    { recipients: [{ address: 'a@x', orcpt: 7 }] },
    { recipients: Array(10_001).fill({ address: 'a@x' }) },
    { receivedAt: -1 },
    { sizeBytes: 1.5 },
    { body: 'binarymime' },
    { smtpUtf8: 1 },
    { ret: 'all' },
    { envid: null },
    { client: [] },
    { client: { address: '::1', helo: 'x', tls: 'yes' } },
  ]
  const good = JSON.parse(Buffer.from(encodeEnvelope(small)).toString())
  for (const change of wrong) {
    const bytes = Buffer.from(JSON.stringify({ ...good, ...change }))
    assert.throws(() => decodeEnvelope(bytes), Fault, JSON.stringify(change).slice(0, 60))
  }
})

test('what is not JSON in UTF-8 is refused', () => {
  for (const text of ['', '{', 'null', '[]', '"\xff"']) {
    assert.throws(() => decodeEnvelope(Buffer.from(text, 'latin1')), Fault)
  }
})
