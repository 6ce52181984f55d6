/** The directory hangs: who is known goes on, who is not is told to come again, and nobody is refused for good. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { openImap, untilInboxHolds } from '../clients/imap.ts'
import { openSmtp, SmtpClient } from '../clients/smtp.ts'
import { openSubmission, submitBy } from '../clients/submission.ts'
import { passwordOf, startWorld, type World } from '../world.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const CAROL = 'carol@example.test'
const NOBODY = 'nobody@example.test'

test('while the directory hangs, known users read and write mail, and it arrives', async () => {
  await using world = await startWorld()
  await world.addAccounts([ALICE, BOB, CAROL].map((login) => ({ login })))
  await using bob = await openImap(world, BOB)
  await logInAndOut(world, ALICE)
  await write(world, 'before')
  await untilInboxHolds(bob, ['message-id', 'before'])
  assert.equal(await edgeSays(world, BOB), 250)

  await world.signal('directory', 'SIGSTOP')
  try {
    await Promise.all([
      logInAndOut(world, ALICE),
      assert.rejects(logInAndOut(world, CAROL), { serverResponseCode: 'UNAVAILABLE' }),
      logInToSend(world, CAROL).then((code) => assert.equal(code, 454)),
      write(world, 'meanwhile', async (client) => {
        const { code } = await client.command(`MAIL FROM:<${BOB}>`)
        assert.equal(code, 451, 'never was it hers, as far as one knows')
      }),
      edgeSays(world, BOB).then((code) => assert.equal(code, 250)),
      edgeSays(world, NOBODY).then((code) => assert.equal(code, 451)),
    ])
    await untilInboxHolds(bob, ['message-id', 'meanwhile'])
  } finally {
    await world.signal('directory', 'SIGCONT')
  }

  while ((await logInToSend(world, CAROL)) !== 235);
  await logInAndOut(world, CAROL).catch(() => logInAndOut(world, CAROL))
  while ((await edgeSays(world, NOBODY)) !== 550);
  await write(world, 'after')
  await untilInboxHolds(bob, ['message-id', 'after'])
  const counted = await world.cli(['ledger', 'check'])
  assert.equal(counted.code, 0, counted.stdout + counted.stderr)
})

async function logInAndOut(world: World, login: string): Promise<void> {
  await using client = await openImap(world, login)
  await client.status('INBOX', { messages: true })
}

/** Alice to Bob. */
async function write(world: World, id: string, then = async (_: SmtpClient) => {}): Promise<void> {
  using client = await openSubmission(world, ALICE)
  await submitBy(client, { from: ALICE, to: [BOB], id: `${id}@example.test` })
  await then(client)
}

/** What AUTH is answered. */
async function logInToSend(world: World, login: string): Promise<number> {
  const socket = connect({ ...world.at('submissions'), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  using client = new SmtpClient(socket)
  await client.reply()
  await client.command('EHLO client.world.test')
  const words = Buffer.from(`\0${login}\0${passwordOf(login)}`).toString('base64')
  return (await client.command(`AUTH PLAIN ${words}`)).code
}

/** What a stranger's RCPT is answered. */
async function edgeSays(world: World, recipient: string): Promise<number> {
  using client = await openSmtp(world.at('smtp'))
  await client.command('MAIL FROM:<x@stranger.test>')
  return (await client.command(`RCPT TO:<${recipient}>`)).code
}
