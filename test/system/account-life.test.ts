/** Adding, suspending and deleting an account is effective for mail and log-ins within 5 seconds. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openImap } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { passwordOf, startWorld, type World } from '../world.ts'

const EFFECTIVE_MS_MAX = 5_000
const ASK_AGAIN_MS = 100
const LOGIN = 'hanako@example.test'
const ALIAS = 'info@example.test'

test('what is done to an account counts within 5 seconds', async () => {
  await using world = await startWorld()
  await world.addAccounts([{ login: 'alice@example.test' }])
  const seen = async (expected: string) => {
    const began = performance.now()
    let found = await lookAt(world)
    while (found !== expected) {
      const ms = performance.now() - began
      assert.ok(ms < EFFECTIVE_MS_MAX, `after ${Math.round(ms)} ms: ${found}`)
      await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
      found = await lookAt(world)
    }
  }
  const done = async (command: string, input = '') => {
    const { code, stderr } = await world.cli(command.split(' '), input)
    assert.equal(code, 0, stderr)
  }

  // Everybody has asked before, so that every cache has an answer that becomes wrong.
  await seen('login 550, alias 550, no log-in')
  await done(`account add ${LOGIN} --alias ${ALIAS} --password-stdin`, `${passwordOf(LOGIN)}\n`)
  await seen('login 250, alias 250, log-in')
  await done(`address delete ${ALIAS}`)
  await seen('login 250, alias 550, log-in')
  await done(`account set ${LOGIN} --password-stdin`, 'another one\n')
  await seen('login 250, alias 550, no log-in')
  await done(`account set ${LOGIN} --password-stdin`, `${passwordOf(LOGIN)}\n`)
  await seen('login 250, alias 550, log-in')
  await done(`account set ${LOGIN} --suspend`)
  await seen('login 450, alias 550, no log-in')
  await done(`account set ${LOGIN} --resume`)
  await seen('login 250, alias 550, log-in')
  await done(`account delete ${LOGIN}`)
  await seen('login 550, alias 550, no log-in')
  await done(`account restore ${LOGIN}`)
  await seen('login 250, alias 550, log-in')
})

async function lookAt(world: World): Promise<string> {
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.command('MAIL FROM:<someone@elsewhere.test>')
  const login = await smtp.command(`RCPT TO:<${LOGIN}>`)
  const alias = await smtp.command(`RCPT TO:<${ALIAS}>`)
  const loggedIn = await openImap(world, LOGIN).then(
    async (client) => {
      await client[Symbol.asyncDispose]()
      return 'log-in'
    },
    () => 'no log-in',
  )
  return `login ${login.code}, alias ${alias.code}, ${loggedIn}`
}
