import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import iconv from 'iconv-lite'
import { UsageError } from '../command.ts'
import { askPassword, readFirstLine, readText } from './terminal.ts'

/** A terminal at which somebody types the lines, one for each question. */
function terminal(...typed: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const shown: string[] = []
  const error = new PassThrough()
  error.on('data', (chunk: Buffer) => {
    const text = chunk.toString()
    shown.push(text)
    const line = text.endsWith(': ') ? typed.shift() : undefined
    if (line !== undefined) setImmediate(() => input.write(`${line}\n`))
  })
  return { input, error, shown }
}

test('a password is asked for twice, and never shown', async () => {
  const { input, error, shown } = terminal('秘密 secret', '秘密 secret')
  assert.equal(await askPassword('alice', input, error), '秘密 secret')
  assert.equal(shown.join(''), 'Password for alice: \nThe same again: \n')
})

test('two different passwords are none, and so is what is not a terminal', async () => {
  const { input, error } = terminal('secret', 'sercet')
  await assert.rejects(askPassword('alice', input, error), UsageError)
  await assert.rejects(askPassword('alice', Readable.from(['x']), error), /--password-stdin/)
})

test('the first line of standard input is the password, without its end', async () => {
  const cases = ['secret', 'secret\n', 'secret\r\nmore\n', 'secret\nmore']
  for (const text of cases) {
    assert.equal(await readFirstLine(Readable.from([Buffer.from(text)])), 'secret')
  }
  assert.equal(await readFirstLine(Readable.from([Buffer.from(' a b \n')])), ' a b ')
  await assert.rejects(readFirstLine(Readable.from([])), UsageError)
  await assert.rejects(readFirstLine(Readable.from([Buffer.from('\nx')])), UsageError)
})

test('files are read in their encoding, however they are cut', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-cli-'))
  const text = 'login,title\nalice@example.test,山田 ソ表\n'
  for (const encoding of ['shift_jis', 'utf-8', 'euc-jp']) {
    const bytes = iconv.encode(text, encoding)
    writeFileSync(join(folder, encoding), bytes)
    const file = await Array.fromAsync(
      readText(join(folder, encoding), encoding, Readable.from([])),
    )
    assert.equal(file.join(''), text)
    const single = Readable.from([...bytes].map((byte) => Buffer.of(byte)))
    const stdin = await Array.fromAsync(readText('-', encoding, single))
    assert.equal(stdin.join(''), text)
  }
  rmSync(folder, { recursive: true })
  const wrong = Readable.from([iconv.encode('山', 'shift_jis')])
  assert.match((await Array.fromAsync(readText('-', 'utf-8', wrong))).join(''), /\ufffd/)
  await assert.rejects(Array.fromAsync(readText('/none', 'utf-8', wrong)), /ENOENT/)
})
