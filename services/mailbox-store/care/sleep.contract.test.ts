import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { append } from '../append.ts'
import { appendBatch } from '../append-batch.ts'
import { copy } from '../copy.ts'
import { messageKey } from '../documents.ts'
import { move } from '../move/move.ts'
import type { Store } from '../store.ts'
import { appendOf } from '../testing.ts'
import { addMailbox, atEachCall, contentOf, Interposed, put, World } from './testing.ts'

const SERVER = process.env.MONGODB_URL
const HOUR_MS = 3_600_000
/** Little, so that few messages are written to staged documents. */
const STAGING = { inlineMax: 1, partMax: 1 }

interface Place {
  readonly account: string
  readonly source: string
  readonly target: string
}
/** Puts two messages into the target. */
type Work = (place: Place, store: Store) => Promise<unknown>

const WORKS: Record<string, Work> = {
  append: async ({ account, target }, store) => {
    for (const content of contentsOf(account)) {
      await append(appendOf({ account, content, mailbox: { id: target, name: '' } }), store)
    }
  },
  'a batch': ({ account, target }, store) => {
    const { tenant, domain, quotas } = appendOf()
    const messages = contentsOf(account).map((content) => ({
      ...{ mailId: '', flags: [], internalDate: 0 },
      content,
    }))
    const to = { account, tenant, domain, quotas, mailbox: { id: target, name: '' } }
    return appendBatch({ ...to, messages: streamOf(messages) }, store)
  },
  copy: (place, store) => copy(transferOf(place), store),
  move: (place, store) => move(transferOf(place), store),
}

for (const [name, work] of Object.entries(WORKS)) {
  test(`${name}: a process may sleep for most of a day at any moment, while others collect`, async () => {
    await using world = await World.open(SERVER)
    await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const seeding = world.newStore()
      const target = await addMailbox(seeding, account, 'Target')
      let source = ''
      for (const content of contentsOf(account)) {
        ;({ mailbox: source } = await put(seeding, account, content))
      }
      await seeding.committer.settled()
      world.pass(3)
      const act = async () => {
        world.now += 23 * HOUR_MS
        await world.collect()
      }
      const interposed = new Interposed(world.collections, { atCall, when, act })
      const sleeper = world.newStore(interposed.collections, { staging: STAGING })
      await work({ account, source, target }, sleeper).catch((error) => {
        // What has become too old is not done; but what is done has its bytes.
        if (!(error instanceof Fault && error.code === 'unavailable')) throw error
      })
      await sleeper.committer.settled()
      world.pass(3)
      await world.collect()
      await checkBytes(world, `${account}/${target}`)
      await checkBytes(world, `${account}/${source}`)
      return interposed.happened
    })
  })
}

/** All messages that the mailbox tells of are there, with their bytes. */
async function checkBytes(world: World, mailbox: string): Promise<void> {
  const store = world.newStore()
  const exists = await store.committer.mailbox(mailbox).read(true, ({ view }) => view.length)
  const _id = { $gte: messageKey(mailbox, 0), $lt: `${mailbox}0` }
  let found = 0
  for await (const { blob, size, expiresAt } of world.collections.messages.find({ _id })) {
    if (expiresAt !== undefined) continue
    assert.equal((await store.blobs.readAll(blob, 0, size)).length, size)
    found++
  }
  assert.equal(found, exists, mailbox)
}

function contentsOf(account: string): Buffer[] {
  return [contentOf(`small ${account}`), contentOf(`large ${account}`, `photo ${account}`)]
}

function transferOf({ account, source, target }: Place) {
  const to = { id: target, name: '' }
  return {
    account,
    source,
    uids: '1:2',
    target: to,
    targetAccount: '',
    operationId: '',
    quotas: [],
  }
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items
}
