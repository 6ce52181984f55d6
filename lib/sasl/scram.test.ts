import assert from 'node:assert/strict'
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import {
  authMessage,
  formatServerFinal,
  formatServerFirst,
  parseClientFinal,
  parseClientFirst,
} from './scram.ts'

// The example of RFC 7677 §3.
const CLIENT_FIRST = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO'
const NONCE = 'rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0'
const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
const PROOF = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ='
const CLIENT_FINAL = `c=biws,r=${NONCE},p=${PROOF}`

test('the exchange of RFC 7677 §3', () => {
  const first = parseClientFirst(CLIENT_FIRST)
  assert.deepEqual(first, {
    login: 'user',
    nonce: 'rOprNGfwEbeRWgbNEkqO',
    gs2Header: 'n,,',
    bare: 'n=user,r=rOprNGfwEbeRWgbNEkqO',
  })
  const serverFirst = formatServerFirst(NONCE, SALT, 4096)
  assert.equal(serverFirst, `r=${NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`)
  const final = parseClientFinal(CLIENT_FINAL, { nonce: NONCE, gs2Header: first.gs2Header })
  const message = authMessage(first, serverFirst, final)

  const salted = pbkdf2Sync('pencil', SALT, 4096, 32, 'sha256')
  const clientKey = createHmac('sha256', salted).update('Client Key').digest()
  const stored = createHash('sha256').update(clientKey).digest()
  const clientSignature = createHmac('sha256', stored).update(message).digest()
  const proof = clientKey.map((byte, at) => byte ^ (clientSignature[at] ?? 0))
  assert.deepEqual(Buffer.from(final.proof), Buffer.from(proof))
  const serverKey = createHmac('sha256', salted).update('Server Key').digest()
  const signature = createHmac('sha256', serverKey).update(message).digest()
  assert.equal(formatServerFinal(signature), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
})

test('first messages: names, flags, and what is refused. RFC 5802 §5.1, §7', () => {
  assert.equal(parseClientFirst('y,,n=a=2Cb=3Dc,r=x').login, 'a,b=c')
  assert.equal(parseClientFirst('n,a=tim,n=tim,r=x').gs2Header, 'n,a=tim,')
  assert.equal(parseClientFirst('n,,n=利用者@例.jp,r=x,e=ext').login, '利用者@例.jp')
  const bad = [
    ...['', 'n', 'n,,', 'n,,n=,r=x', 'n,,n=a', 'n,,n=a,r=', 'n,,r=x,n=a', 'n,,n=a=41,r=x'],
    ...['n,n=a,r=x', 'x,,n=a,r=x', 'p=tls-unique,,n=a,r=x', 'n,,m=1,n=a,r=x', 'n,,n=a,r=b c'],
    ...['n,a=root,n=a,r=x', 'n,,n=a\0,r=x', `n,,n=a,r=${'x'.repeat(5000)}`],
  ]
  for (const message of bad) assert.throws(() => parseClientFirst(message), Fault, message)
})

test('last messages must fit the first ones', () => {
  const expected = { nonce: NONCE, gs2Header: 'n,,' }
  assert.equal(parseClientFinal(CLIENT_FINAL, expected).proof.length, 32)
  const bad: [message: string, code: string][] = [
    ['', 'invalid'],
    [`c=biws,r=${NONCE}`, 'invalid'],
    [`c=biws,r=${NONCE},p=AAAA`, 'invalid'],
    [`c=biws,r=${NONCE},p=!${PROOF}`, 'invalid'],
    [`r=${NONCE},c=biws,p=${PROOF}`, 'invalid'],
    [`c=biws,r=${NONCE}x,p=${PROOF}`, 'unauthenticated'],
    [`c=biws,r=rOprNGfwEbeRWgbNEkqO,p=${PROOF}`, 'unauthenticated'],
    // `y,,` at the end where `n,,` was at first: somebody in between took the offer away.
    [`c=eSws,r=${NONCE},p=${PROOF}`, 'unauthenticated'],
  ]
  for (const [message, code] of bad) {
    const run = () => parseClientFinal(message, expected)
    assert.throws(run, (error) => error instanceof Fault && error.code === code, message)
  }
})
