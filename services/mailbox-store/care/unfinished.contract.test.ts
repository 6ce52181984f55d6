import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clearDeleted, deleteMailbox } from '../mailboxes.ts'
import { completeMoves } from '../move/complete.ts'
import { move } from '../move/move.ts'
import { Mortal } from '../testing.ts'
import { addMailbox, atEachCall, contentOf, put, World } from './testing.ts'
import { completeUnfinished } from './unfinished.ts'

const SERVER = process.env.MONGODB_URL
const MINUTE_MS = 60_000

test('a move whose process died anywhere is completed, though nobody looks', async () => {
  await using world = await World.open(SERVER)
  await atEachCall(async (dies) => {
    const account = `${dies.when}-${dies.atCall}`
    const store = world.newStore()
    const target = await addMailbox(store, account, 'Target')
    const { mailbox: source } = await put(store, account, contentOf('one'))
    await put(store, account, contentOf('two'))
    await store.committer.settled()
    const mortal = new Mortal(world.collections)
    mortal.dies = dies
    const victim = world.newStore(mortal.collections)
    const to = { id: target, name: '' }
    const request = { account, source, uids: '1:2', target: to, targetAccount: '' }
    await move({ ...request, operationId: '', quotas: [] }, victim).catch((error) => {
      if (!mortal.dead) throw error
    })
    if (!mortal.dead) await victim.committer.settled()
    await sweep(world)
    assert.equal(await countUnfinished(world), 0)
    const looking = world.newStore()
    const [left = 0, arrived = 0] = await Promise.all(
      [source, target].map((id) =>
        looking.committer.mailbox(`${account}/${id}`).read(true, ({ view }) => view.length),
      ),
    )
    assert.deepEqual([left, arrived].sort(), [0, 2], account)
    return mortal.dead
  })
})

test('a deletion whose process died anywhere is completed, though nobody looks', async () => {
  await using world = await World.open(SERVER)
  await atEachCall(async (dies) => {
    const account = `${dies.when}-${dies.atCall}`
    const store = world.newStore()
    const id = await addMailbox(store, account, 'Old')
    const to = { id, name: '' }
    await put(store, account, contentOf('one'), { mailbox: to })
    await put(store, account, contentOf('two'), { mailbox: to })
    await store.committer.settled()
    const mortal = new Mortal(world.collections)
    mortal.dies = dies
    const victim = world.newStore(mortal.collections)
    await deleteMailbox({ account, name: 'Old' }, victim).catch((error) => {
      if (!mortal.dead) throw error
    })
    await sweep(world)
    // Its document stays a day longer, for those who slept.
    world.pass(1)
    await sweep(world)
    assert.equal(await countUnfinished(world), 0)
    const messages = await world.collections.messages.count({
      _id: { $gte: `${account}/${id}/`, $lt: `${account}/${id}0` },
    })
    const mailbox = await world.collections.mailboxes.findOne({ _id: `${account}/${id}` })
    assert.equal(messages, mailbox === undefined || mailbox.deletedAt ? 0 : 2)
    return mortal.dead
  })
})

/** After a minute, by a process of its own. */
async function sweep(world: World): Promise<void> {
  world.now += MINUTE_MS
  const store = world.newStore()
  await completeUnfinished(
    {
      ...store,
      completeMoves: (key) => completeMoves(key, store),
      clearDeleted: (key) => clearDeleted(key, store),
      events: {
        completed: () => undefined,
        notCompleted: (_key, _what, error) => assert.ifError(error),
      },
    },
    new AbortController().signal,
  )
  await store.committer.settled()
}

async function countUnfinished(world: World): Promise<number> {
  return world.collections.mailboxes.count({ unfinishedSince: { $exists: true } })
}
