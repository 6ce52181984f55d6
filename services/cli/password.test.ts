import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { Given, UsageError } from './command.ts'
import { choosePassword, generatePassword } from './password.ts'

const tools = {
  random: randomBytes,
  readPassword: async () => 'from stdin',
  askPassword: async (login: string) => `asked for ${login}`,
}
const choose = (...options: string[]) =>
  choosePassword(
    new Given(['alice'], Object.fromEntries(options.map((option) => [option, true]))),
    tools,
  )

test('generated passwords can be read out, and are never the same', () => {
  const made = Array.from({ length: 200 }, () => generatePassword(randomBytes))
  for (const password of made)
    assert.match(password, /^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
  assert.equal(new Set(made).size, 200)
  // Bytes that would make some letters likelier are passed over.
  const random = (bytes: number) => new Uint8Array(bytes).map((_, at) => (at % 2 ? 255 : 0))
  assert.equal(generatePassword(random), 'aaaa-aaaa-aaaa-aaaa')
})

test('the options say where the password comes from', async () => {
  assert.deepEqual(await choose(), {})
  assert.deepEqual(await choose('password-stdin'), { password: 'from stdin' })
  assert.deepEqual(await choose('password'), { password: 'asked for alice' })
  const { password, generated } = await choose('generate')
  assert.equal(password, generated)
  await assert.rejects(choose('generate', 'password-stdin'), UsageError)
})
