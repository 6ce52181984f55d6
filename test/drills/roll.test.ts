import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openImap, readInbox, untilInboxHas } from '../clients/imap.ts'
import { openSmtp } from '../clients/smtp.ts'
import { bytesOf, submit } from '../clients/submission.ts'
import { type ClusterWorld, startCluster } from '../cluster-world.ts'

const ALICE = 'alice@example.test'
const STRANGER = 'someone@elsewhere.test'
const QUICK = ['--observe', '500ms', '--pause', '0ms']

let world: ClusterWorld
before(async () => {
  world = await startCluster()
  await world.addAccounts([{ login: ALICE }])
})
after(() => world[Symbol.asyncDispose]())

test('while a node is restarted, every mail is taken at once and every door opens', async () => {
  let rolling = true
  const taken: string[] = []
  const send = async () => {
    for (let at = 0; rolling; at++) {
      const id = `strange-${at}`
      using client = await openSmtp(world.at('smtp'))
      const bytes = bytesOf({ from: STRANGER, to: [ALICE], id })
      const { code, text } = await client.send(STRANGER, [ALICE], bytes)
      assert.equal(code, 250, text)
      taken.push(id)
    }
  }
  const write = async () => {
    for (let at = 0; rolling; at++) {
      await submit(world, { from: ALICE, to: [ALICE], id: `own-${at}` })
      taken.push(`own-${at}`)
    }
  }
  const read = async () => {
    while (rolling) {
      await using client = await openImap(world, ALICE)
      await readInbox(client)
    }
  }
  const traffic = Promise.all([send(), write(), read()])
  const rolled = world.cli(['roll', '--node', 'node-1', '--json', ...QUICK]).finally(() => {
    rolling = false
  })
  await Promise.race([traffic, rolled])
  const { code, stdout, stderr } = await rolled
  await traffic
  assert.equal(code, 0, stdout + stderr)
  const { rolled: names, left } = JSON.parse(stdout)
  assert.equal(names.length, 7)
  assert.deepEqual(left, [])

  await using client = await openImap(world, ALICE)
  await untilInboxHas(client, taken.length)
  const subjects = (await readInbox(client)).map(({ source }) => subjectOf(source))
  assert.deepEqual(subjects.sort(), taken.sort())
})

test('a roll stops by itself when clients are refused more than before, and goes on when asked', async () => {
  const begun = world.said(/^node-2\.directory has ended as asked/)
  const stopped = world.cli(['roll', '--node', 'node-2', '--refused', '5', ...QUICK])
  await begun
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

function subjectOf(source: Buffer | undefined): string | undefined {
  return /^Subject: (.*)\r$/m.exec(source?.toString('latin1') ?? '')?.[1]
}
