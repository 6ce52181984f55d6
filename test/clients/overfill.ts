import assert from 'node:assert/strict'
import type { World } from '../world.ts'
import { openSmtp } from './smtp.ts'

const STRANGER = 'someone@elsewhere.test'

/** A stranger writes to an account that nobody knows yet to be full. */
export async function overfill(world: World, login: string, name: string): Promise<string> {
  // The edge finds room at RCPT, and there is none when the mail gets there.
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.command(`MAIL FROM:<${STRANGER}>`)
  assert.equal((await smtp.command(`RCPT TO:<${login}>`)).code, 250)
  const { code: set, stderr } = await world.cli(['account', 'set', login, '--quota', '1'])
  assert.equal(set, 0, stderr)
  assert.equal((await smtp.command('DATA')).code, 354)
  await smtp.write(`Message-ID: <${name}@elsewhere.test>\r\n\r\nHello\r\n`)
  const { code, text } = await smtp.command('.')
  assert.equal(code, 250, text)
  return `<${name}@elsewhere.test>`
}
