import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { dkimVerify } from 'mailauth/lib/dkim/verify.js'
import { Fault } from '#lib/base/fault.ts'
import type { SigningKey__Output } from '#proto/types/hikyaku/directory/SigningKey.ts'
import { openSigner } from './signer.ts'

const MINUTE = 60_000
const DAY = 1440 * MINUTE
const MAIL =
  'From: Alice <alice@example.jp>\r\nSubject: one\r\nTo: b@example.com\r\n\r\nHello  \r\n'
const rsa = makeKey('r1', 'rsa')
const ed25519 = makeKey('e1', 'ed25519')

test('both signatures verify, and one more From breaks them', async () => {
  const { sign } = openTest()
  const signatures = await sign(mail(MAIL))
  const signed = Buffer.concat([signatures, Buffer.from(MAIL)])
  assert.deepEqual(await verify(signed), ['e1 ed25519-sha256 pass', 'r1 rsa-sha256 pass'])
  const trace = Buffer.from('Received: from a by b; now\r\n')
  assert.deepEqual(await verify(Buffer.concat([trace, signed])), await verify(signed))
  for (const change of ['From: eve@example.jp\r\n', 'FROM: eve@example.jp\r\n']) {
    const results = await verify(Buffer.concat([Buffer.from(change), signed]))
    assert.ok(
      results.every((result) => !result.endsWith('pass')),
      String(results),
    )
  }
  const other = Buffer.from(signed.toString().replace('Hello', 'Bye'))
  assert.ok((await verify(other)).every((result) => !result.endsWith('pass')))
})

test('odd messages verify too', async () => {
  const { sign } = openTest()
  const odd = [
    'From: a@example.jp\r\n\r\n',
    'From: a@example.jp\r\nSubject:\r\n\r\n\r\n\r\n',
    'From: =?utf-8?B?44GC?=\r\n <a@example.jp>\r\nSubject:  a\t b \r\n\tc\r\n\r\nno end',
    'From: a@example.jp\r\nSubject: 日本語\r\nList-Id: <x>\r\nList-Id: <y>\r\n\r\n \t日\r\n\r\n\r\n',
    `From: a@example.jp\r\nReferences: ${'<a@b>\r\n '.repeat(500)}x\r\n\r\n${'x'.repeat(200_000)}\r\n`,
  ]
  for (const text of odd) {
    const signed = Buffer.concat([await sign(mail(text, text)), Buffer.from(text)])
    const results = await verify(signed)
    assert.deepEqual(results, ['e1 ed25519-sha256 pass', 'r1 rsa-sha256 pass'], text.slice(0, 80))
  }
})

test('what is not ours to sign goes as it is', async () => {
  const { sign, asked } = openTest()
  const texts = [
    'From: a@example.jp, b@example.jp\r\n\r\n',
    'From: a@example.jp\r\nFrom: b@example.jp\r\n\r\n',
    'Subject: nobody\r\n\r\n',
    '\r\nFrom: a@example.jp\r\n\r\n',
    `X: ${'x'.repeat(600_000)}\r\nFrom: a@example.jp\r\n\r\n`,
  ]
  for (const text of texts)
    assert.equal((await sign(mail(text, text))).length, 0, text.slice(0, 80))
  assert.equal((await sign({ ...mail(MAIL), authenticated: false })).length, 0)
  assert.deepEqual(asked, [])
  assert.equal((await sign(mail('From: a@nokeys.example\r\n\r\n', 'n'))).length, 0)
  assert.deepEqual(asked, ['nokeys.example'])
})

test('keys are asked for once a minute, however many mails there are', async () => {
  const { sign, asked, clock } = openTest()
  await Promise.all(['1', '2', '3'].map((id) => sign(mail(MAIL, id))))
  assert.equal(asked.length, 1)
  clock.time += MINUTE
  await sign(mail(MAIL, '4'))
  assert.equal(asked.length, 2)
})

test('without the directory the known keys sign for a day; then mail waits', async () => {
  const { sign, asked, clock, directory } = openTest()
  await sign(mail(MAIL, '1'))
  await sign(mail('From: a@nokeys.example\r\n\r\n', '2'))
  directory.away = true
  clock.time += DAY - 1
  assert.ok((await sign(mail(MAIL, '3'))).length > 0)
  const { length } = asked
  assert.ok((await sign(mail(MAIL, '4'))).length > 0)
  assert.equal(asked.length, length, 'it is not asked again at once')
  const noKeys = mail('From: a@nokeys.example\r\n\r\n', '6')
  assert.equal((await sign(noKeys)).length, 0)
  const other = mail('From: a@other.example\r\n\r\n', '7')
  await assert.rejects(sign(other), Fault, 'whether it has keys, nobody knows')
  clock.time += 5000
  await assert.rejects(sign(other), Fault)
  const again = asked.length
  await assert.rejects(sign(other), Fault)
  assert.equal(asked.length, again, 'nor for what is unknown')
  clock.time += DAY
  await assert.rejects(sign(mail(MAIL, '5')), Fault)
  await assert.rejects(sign(noKeys), Fault)
  directory.away = false
  clock.time += MINUTE
  assert.ok((await sign(mail(MAIL, '5'))).length > 0)
  assert.equal((await sign(other)).length, 0)
})

test('the body of a mail is read once; its source is let go each time', async () => {
  const { sign } = openTest()
  let read = 0
  let closed = 0
  async function* stream() {
    try {
      yield Buffer.from(MAIL)
      for (let i = 0; i < 100; i++) {
        read++
        yield Buffer.alloc(1000, 'x')
      }
    } finally {
      closed++
    }
  }
  const first = await sign({ mailId: 'm', authenticated: true, stream })
  const second = await sign({ mailId: 'm', authenticated: true, stream })
  assert.deepEqual([read, closed], [100, 2])
  const [, hash] = /\tbh=([^;]+);/.exec(String(first)) ?? []
  assert.ok(hash && String(second).includes(`\tbh=${hash};`))
})

test('it does not matter how the message is cut into chunks', async () => {
  const { sign } = openTest()
  const whole = await sign(mail(MAIL, '1'))
  async function* stream() {
    for (const byte of Buffer.from(MAIL)) yield Buffer.from([byte])
  }
  const bytes = await sign({ mailId: '2', authenticated: true, stream })
  // RSA signatures are the same each time, and so are those of ed25519.
  assert.equal(String(bytes), String(whole))
})

test('a key that cannot be read leaves the signing to the others', async () => {
  const bad = [
    { ...rsa, privateKey: 'none' },
    { ...rsa, algorithm: 'ed25519' },
    { ...rsa, selector: 'a; d=evil' },
  ]
  const { sign, warnings } = openTest([...bad, ed25519])
  const signed = Buffer.concat([await sign(mail(MAIL)), Buffer.from(MAIL)])
  assert.deepEqual(await verify(signed), ['e1 ed25519-sha256 pass'])
  assert.deepEqual(warnings, ['signing-key-bad', 'signing-key-bad', 'signing-key-bad'])
})

function openTest(keys: SigningKey__Output[] = [rsa, ed25519]) {
  const clock = { time: 0, now: () => 1_795_000_000_000 + clock.time, monotonic: () => clock.time }
  const directory = { away: false }
  const asked: string[] = []
  const warnings: string[] = []
  const sign = openSigner({
    clock,
    directory: {
      async signingKeys({ domain = '' }) {
        asked.push(domain)
        if (directory.away) throw new Fault('unavailable', 'Away')
        return { keys: domain === 'example.jp' ? keys : [] }
      },
    },
    telemetry: { warn: (event) => void warnings.push(event) },
  })
  return { sign, asked, clock, directory, warnings }
}

function mail(text: string, mailId = 'm') {
  return {
    mailId,
    authenticated: true,
    async *stream() {
      yield Buffer.from(text)
    },
  }
}

function makeKey(selector: string, algorithm: 'rsa' | 'ed25519') {
  const pair =
    algorithm === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519')
  const der = pair.publicKey.export({ type: 'spki', format: 'der' })
  const point = algorithm === 'rsa' ? der : der.subarray(-32)
  const record = `v=DKIM1; k=${algorithm}; p=${point.toString('base64')}`
  const privateKey = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { selector, algorithm, privateKey, record }
}

/** What mailauth makes of them. */
async function verify(message: Buffer): Promise<string[]> {
  const { results } = await dkimVerify(message, {
    resolver: async (name) => {
      const key = [rsa, ed25519].find(({ selector }) => name.startsWith(`${selector}._domainkey.`))
      return [[key?.record ?? assert.fail(name)]]
    },
  })
  return results.map(({ selector, algo, status }) => `${selector} ${algo} ${status.result}`).sort()
}
