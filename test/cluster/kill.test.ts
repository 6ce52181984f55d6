/**
 * The first invariant under SIGKILL: mails come in over 8 connections while each service and nats-server in
 * turn is killed and comes back. HIKYAKU_CLUSTER_LONG=1 does it longer; SEED=n repeats a run's choices.
 */

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { startWorld } from '../world.ts'
import { planDeaths, seeded } from './deaths.ts'
import { assertSettled } from './invariants.ts'
import { sendAll } from './traffic.ts'
import { watchInbox } from './watcher.ts'

const LONG = process.env.HIKYAKU_CLUSTER_LONG === '1'
const MAILS = LONG ? 10_000 : 500
const VICTIMS = ['mailbox-store', 'nats-server', 'delivery', 'directory', 'edge', 'imap']
const LOGINS = ['alice@example.test', 'bob@example.test', 'carol@example.test']

test('every mail answered 250 is in its mailboxes exactly once, whoever is killed', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(1_000_000))
  t.diagnostic(`SEED=${seed}`)
  const random = seeded(seed)
  await using world = await startWorld({ env: { IMAP_POLL_INTERVAL: '1s' } })
  await world.addAccounts(LOGINS.map((login) => ({ login })))
  await using watcher = watchInbox(world, 'alice@example.test')

  const deaths = planDeaths({ victims: VICTIMS, rounds: LONG ? 10 : 1, mails: MAILS }, random)
  let recovered = Promise.resolve()
  const attempts = await sendAll(world, {
    connections: 8,
    mails: MAILS,
    recipients: (n) => (n % 10 === 0 ? LOGINS : [LOGINS[n % 3] ?? '']),
    accepted(count) {
      const victim = deaths.get(count)
      if (victim === undefined) return
      recovered = recovered.then(async () => {
        const back = world.said(new RegExp(`^${victim} is back`))
        await world.signal(victim, 'SIGKILL')
        await back
      })
    },
  })
  await recovered
  await assertSettled(world, LOGINS, attempts)
  assert.deepEqual(await watcher.stop(), [])
  const accepted = attempts.filter(({ outcome }) => outcome === 'accepted').length
  const unknown = attempts.filter(({ outcome }) => outcome === 'unknown').length
  t.diagnostic(`${accepted} accepted, ${unknown} unanswered, ${attempts.length} attempts`)
  assert.equal(accepted, MAILS)
})
