import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatAddress } from '#lib/mail/address.ts'
import { parseHeader } from '#lib/mime/header.ts'
import { ReplyFault } from '#lib/smtp/fault.ts'
import { readAuthors } from './authors.ts'

const OWN = 'alice@own.test'
const OTHER = 'ceo@bank.test'

function read(from: string, encoding: 'latin1' | 'utf8' = 'utf8'): string {
  const { fields } = parseHeader(Buffer.from(`From: ${from}\r\n\r\n`, encoding))
  return readAuthors(fields, 'from').map(formatAddress).join(' ')
}

test('an author is read however programs write one', () => {
  const usual = [
    OWN,
    `<${OWN}>`,
    `${OWN} <${OWN}>`,
    `'${OWN}' <${OWN}>`,
    `"${OTHER}" <${OWN}>`,
    `${OWN} (the secretary of ${OTHER})`,
    `"Doe, \\"J\\" <j>" <${OWN}>`,
    `J. Doe (a (b) \\) c) <${OWN}>`,
    `=?utf-8?Q?Doe=2C_J@work?= <${OWN}>`,
    `=?utf-8?B?SsO8cmdlbg==?= <${OWN}>`,
    `Jürgen @ Work <${OWN}>`,
    'alice @ own . test',
    `Alice: <${OWN}>;`,
    // Raw, as programs of Japan once wrote it: half a character looks like an angle bracket.
    `\x1b$B3t<02q<R\x1b(B <${OWN}>`,
  ]
  for (const from of usual) assert.equal(read(from), OWN, from)
  assert.equal(read('"a b"@own.test'), 'a b@own.test')
  assert.equal(read('a@例え.テスト'), 'a@xn--r8jz45g.xn--zckzah')
  assert.equal(read(`\xff <${OWN}>`, 'latin1'), OWN)
})

test('where another program could read somebody else there is no author. RFC 5322 §3.4', () => {
  const blank = `\r\n${' '.repeat(900)}`
  const odd = [
    `${OWN},${blank.repeat(150)} ${OTHER}`,
    `${OTHER} <${OWN}>`,
    `ceo @ bank.test <${OWN}>`,
    `${OTHER}: ${OWN};`,
    `<${OWN}> <${OTHER}>`,
    `<@x.test,${OTHER}:${OWN}>`,
    '<ceo@bank.test@own.test>',
    `[, ${OTHER}, ] <${OWN}>`,
    `${OWN} (\\), ${OTHER}`,
    `${OWN} "\\", <${OTHER}>`,
    `\\"${OTHER}\\" <${OWN}>`,
    `=?utf-8?Q?${OTHER},?= <${OWN}>`,
    `=?utf-8?Q?<${OTHER}>,?= <${OWN}>`,
    `\x1b$B<${OTHER}>,\x1b(B <${OWN}>`,
    `"x"@bank.test <${OWN}>`,
  ]
  for (const from of odd) {
    const refused = (error: unknown) => error instanceof ReplyFault && error.reply.code === 550
    assert.throws(() => read(from), refused, from.slice(0, 60))
  }
})
