import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { formatAddress } from '#lib/mail/address.ts'
import { parseMailCommand, parseRcptCommand } from './command.ts'
import { faultReply } from './fault.ts'

const HOST = 'mx.example.test'

test('MAIL FROM with the parameters of its extensions', () => {
  const cases: [argument: string, mail: object][] = [
    ['FROM:<a@b.test>', { sender: 'a@b.test', body: '7bit', smtpUtf8: false }],
    ['from: <>', { sender: null, body: '7bit', smtpUtf8: false }],
    [
      'FROM:<a@b.test> SIZE=100 body=8BITMIME',
      { sender: 'a@b.test', sizeBytes: 100, body: '8bitmime', smtpUtf8: false },
    ],
    [
      'FROM:<é@b.test> SMTPUTF8 RET=HDRS ENVID=QQ+2B314159',
      { sender: 'é@b.test', body: '7bit', smtpUtf8: true, ret: 'hdrs', envid: 'QQ+314159' },
    ],
    ['FROM:<a..b@b.test>', { sender: 'a..b@b.test', body: '7bit', smtpUtf8: false }],
    ['FROM:<"a b"@b.test>', { sender: 'a b@b.test', body: '7bit', smtpUtf8: false }],
    ['FROM:a@b.test', { sender: 'a@b.test', body: '7bit', smtpUtf8: false }],
  ]
  for (const [argument, expected] of cases) {
    const mail = parseMailCommand(argument)
    const sender = mail.sender && formatAddress(mail.sender)
    assert.deepEqual({ ...mail, sender }, expected, argument)
  }
})

test('what MAIL FROM refuses, and how', () => {
  const cases: [argument: string, reply: string][] = [
    ['', '501 5.5.4'],
    ['TO:<a@b.test>', '501 5.5.4'],
    ['FROM:', '501 5.1.7'],
    ['FROM:<a>', '501 5.1.7'],
    ['FROM:<a@b.test', '501 5.1.7'],
    ['FROM:<a@b.test>SIZE=1', '501 5.1.7'],
    ['FROM:<a@b.test> SIZE', '501 5.5.4'],
    ['FROM:<a@b.test> SIZE=x', '501 5.5.4'],
    ['FROM:<a@b.test> SIZE=1 SIZE=1', '501 5.5.4'],
    ['FROM:<a@b.test> BODY=BINARYMIME', '501 5.5.4'],
    ['FROM:<a@b.test> SMTPUTF8=1', '501 5.5.4'],
    ['FROM:<a@b.test> RET=ALL', '501 5.5.4'],
    ['FROM:<a@b.test> ENVID=+zz', '501 5.5.4'],
    ['FROM:<a@b.test> ENVID=', '501 5.5.4'],
    [`FROM:<a@b.test> ENVID=${'x'.repeat(101)}`, '501 5.5.4'],
    ['FROM:<a@b.test> AUTH=<>', '555 5.5.4'],
    ['FROM:<a@b.test> XFOO=1', '555 5.5.4'],
  ]
  for (const [argument, expected] of cases) {
    assert.equal(
      refusal(() => parseMailCommand(argument)),
      expected,
      argument,
    )
  }
})

test('who wrote a mail may be said where clients log in, and is not kept. RFC 4954 §5', () => {
  const plain = parseMailCommand('FROM:<a@b.test>')
  for (const value of ['<>', 'e+3Dmc2@b.test']) {
    assert.deepEqual(parseMailCommand(`FROM:<a@b.test> AUTH=${value}`, { auth: true }), plain)
  }
  for (const parameter of ['AUTH', 'AUTH=', 'AUTH=a+zz', 'XFOO=1']) {
    const told = refusal(() => parseMailCommand(`FROM:<a@b.test> ${parameter}`, { auth: true }))
    assert.match(told, /^5/, parameter)
  }
})

test('RCPT TO with the parameters of DSN', () => {
  const plain = parseRcptCommand('TO:<Alice@Example.TEST>', HOST)
  assert.deepEqual(plain, {
    address: { local: 'Alice', domain: 'example.test', legacy: false },
  })
  const full = 'TO:<a@b.test> NOTIFY=success,FAILURE ORCPT=rfc822;Bob+2Bx@b.test'
  const { notify, orcpt } = parseRcptCommand(full, HOST)
  assert.deepEqual([notify, orcpt], [['success', 'failure'], 'rfc822;Bob+x@b.test'])
  const postmaster = parseRcptCommand('TO:<Postmaster>', HOST).address
  assert.equal(formatAddress(postmaster), 'Postmaster@mx.example.test')
})

test('what RCPT TO refuses, and how', () => {
  const cases: [argument: string, reply: string][] = [
    ['TO:<>', '501 5.1.3'],
    ['TO:<a@>', '501 5.1.3'],
    ['FROM:<a@b.test>', '501 5.5.4'],
    ['TO:<a@b.test> NOTIFY=NEVER,SUCCESS', '501 5.5.4'],
    ['TO:<a@b.test> NOTIFY=MAYBE', '501 5.5.4'],
    ['TO:<a@b.test> NOTIFY=DELAY,DELAY,DELAY,DELAY', '501 5.5.4'],
    ['TO:<a@b.test> ORCPT=b@b.test', '501 5.5.4'],
    [`TO:<a@b.test> ORCPT=rfc822;${'x'.repeat(500)}`, '501 5.5.4'],
    ['TO:<a@b.test> SIZE=1', '555 5.5.4'],
  ]
  for (const [argument, expected] of cases) {
    assert.equal(
      refusal(() => parseRcptCommand(argument, HOST)),
      expected,
      argument,
    )
  }
})

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    assert(error instanceof Fault)
    const { code, status } = faultReply(error)
    return `${code} ${status}`
  }
  return 'accepted'
}
