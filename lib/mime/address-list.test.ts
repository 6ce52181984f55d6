import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAddressList } from './address-list.ts'

function show(text: string): string {
  return parseAddressList(text)
    .map(({ name, mailbox, host }) => `${name ?? '-'}|${mailbox ?? '-'}|${host ?? '-'}`)
    .join(' ; ')
}

test('addresses. RFC 5322 §3.4', () => {
  const cases: [text: string, shown: string][] = [
    ['', ''],
    ['a@x', '-|a|x'],
    ['<a@x>', '-|a|x'],
    ['Alice <a@x>', 'Alice|a|x'],
    ['Alice B. C <a@x>', 'Alice B. C|a|x'],
    ['"Alice, B" <a@x>', 'Alice, B|a|x'],
    ['"" <a@x>', '-|a|x'],
    ['"Al\\"ice" <a@x>', 'Al"ice|a|x'],
    ['a@x, Bob <b@y>,c@z', '-|a|x ; Bob|b|y ; -|c|z'],
    ['"a b"@x', '-|a b|x'],
    ['<"a\\"b"@x>', '-|a"b|x'],
    ['a@[192.0.2.1]', '-|a|[192.0.2.1]'],
    ['a@x (Alice)', 'Alice|a|x'],
    ['<a@x> (Alice (the) \\) first)', 'Alice (the) ) first|a|x'],
    ['Alice (comment) <a@x>', 'Alice|a|x'],
    ['=?utf-8?B?5pel?= =?utf-8?B?5pys?= <a@x>', '=?utf-8?B?5pel?= =?utf-8?B?5pys?=|a|x'],
    ['=?utf-8?Q?a,b<c>?= <a@x>', '=?utf-8?Q?a,b<c>?=|a|x'],
    ['日本 <a@x>', '日本|a|x'],
    ['\x1b$B"(,<\x1b(B <a@x>', '\x1b$B"(,<\x1b(B|a|x'],
  ]
  for (const [text, shown] of cases) assert.equal(show(text), shown, JSON.stringify(text))
})

test('groups. RFC 9051 §7.5.2', () => {
  const cases: [text: string, shown: string][] = [
    ['undisclosed-recipients:;', '-|undisclosed-recipients|- ; -|-|-'],
    ['A Group: Ed <e@x>, j@y; c@z', '-|A Group|- ; Ed|e|x ; -|j|y ; -|-|- ; -|c|z'],
    ['"A, B": a@x', '-|A, B|- ; -|a|x ; -|-|-'],
    ['g: a: b@x;', '-|g|- ; -|ab|x ; -|-|-'],
  ]
  for (const [text, shown] of cases) assert.equal(show(text), shown, JSON.stringify(text))
})

test('obsolete forms. RFC 5322 §4.4', () => {
  const cases: [text: string, shown: string][] = [
    ['<@one,@two:a@x>', '-|a|x'],
    ['Alice <@one:a@x>', 'Alice|a|x'],
    ['a . b @ x . y', '-|a.b|x.y'],
    ['a@x,,, b@y', '-|a|x ; -|b|y'],
    ['Alice < a (hm) @ x >', 'Alice|a|x'],
  ]
  for (const [text, shown] of cases) assert.equal(show(text), shown, JSON.stringify(text))
})

test('what is broken is told as far as it goes', () => {
  const cases: [text: string, shown: string][] = [
    ['Alice', '-|Alice|'],
    ['Alice B', '-|Alice B|'],
    ['<a>', '-|a|'],
    ['<>', '-||'],
    ['a@', '-|a|'],
    ['@x', '-||x'],
    ['<a@x', '-|a|x'],
    ['<a@x, <b@y>', '-|a|x ; -|b|y'],
    ['Alice <a@x> <b@y>', 'Alice|a|x'],
    ['a@x (unended', 'unended|a|x'],
    ['"unended <a@x>', '-|unended <a@x>|'],
    ['(only)', ''],
    [': a@x', '-|a|x'],
    ['a@x;', '-|a|x'],
    [')]\\', ''],
    ['a@b@c', '-|a|bc'],
  ]
  for (const [text, shown] of cases) assert.equal(show(text), shown, JSON.stringify(text))
})

test('a list has a limited length', () => {
  assert.equal(parseAddressList('a@x,'.repeat(5000)).length, 2000)
})
