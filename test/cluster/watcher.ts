/** A client that keeps looking at a mailbox through every fault, and notes the order in which UIDs appear. */

import { setTimeout as sleep } from 'node:timers/promises'
import { openImap } from '../clients/imap.ts'
import type { World } from '../world.ts'

const LOOK_AGAIN_MS = 20

/** Disposing it stops it too. */
export interface Watcher extends AsyncDisposable {
  /** Stops looking and tells what was seen wrong: a UID that appeared below one already seen. */
  stop(): Promise<string[]>
}

/** Lists the UIDs again and again; a lost connection is made anew. */
export function watchInbox(world: World, login: string): Watcher {
  const wrong: string[] = []
  const seen = new Set<number>()
  let highest = 0
  let stopping = false
  const look = async () => {
    await using client = await openImap(world, login)
    const lock = await client.getMailboxLock('INBOX')
    try {
      while (!stopping) {
        const uids = (await client.search({ all: true }, { uid: true })) || []
        for (const uid of uids) {
          if (!seen.has(uid) && uid < highest) wrong.push(`UID ${uid} appeared after ${highest}`)
          seen.add(uid)
        }
        highest = Math.max(highest, ...uids)
        await sleep(LOOK_AGAIN_MS)
      }
    } finally {
      lock.release()
    }
  }
  const looking = (async () => {
    while (!stopping) {
      await look().catch(() => undefined)
      if (!stopping) await sleep(LOOK_AGAIN_MS)
    }
  })()
  const stop = async () => {
    stopping = true
    await looking
    return wrong
  }
  return {
    stop,
    async [Symbol.asyncDispose]() {
      await stop()
    },
  }
}
