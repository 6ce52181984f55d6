/** What becomes of mail at servers that do as they should, and at those that do not. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOutbound } from './smtp/testing.ts'

test('a message goes to the MX as it is, and the answer is told', async () => {
  await using outbound = await openOutbound()
  const [peer] = outbound.peers
  const [result] = await outbound.send({ to: 'b@example.test' })
  assert.equal(result?.outcome, 'relayed')
  assert.equal(result.reply, '250 2.0.0 Taken')
  assert.equal(result.host, 'mx.example.test')
  assert.equal(result.address, '127.0.0.1')
  assert.equal(result.source, '127.0.0.1')
  assert.equal(result.tls, undefined)
  assert.equal(result.dsnHandedOver, true)
  const [mail] = peer?.mails ?? []
  assert.equal(mail?.helo, 'out.us.test')
  assert.match(mail.mail, /^<a@us.test> SIZE=[0-9]+$/)
  assert.deepEqual(mail.rcpt, ['<b@example.test>'])
  assert.match(mail.bytes.toString(), /\r\n\.\r\n\.\.dots\r\n$/)
})

test('messages share a connection, which says goodbye at the end', async () => {
  const outbound = await openOutbound()
  const [peer] = outbound.peers
  for (let at = 0; at < 3; at++) await outbound.send({ to: 'b@example.test' })
  await outbound[Symbol.asyncDispose]()
  assert.equal(peer?.connections.total, 1)
  const commands = peer.commands.map((line) => line.replace(/^1 | SIZE.*/g, ''))
  const each = ['MAIL FROM:<a@us.test>', 'RCPT TO:<b@example.test>', 'DATA']
  assert.deepEqual(commands, [
    'EHLO out.us.test',
    ...each,
    ...['RSET', ...each],
    ...['RSET', ...each],
    'QUIT',
  ])
})

test('each recipient has its own result', async () => {
  await using outbound = await openOutbound({
    peers: [
      {
        on: {
          rcpt: (line) => {
            if (line.includes('gone')) return '550-5.1.1 No such user\r\n550 5.1.1 here'
            return line.includes('full') ? '452 4.2.2 The mailbox is full' : undefined
          },
        },
      },
    ],
  })
  const to = ['b@example.test', 'gone@example.test', 'full@example.test', 'c@example.test']
  const results = await outbound.send({ to })
  const told = results.map(({ recipient, outcome, reason, reply }) => [
    recipient.address.local,
    outcome,
    reason,
    reply,
  ])
  assert.deepEqual(told, [
    ['b', 'relayed', undefined, '250 2.0.0 Taken'],
    ['gone', 'failed', 'bad-mailbox', '550-5.1.1 No such user\n550 5.1.1 here'],
    ['full', 'deferred', 'mailbox-full', '452 4.2.2 The mailbox is full'],
    ['c', 'relayed', undefined, '250 2.0.0 Taken'],
  ])
  assert.deepEqual(outbound.peers[0]?.mails[0]?.rcpt, ['<b@example.test>', '<c@example.test>'])
})
