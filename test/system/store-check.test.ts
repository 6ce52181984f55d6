/** The operator's look at what is stored: while the platform runs, after mail has gone through all of it. */

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { withDatabaseName } from '#lib/db/mongo/url.ts'
import { openDatabase } from '#lib/db/open.ts'
import type { Document } from '#lib/db/port.ts'
import { systemClock } from '#lib/node/clock.ts'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { startWorld, type World } from '../world.ts'

const ALICE = 'alice@example.test'
const MAILS = 6

test('store check: nothing is wrong after mail; damage is found, repaired, and found no more', async () => {
  await using world = await startWorld()
  await world.addAccounts([{ login: ALICE }])
  await using client = await openImap(world, ALICE)
  await work(world, client)
  const sound = await world.cli(['store', 'check', '--bytes'])
  assert.match(
    sound.stdout,
    /^[1-9][0-9]* mailboxes with 5 messages: nothing is wrong\n$/,
    sound.stdout,
  )
  assert.equal(sound.code, 0, sound.stderr)

  await damage(world)
  const damaged = await world.cli(['store', 'check'])
  assert.match(damaged.stdout, /^alice@example.test INBOX counts: /m)
  assert.match(damaged.stdout, /^alice@example.test INBOX uid-next: /m)
  assert.equal(damaged.code, 1, damaged.stderr)
  assert.equal((await world.cli(['store', 'check', '--account', ALICE, '--repair'])).code, 1)
  const after = await world.cli(['store', 'check', '--bytes'])
  assert.match(after.stdout, /nothing is wrong/)
  assert.equal(after.code, 0, after.stderr)

  // The session that was there all the time, and the next mail, go on.
  using smtp = await openSmtp(world.at('smtp'))
  await smtp.send('', [ALICE], Buffer.from('Subject: after\r\n\r\nHello\r\n'))
  await untilInboxHas(client, 4)
  const uids = (await readInbox(client)).map(({ uid }) => uid)
  assert.equal(uids.at(-1), MAILS + 1, 'no UID is given twice')
})

/** Mail comes, one is expunged, two are moved. */
async function work(world: World, client: Awaited<ReturnType<typeof openImap>>): Promise<void> {
  using smtp = await openSmtp(world.at('smtp'))
  for (let i = 1; i <= MAILS; i++) {
    await smtp.send('', [ALICE], Buffer.from(`Subject: ${i}\r\n\r\nHello ${i}\r\n`))
  }
  await untilInboxHas(client, MAILS)
  await client.mailboxCreate('Archive')
  const lock = await client.getMailboxLock('INBOX')
  await client.messageDelete('1')
  await client.messageMove('1:2', 'Archive')
  lock.release()
}

/** Behind the back of the store that runs: INBOX counts too much, and would give a UID twice. */
async function damage({ dataFolder, databasePrefix }: World): Promise<void> {
  const mongodb = process.env.MONGODB_URL
  const url = mongodb
    ? withDatabaseName(mongodb, `${databasePrefix}_mailbox_store`)
    : `sqlite:${join(dataFolder, 'mailbox-store.db')}`
  await using database = await openDatabase(url, { clock: systemClock })
  type Mailbox = Document & { readonly name: string }
  const mailboxes = await database.collection<Mailbox>({ name: 'mailboxes', indexes: [] })
  for await (const { _id, name } of mailboxes.find({})) {
    if (name === 'INBOX') await mailboxes.updateOne({ _id }, { $set: { exists: 99, uidNext: 2 } })
  }
}
