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
const QUICK = ['--observe', '500ms', '--pause', '0ms']

let world: ClusterWorld
before(async () => {
  world = await startCluster({ env: { DIRECTORY_SEND_MESSAGES_PER_HOUR: 'off' } })
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

test('while a node is restarted, whoever comes again at once is served', async () => {
  let rolling = true
  const taken: string[] = []
  const take = async () => {
    for (let at = 0; rolling; at++) {
      const strange = await atOnce(async (id) => {
        using client = await openSmtp(world.at('smtp'))
        const bytes = bytesOf({ from: STRANGER, to: [ALICE], id })
        const { code, text } = await client.send(STRANGER, [ALICE], bytes)
        assert.equal(code, 250, text)
      }, `strange-${at}`)
      const own = await atOnce(async (id) => {
        await submit(world, { from: ALICE, to: [ALICE], id })
      }, `own-${at}`)
      taken.push(strange, own)
      await atOnce(async () => {
        await using reader = await openImap(world, ALICE)
        await reader.noop()
      }, 'reader')
    }
  }
  const rolled = world.cli(['roll', '--node', 'node-1', '--json', ...QUICK]).finally(() => {
    rolling = false
  })
  const [{ code, stdout, stderr }] = await Promise.all([rolled, take()])
  assert.equal(code, 0, stdout + stderr)
  const { rolled: names, left } = JSON.parse(stdout)
  assert.equal(names.length, 7)
  assert.deepEqual(left, [])

  await using client = await openImap(world, ALICE)
  await untilInboxHas(client, MAILS + taken.length)
  const subjects = (await readInbox(client)).map(({ source }) => subjectOf(source) ?? '')
  assert.deepEqual(subjects.filter((subject) => taken.includes(subject)).sort(), taken.sort())
})

test('a roll stops by itself when clients are refused more than before, and goes on when asked', async () => {
  const begun = world.said(/^node-2\.directory has ended as asked/)
  const stopped = world.cli(['roll', '--node', 'node-2', '--refused', '5', ...QUICK])
  await Promise.race([begun, stopped])
  using client = await openSmtp(world.at('smtp'))
  await client.command(`MAIL FROM:<${STRANGER}>`)
  for (let at = 0; at < 10; at++) {
    assert.equal((await client.command(`RCPT TO:<nobody${at}@example.test>`)).code, 550)
  }
  const { code, stdout } = await stopped
  assert.equal(code, 1, stdout)
  assert.match(stdout, /^Stopped: 10 commands, log-ins or mails refused for good/m)
  assert.match(stdout, /^Restarted: .*\. Left: .*node-2 nats-server\.$/m)

  const again = await world.cli(['roll', '--node', 'node-2', ...QUICK])
  assert.equal(again.code, 0, again.stdout + again.stderr)
  assert.match(again.stdout, /^Going on: \d of 7 are done already/)
  assert.doesNotMatch(again.stdout, /^node-2 directory/m)
  assert.match(again.stdout, /^node-2 nats-server: restarted/m)
})

/**
 * Does it, and once more at once when the connection ended with the process behind it: a 421, a BYE. What it was called
 * when it went well.
 */
async function atOnce(work: (id: string) => Promise<void>, id: string): Promise<string> {
  try {
    await work(id)
    return id
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
    await work(`${id}-again`)
    return `${id}-again`
  }
}

function subjectOf(source: Buffer | undefined): string | undefined {
  return /^Subject: (.*)\r$/m.exec(source?.toString('latin1') ?? '')?.[1]
}
