import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { openSigner } from '../../services/delivery/io/signer.ts'

const FIXTURES = new URL('../fixtures/mail/', import.meta.url)
/** Where Debian's packages are found: another Python may come first on the path. */
const PYTHON = '/usr/bin/python3'
const MODULES = 'import dkim, nacl.signing'

const VERIFY = `
import base64, json, sys
${MODULES}
asked = json.load(sys.stdin)
find = lambda name, timeout=5: asked['records'].get(name.decode().rstrip('.'), '').encode() or None
def check(text):
    mail = dkim.DKIM(base64.b64decode(text))
    count = sum(1 for name, _ in mail.headers if name.lower() == b'dkim-signature')
    results = []
    for index in range(count):
        try: results.append(bool(mail.verify(index, dnsfunc=find)))
        except dkim.DKIMException as error: results.append(str(error))
    return results
print(json.dumps([check(text) for text in asked['mails']]))
`

const MAILS = [
  'From: Alice <alice@example.jp>\r\nTo: b@example.com\r\nSubject: one\r\n\r\nHello  \r\n\r\n\r\n',
  'From: a@example.jp\r\nSubject: =?utf-8?B?44GC?=\r\n\tx  y \r\nList-Id: <a>\r\nList-Id: <b>\r\n\r\n',
  'from:a@example.jp\r\nSubject:\r\nX-Other: z\r\n\r\n \t a\t \tb\r\n \r\n\r\nend',
  'From: a@example.jp\r\nSubject: 日本語\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n本文 \r\n',
  `From: a@example.jp\r\nTo: ${'b@example.com,\r\n '.repeat(300)}c@example.com\r\n\r\n${'x '.repeat(200_000)}\r\n`,
]

const found = spawnSync(PYTHON, ['-c', MODULES]).status === 0
const skip = !found && process.env.CI !== 'true' && 'install python3-dkim and python3-nacl'

describe('dkimpy', { skip }, () => {
  test('it verifies what we sign, by both algorithms', async () => {
    const { sign, records } = openKeys()
    const mails = [...MAILS.map((text) => Buffer.from(text)), ...fixtures()]
    const signed = await Promise.all(
      mails.map(async (mail, index) => Buffer.concat([await sign(mail, String(index)), mail])),
    )
    const results = ask({ records, mails: signed })
    assert.ok(results.length > MAILS.length)
    for (const [index, result] of results.entries()) {
      assert.deepEqual(result, [true, true], String(mails[index]).slice(0, 200))
    }
  })

  test('it sees what was changed, and a From that was added', async () => {
    const { sign, records } = openKeys()
    const [mail = Buffer.alloc(0)] = MAILS.map((text) => Buffer.from(text))
    const signatures = await sign(mail, 'm')
    const changes = [
      Buffer.concat([signatures, Buffer.from(String(mail).replace('Hello', 'Bye'))]),
      Buffer.concat([signatures, Buffer.from('From: eve@example.jp\r\n'), mail]),
      Buffer.concat([signatures, Buffer.from(String(mail).replace(': one', ': two'))]),
    ]
    for (const result of ask({ records, mails: changes })) {
      assert.ok(result.length === 2 && !result.includes(true), String(result))
    }
  })
})

function openKeys() {
  const pairs = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ed25519: generateKeyPairSync('ed25519'),
  }
  const der = pairs.rsa.publicKey.export({ type: 'spki', format: 'der' })
  const point = pairs.ed25519.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const records = {
    'rsa._domainkey.example.jp': `v=DKIM1; k=rsa; p=${der.toString('base64')}`,
    'ed25519._domainkey.example.jp': `v=DKIM1; k=ed25519; p=${point.toString('base64')}`,
  }
  const keys = (['rsa', 'ed25519'] as const).map((algorithm) => {
    const privateKey = pairs[algorithm].privateKey.export({ type: 'pkcs8', format: 'pem' })
    return { selector: algorithm, algorithm, privateKey: String(privateKey) }
  })
  const signer = openSigner({
    clock: { now: Date.now, monotonic: () => 0 },
    directory: { signingKeys: async () => ({ keys }) },
    telemetry: { warn: (event) => assert.fail(event) },
  })
  const sign = (mail: Buffer, mailId: string) =>
    signer({
      mailId,
      authenticated: true,
      stream: async function* () {
        yield mail
      },
    })
  return { sign, records }
}

/** Mails of all kinds, as one of our users would send them: with one From of ours, and CRLFs. */
function fixtures(): Buffer[] {
  return readdirSync(FIXTURES).map((name) => {
    const text = readFileSync(new URL(name, FIXTURES), 'latin1').replace(/\r\n|\r|\n/g, '\r\n')
    const [head = '', ...rest] = text.split('\r\n\r\n')
    const lines = head.split('\r\n').filter((line) => /^(?:[!-9;-~]+:|[ \t]+\S)/.test(line))
    const fields = lines.join('\r\n').split(/\r\n(?![ \t])/)
    const others = fields.filter((field) => !/^(?:from|dkim-signature)|^[ \t]/i.test(field))
    const header = ['From: a@example.jp', ...others].join('\r\n')
    return Buffer.from(`${header}\r\n\r\n${rest.join('\r\n\r\n')}`, 'latin1')
  })
}

function ask({ records, mails }: { records: object; mails: Buffer[] }): (boolean | string)[][] {
  const input = JSON.stringify({ records, mails: mails.map((mail) => mail.toString('base64')) })
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', VERIFY], { input, maxBuffer: 1e8 })
  return JSON.parse(String(stdout) || assert.fail(String(stderr)))
}
