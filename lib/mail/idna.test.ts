import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encodePunycode, toAsciiDomain } from './idna.ts'

test('domains become lower-case A-labels', () => {
  const cases: [domain: string, ascii: string][] = [
    ['Example.TEST', 'example.test'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
    ['日本語。ＪＰ', 'xn--wgv71a119e.jp'],
    ['総務省.jp', 'xn--lhr645fjve.jp'],
    ['ドメイン名例.jp', 'xn--eckwd4c7cu47r2wf.jp'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['faß.de', 'xn--fa-hia.de'],
    ['ｅｘａｍｐｌｅ.jp', 'example.jp'],
    ['xn--WGV71A119E.jp', 'xn--wgv71a119e.jp'],
    ['a_b.example', 'a_b.example'],
    ['localhost', 'localhost'],
    ['1.2.3.jp', '1.2.3.jp'],
    [`${'a'.repeat(63)}.jp`, `${'a'.repeat(63)}.jp`],
  ]
  for (const [domain, ascii] of cases) assert.equal(toAsciiDomain(domain), ascii, domain)
})

test('what cannot be a domain is refused', () => {
  const bad = [
    '',
    '.',
    'a..b',
    '.a',
    'a.',
    '-a',
    'a-',
    'a b',
    'a@b',
    '日 本',
    '日本-',
    '-日本',
    '😀.jp',
  ]
  bad.push(
    'a'.repeat(64),
    '日'.repeat(60),
    '日'.repeat(10_000),
    'a\0',
    '日\u200B本',
    '日!本',
    '℀.jp',
    'a\n',
  )
  for (const domain of bad) assert.equal(toAsciiDomain(domain), undefined, JSON.stringify(domain))
})

test('the sample strings of RFC 3492 §7.1', () => {
  const cases: [text: string, encoded: string][] = [
    ['他们为什么不说中文', 'ihqwcrb4cv8a8dqg056pqjye'],
    ['なぜみんな日本語を話してくれないのか', 'n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa'],
    ['3年b組金八先生', '3b-ww4c5e180e575a65lsy2b'],
    ['安室奈美恵-with-super-monkeys', '-with-super-monkeys-pc58ag80a8qai00g7n9n'],
    ['そのスピードで', 'd9juau41awczczp'],
    ['ليهمابتكلموشعربي؟', 'egbpdaj6bu4bxfgehfvwxn'],
    ['почемужеонинеговорятпорусски', 'b1abfaaepdrnnbgefbadotcwatmq2g4l'],
  ]
  for (const [text, encoded] of cases) assert.equal(encodePunycode(text), encoded, text)
})
