/** What must hold of mail to other hosts after any history of traffic and faults. */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { openImap, readInbox } from '../clients/imap.ts'
import { checkLedger, type LedgerCount } from '../clients/outside.ts'
import type { Peer } from '../clients/peer-mx.ts'
import type { World } from '../world.ts'
import { type Attempt, attemptOf, messageOf } from './traffic.ts'

const SETTLE_TIMEOUT_MS = 180_000
const LOOK_AGAIN_MS = 250
/** From a final dot to the line in the ledger, on a machine that is busy. */
const WINDOW_MS_MAX = 5000
/** The other hosts live in the test's own process, which may see a dot only after it has killed who sent it. */
const SEEN_LATE_MS_MAX = 2000

/** One arrival at another host: its final dot came, and was answered 250. */
interface Arrival {
  readonly id: string
  readonly recipient: string
  readonly at: number
  readonly followed: boolean
  readonly whole: boolean
}

/** When a process was killed: milliseconds since 1970. */
export interface Death {
  readonly victim: string
  readonly at: number
}

/** Waits until nothing is queued or open any more, and the ledger adds up. */
export async function untilDeparted(world: World): Promise<LedgerCount> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS
  for (;;) {
    const late = performance.now() > deadline
    // Whoever was killed last may not be there again: that is an answer to wait through.
    const count = await checkLedger(world).catch((error: unknown) => {
      if (late) throw error
      return undefined
    })
    if (count !== undefined && count.open + count.queued + count.held === 0) return count
    assert.ok(!late, `Not settled: ${JSON.stringify(count)}`)
    await sleep(LOOK_AGAIN_MS)
  }
}

/** What is with other hosts, by attempt and recipient. */
export function arrivalsAt(peers: Iterable<Peer>): Map<string, Arrival[]> {
  const arrivals = new Map<string, Arrival[]>()
  for (const { mails } of peers) {
    for (const { bytes, rcpt, accepted, at, followed } of mails) {
      if (!accepted) continue
      const id = attemptOf(bytes)
      for (const path of rcpt) {
        const recipient = /^<(.*?)>/.exec(path)?.[1] ?? path
        const key = `${id} ${recipient}`
        const others = arrivals.get(key) ?? []
        arrivals.set(key, [...others, { id, recipient, at, followed, whole: isWhole(bytes) }])
      }
    }
  }
  return arrivals
}

function isWhole(bytes: Buffer): boolean {
  const sender = /^From: <(.*)>\r$/m.exec(bytes.toString('latin1', 0, 4096))?.[1]
  assert.ok(sender)
  const sent = messageOf({ id: attemptOf(bytes), sender })
  return bytes.subarray(-sent.length).equals(sent)
}

/** The bounces that a user has: by attempt and recipient, how many. */
export async function bouncesOf(world: World, login: string): Promise<Map<string, number>> {
  await using client = await openImap(world, login)
  const bounces = new Map<string, number>()
  for (const { source } of await readInbox(client)) {
    const text = source.toString('latin1')
    const id = /^In-Reply-To: <(.*)@traffic\.test>\r$/m.exec(text)?.[1]
    for (const [, recipient] of text.matchAll(/^Final-Recipient: rfc822;\s*(.*)\r$/gm)) {
      const key = `${id} ${recipient}`
      bounces.set(key, (bounces.get(key) ?? 0) + 1)
    }
  }
  return bounces
}

/** Every recipient of what was accepted has it, whole, or its sender a bounce: not both, and nobody anything that was refused. */
export function assertDeparted(
  attempts: readonly Attempt[],
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  bounces: ReadonlyMap<string, number>,
): void {
  const wrong: string[] = []
  for (const { id, recipients, outcome } of attempts) {
    for (const recipient of recipients) {
      const key = `${id} ${recipient}`
      const arrived = arrivals.get(key)?.length ?? 0
      const bounced = bounces.get(key) ?? 0
      if (outcome === 'accepted' && arrived + bounced === 0) wrong.push(`${key}: lost`)
      if (outcome === 'refused' && arrived + bounced > 0) wrong.push(`${key}: refused, and sent`)
      if (arrived > 0 && bounced > 0) wrong.push(`${key}: arrived and bounced`)
      if (bounced > 1) wrong.push(`${key}: bounced ${bounced} times`)
      if (arrivals.get(key)?.some(({ whole }) => !whole)) wrong.push(`${key}: not whole`)
    }
  }
  const known = new Set(attempts.map(({ id }) => id))
  for (const [key, [arrival]] of arrivals) {
    if (arrival && !known.has(arrival.id)) wrong.push(`${key}: nobody sent it`)
  }
  assert.deepEqual(wrong, [])
}

/** One that arrived twice, and how long before a death its first final dot came. */
interface Doubled {
  readonly key: string
  readonly windowMs: number
}

/**
 * Those that arrived twice. Each is explained: whoever handed over the first copy was killed when its final dot came, and said
 * nothing more on that connection; RFC 5321 leaves no way to know. What is not explained is an error.
 */
export function findDoubled(
  arrivals: ReadonlyMap<string, readonly Arrival[]>,
  deaths: readonly Death[],
): Doubled[] {
  const doubled: Doubled[] = []
  for (const [key, all] of arrivals) {
    const sorted = all.toSorted((a, b) => a.at - b.at)
    for (const [n, { at, followed }] of sorted.entries()) {
      const next = sorted[n + 1]
      if (next === undefined) break
      const windows = deaths.map((death) => death.at - at)
      const windowMs = windows.find((ms) => ms >= -SEEN_LATE_MS_MAX && ms <= WINDOW_MS_MAX)
      const about = `${key}: again after ${next.at - at} ms; deaths after ${windows.join(', ')} ms`
      assert.ok(windowMs !== undefined && !followed, `${about}; followed: ${followed}`)
      doubled.push({ key, windowMs })
    }
  }
  return doubled
}
