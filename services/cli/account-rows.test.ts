import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { type Row, readCsvRows, readJsonRows } from './account-rows.ts'

async function* pieces(text: string, length = 7) {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}

const csv = (text: string) => Array.fromAsync(readCsvRows(pieces(text)))
const json = (text: string) => Array.fromAsync(readJsonRows(pieces(text)))
const problems = (rows: Row[]) =>
  rows.map((row) => ('problem' in row ? `${row.line} ${row.problem}` : `${row.line}`))

test('a CSV line becomes an account; empty cells say nothing', async () => {
  const rows = await csv(
    'Login,password,title,quota,quota-messages,aliases\r\n' +
      'alice@example.test,"a,b""c",山田 有栖,5G,20k,info@example.test;a..b@example.test\r\n' +
      'bob@example.test,,,,,\r\n',
  )
  assert.deepEqual(rows, [
    {
      line: 2,
      change: {
        login: 'alice@example.test',
        password: 'a,b"c',
        title: '山田 有栖',
        quotaBytes: 5 * 1024 ** 3,
        quotaMessages: 20_000,
        addresses: ['info@example.test', 'a..b@example.test'],
      },
    },
    { line: 3, change: { login: 'bob@example.test', addresses: [] } },
  ])
})

test('a JSON line becomes the same', async () => {
  const rows = await json(
    '{"login":"a@example.test","password_hash":"{SSHA256}x","quota":1024,"quota_messages":9,"aliases":["b@x.test","c@x.test"]}\n' +
      '\n{"login":"b@example.test","title":null,"quota":"off","aliases":"d@x.test e@x.test"}',
  )
  assert.deepEqual(rows, [
    {
      line: 1,
      change: {
        login: 'a@example.test',
        passwordHash: '{SSHA256}x',
        quotaBytes: 1024,
        quotaMessages: 9,
        addresses: ['b@x.test', 'c@x.test'],
      },
    },
    {
      line: 3,
      change: { login: 'b@example.test', quotaBytes: 0, addresses: ['d@x.test', 'e@x.test'] },
    },
  ])
})

test('a line may say where mail goes as well, or instead', async () => {
  const forwards = { addresses: ['b@x.test', 'c@y.test'] }
  const change = { login: 'a@example.test', addresses: [], forwards, keepsCopy: false }
  const text = 'login,forwards,keeps_copy\na@example.test,b@x.test;c@y.test,no\nb@x.test,,\n'
  const [first, second] = await csv(text)
  assert.deepEqual(first, { line: 2, change })
  assert.deepEqual(second, { line: 3, change: { login: 'b@x.test', addresses: [] } })
  const lines = [
    '["b@x.test","c@y.test"],"keeps_copy":false',
    '"b@x.test c@y.test","keeps_copy":"0"',
  ]
  for (const rest of lines) {
    const [row] = await json(`{"login":"a@example.test","forwards":${rest}}`)
    assert.deepEqual(row, { line: 1, change })
  }
  const rows = await csv('login,keeps_copy\na@example.test,perhaps\nb@example.test,yes\n')
  assert.deepEqual(problems(rows), ["2 'perhaps' is neither yes nor no", '3'])
})

test('a bad line says what is wrong with it, and the rest is read', async () => {
  const rows = await csv(
    'login,quota\n,\na@x.test,5X\nb@x.test\n"c@x.test,1\nd\ufffd@x.test,\ne@x.test,\n',
  )
  assert.deepEqual(problems(rows), [
    '2 It has no login',
    "3 '5X' is not a quota (such as 5G, 500M or off)",
    '4 It has 1 fields, the header 2',
    '5 A quote is not closed, or the line is too long',
    '6 It is not in the encoding expected (is it --encoding shift_jis?)',
    '7',
  ])
  const lines = ['{', '[]', '{"name":"x"}', '{"login":5}', '{"login":"e@x.test"}']
  assert.deepEqual(problems(await json(lines.join('\n'))), [
    '1 It is not JSON',
    '2 It is no JSON object',
    "3 It names 'name'; names are login, password, password_hash, title, quota, quota_messages, aliases, forwards, keeps_copy",
    '4 login is no text',
    '5',
  ])
})

test('a file without a proper header is refused as a whole', async () => {
  const cases = ['', 'alice@example.test,secret\n', 'password\n', 'login,login\n', '"login\n']
  for (const text of cases) await assert.rejects(csv(text), Fault, text)
  await assert.rejects(json('x'.repeat(200_000)), Fault)
})
