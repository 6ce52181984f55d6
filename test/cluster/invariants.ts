/** What must hold after any history of traffic and faults: docs/invariants.md in code. */

import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { openImap, type Read, readInbox } from '../clients/imap.ts'
import type { World } from '../world.ts'
import { type Attempt, attemptOf, messageOf } from './traffic.ts'

const SETTLE_TIMEOUT_MS = 120_000
const LOOK_AGAIN_MS = 200

/** Waits until every accepted mail is where it belongs, then checks that nothing else is. */
export async function assertSettled(
  world: World,
  logins: readonly string[],
  attempts: readonly Attempt[],
): Promise<void> {
  for (const login of logins) {
    const mine = attempts.filter(({ recipients }) => recipients.includes(login))
    const messages = await readUntilComplete(world, login, mine)
    const seen = messages.map(({ source }) => attemptOf(source))

    const missing = mine.filter(({ id, outcome }) => outcome === 'accepted' && !seen.includes(id))
    assert.deepEqual(
      missing.map(({ id }) => id),
      [],
      `${login}: accepted and lost`,
    )
    const doubled = seen.filter((id, index) => seen.indexOf(id) !== index)
    assert.deepEqual(doubled, [], `${login}: delivered twice`)
    const refused = mine.filter(({ id, outcome }) => outcome === 'refused' && seen.includes(id))
    assert.deepEqual(
      refused.map(({ id }) => id),
      [],
      `${login}: refused and delivered`,
    )
    assertAscending(messages, login)
    for (const { source } of messages) assertWhole(source)
  }
}

/** Behind our trace stands every byte that was sent. */
function assertWhole(source: Buffer): void {
  const sent = messageOf({ id: attemptOf(source) })
  assert.ok(source.subarray(-sent.length).equals(sent), `${attemptOf(source)} is not whole`)
}

/** UIDs ascend in every listing, and none is there twice. */
export function assertAscending(messages: readonly Read[], what: string): void {
  let last = 0
  for (const { uid } of messages) {
    assert.ok(uid > last, `${what}: UID ${uid} after ${last}`)
    last = uid
  }
}

async function readUntilComplete(
  world: World,
  login: string,
  attempts: readonly Attempt[],
): Promise<Read[]> {
  const accepted = attempts.filter(({ outcome }) => outcome === 'accepted')
  const deadline = performance.now() + SETTLE_TIMEOUT_MS
  for (;;) {
    const late = performance.now() > deadline
    // Whoever was killed last may not be found by the others yet: that is an answer to wait through.
    const messages = await readAll(world, login).catch((error: unknown) => {
      if (late) throw error
      return undefined
    })
    const seen = new Set(messages?.map(({ source }) => attemptOf(source)))
    if (messages !== undefined && (late || accepted.every(({ id }) => seen.has(id))))
      return messages
    await sleep(LOOK_AGAIN_MS)
  }
}

async function readAll(world: World, login: string): Promise<Read[]> {
  await using client = await openImap(world, login)
  // Awaited here: the client goes away with this function.
  return await readInbox(client)
}
