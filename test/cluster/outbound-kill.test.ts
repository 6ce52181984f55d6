/**
 * The first invariant for mail that leaves, under SIGKILL: users submit for 20 destinations while delivery is killed again and
 * again, and everybody else in between. HIKYAKU_CLUSTER_LONG=1 does it longer; SEED=n repeats a run's choices.
 */

import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { startOutside } from '../clients/outside.ts'
import type { Peer } from '../clients/peer-mx.ts'
import { startWorld, type World } from '../world.ts'
import { planDeaths, seeded } from './deaths.ts'
import {
  arrivalsAt,
  assertDeparted,
  bouncesOf,
  type Death,
  findDoubled,
  untilDeparted,
} from './departures.ts'
import { sendAll } from './traffic.ts'

const LONG = process.env.HIKYAKU_CLUSTER_LONG === '1'
const MAILS = LONG ? 2000 : 500
const DESTINATIONS = 20
const USERS = ['alice', 'bob', 'carol', 'dave'].map((name) => `${name}@example.test`)
const OTHERS = ['submission', 'mailbox-store', 'directory', 'nats-server']
/** Delivery more often than the others; whoever dies too often is left alone for longer each time. */
const VICTIMS = ['delivery', ...OTHERS, 'delivery', 'delivery']
/** Of one killing: what the process had under way between a final dot and its line in the ledger. */
const DOUBLED_MAX = 20

test('mail to other hosts arrives or bounces, and doubles only in the window that SMTP leaves, whoever is killed', async (t) => {
  const seed = Number(process.env.SEED ?? randomInt(1_000_000))
  t.diagnostic(`SEED=${seed}`)
  const random = seeded(seed)
  await using outside = await startOutside()
  const peers: Peer[] = []
  for (let n = 0; n < DESTINATIONS; n++) peers.push(await openPeer(n))
  await using world = await startWorld({ env: { ...outside.env, DELIVERY_LEASE: '3s' } })
  await world.addAccounts(USERS.map((login) => ({ login })))
  await liftLimits(world)

  const deaths: Death[] = []
  const kill = async (victim: string) => {
    const back = world.said(new RegExp(`^${victim} is back`))
    deaths.push({ victim, at: Date.now() })
    await world.signal(victim, 'SIGKILL')
    await back
  }
  const planned = planDeaths({ victims: VICTIMS, rounds: LONG ? 3 : 1, mails: MAILS }, random)
  let recovered = Promise.resolve()
  const attempts = await sendAll(world, {
    connections: 8,
    mails: MAILS,
    users: USERS,
    recipients: (n) => {
      const at = (k: number) => `u${n}@d${(n + k) % DESTINATIONS}.test`
      return n % 10 === 0 ? [at(0), at(7), at(13)] : [at(0)]
    },
    accepted(count) {
      const victim = planned.get(count)
      if (victim !== undefined) recovered = recovered.then(() => kill(victim))
    },
  })
  await recovered
  // Once more, while the queue is worked off.
  await kill('delivery')

  const count = await untilDeparted(world)
  const arrivals = arrivalsAt(peers)
  const bounces = new Map<string, number>()
  for (const user of USERS) for (const [key, n] of await bouncesOf(world, user)) bounces.set(key, n)
  assertDeparted(attempts, arrivals, bounces)
  const doubled = findDoubled(
    arrivals,
    deaths.filter(({ victim }) => victim === 'delivery'),
  )
  const longestMs = Math.max(0, ...doubled.map(({ windowMs }) => windowMs))
  t.diagnostic(`${doubled.length} of ${arrivals.size} arrived twice, after ${deaths.length} deaths`)
  t.diagnostic(`from a final dot to a death it was ${longestMs} ms at most`)
  t.diagnostic(JSON.stringify(count))
  const ofDelivery = deaths.filter(({ victim }) => victim === 'delivery').length
  assert.ok(doubled.length <= ofDelivery * DOUBLED_MAX, JSON.stringify(doubled))
  const accepted = attempts.filter(({ outcome }) => outcome === 'accepted').length
  assert.equal(accepted, MAILS)
  const listed = await world.cli(['queue', 'list', '--json'])
  assert.equal(listed.stdout, '')

  /** Most take everything; some are slow at the end, some greylist everybody once, one knows nobody. */
  function openPeer(n: number): Promise<Peer> {
    const domain = `d${n}.test`
    if (n === 3) return outside.open(domain, { on: { dot: { afterMs: 30 } } })
    if (n === 5) return outside.open(domain, { on: { rcpt: greylist() } })
    if (n === 9) return outside.open(domain, { on: { rcpt: '550 5.1.1 No such user' } })
    return outside.open(domain)
  }
})

function greylist(): (line: string) => string | undefined {
  const seen = new Set<string>()
  return (line) => {
    if (seen.has(line)) return undefined
    seen.add(line)
    return '450 4.2.0 Greylisted'
  }
}

/** Four users send what hundreds would. */
async function liftLimits(world: World): Promise<void> {
  const limits = [
    'messages-per-hour',
    'messages-per-day',
    'recipients-per-hour',
    'recipients-per-day',
  ]
  const off = limits.flatMap((name) => [`--${name}`, 'off'])
  const { code, stderr } = await world.cli(['sending', 'set', '--platform', ...off])
  assert.equal(code, 0, stderr)
}
