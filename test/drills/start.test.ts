import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { bytesOf, submit } from '../clients/submission.ts'
import { type ClusterWorld, startCluster } from '../cluster-world.ts'

const ALICE = 'alice@example.test'
const BOB = 'bob@example.test'
const STRANGER = 'someone@elsewhere.test'
const MAILS = 6

let world: ClusterWorld
before(async () => {
  world = await startCluster()
  await world.addAccounts([{ login: ALICE }, { login: BOB }])
})
after(() => world[Symbol.asyncDispose]())

test('what comes in by one node is read by another', async () => {
  const clients = await Promise.all(Array.from({ length: MAILS }, () => openSmtp(world.at('smtp'))))
  for (const [at, client] of clients.entries()) {
    const bytes = bytesOf({ from: STRANGER, to: [ALICE], id: `in-${at}` })
    assert.equal((await client.send(STRANGER, [ALICE], bytes)).code, 250)
    client[Symbol.dispose]()
  }
  await submit(world, { from: ALICE, to: [BOB], id: 'out' })
  await using alice = await openImap(world, ALICE)
  await using bob = await openImap(world, BOB)
  await untilInboxHas(alice, MAILS)
  await untilInboxHas(bob, 1)
  assert.equal((await readInbox(alice)).length, MAILS)
})

test('once a process is gone, no client meets the place where it was', async () => {
  const pid = await world.signal('node-2', 'edge', 'SIGKILL')
  await world.untilGone(pid)
  for (let at = 0; at < MAILS; at++) {
    using client = await openSmtp(world.at('smtp'))
    assert.equal((await client.command('NOOP')).code, 250)
  }
  await world.untilBack('node-2', 'edge', pid)
})
