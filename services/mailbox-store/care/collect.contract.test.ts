import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { copy } from '../copy.ts'
import { move } from '../move/move.ts'
import { Killed } from '../testing.ts'
import { LEASE_MS } from './lease.ts'
import {
  addMailbox,
  atEachCall,
  contentOf,
  Interposed,
  put,
  read,
  remove,
  World,
} from './testing.ts'

const SERVER = process.env.MONGODB_URL

test('what nothing refers to goes after a whole day, and what something refers to stays', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const { mailbox } = await put(store, 'a', contentOf('small'))
  await put(store, 'a', contentOf('large', 'photo'))
  await put(store, 'a', contentOf('kept'))
  await put(store, 'a', contentOf('kept too', 'film'))
  await remove(store, 'a', '1:2', mailbox)
  const before = await world.counts()
  await world.collect()
  world.pass(1)
  assert.deepEqual(await world.collect(), {
    ...{ phase: 'sweep', seen: (await world.collect()).seen },
    ...{ kept: before.blobs + before.pieces, removed: 0 },
  })
  world.pass(1)
  const { removed } = await world.collect()
  const after = await world.counts()
  assert.equal(after.blobs, 2)
  assert.equal(removed, before.blobs + before.pieces - after.blobs - after.pieces)
  assert(after.pieces > 0 && after.pieces < before.pieces, JSON.stringify({ before, after }))
  assert.deepEqual(await read(world, 'a', mailbox, 3), contentOf('kept'))
  assert.deepEqual(await read(world, 'a', mailbox, 4), contentOf('kept too', 'film'))
  assert.equal((await world.collect()).removed, 0)
})

test('a part that two messages share stays as long as one of them', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const { mailbox } = await put(store, 'a', contentOf('one', 'shared'))
  const alone = await world.counts()
  await put(store, 'b', contentOf('another', 'shared'))
  const both = await world.counts()
  assert(both.pieces < 2 * alone.pieces, 'they share')
  await remove(store, 'a', '1', mailbox)
  world.pass(3)
  await world.collect()
  const left = await world.newStore()
  const { mailbox: other } = await put(left, 'b', contentOf('third'))
  assert.deepEqual(await read(world, 'b', other, 1), contentOf('another', 'shared'))
  assert.equal((await world.counts()).pieces, alone.pieces)
})

test('what was committed and not applied, because the process died, stays', async () => {
  await using world = await World.open(SERVER)
  const { mailbox } = await put(world.newStore(), 'a', contentOf('first'))
  const uid = await leavePending(world, 'a', contentOf('pending', 'photo'))
  world.pass(3)
  await world.collect()
  assert.deepEqual(await read(world, 'a', mailbox, uid), contentOf('pending', 'photo'))
})

test('what is pending stays, whenever the next one comes who applies it', async () => {
  await using world = await World.open(SERVER)
  const rounds = await atEachCall(async ({ atCall, when }) => {
    const account = `${when}-${atCall}`
    const { mailbox } = await put(world.newStore(), account, contentOf('first'))
    const content = contentOf(`pending ${account}`)
    const uid = await leavePending(world, account, content)
    world.pass(3)
    const act = async () => {
      const survivor = world.newStore()
      await put(survivor, account, contentOf('next'))
      await survivor.committer.settled()
    }
    const interposed = new Interposed(world.collections, { atCall, when, act })
    await world.collect({ collections: interposed.collections })
    assert.deepEqual(await read(world, account, mailbox, uid), content, account)
    return interposed.happened
  })
  assert(rounds > 10)
})

for (const [name, transfer] of Object.entries({ copy, move })) {
  test(`what is ${name === 'copy' ? 'copied' : 'moved'} during a run stays, whenever that is`, async () => {
    await using world = await World.open(SERVER)
    const rounds = await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const store = world.newStore()
      // The target is looked at before the source, or after it.
      const content = contentOf(`it ${account}`, atCall % 2 === 0 ? 'photo' : '')
      const target = await addMailbox(store, account, 'Target')
      const { mailbox: source } = await put(store, account, content)
      world.pass(3)
      const act = async () => {
        const other = world.newStore()
        const to = { id: target, name: '' }
        await transfer(
          {
            account,
            source,
            uids: '1',
            target: to,
            targetAccount: account,
            operationId: '',
            quotas: [],
          },
          other,
        )
        await other.committer.settled()
        if (transfer === copy) await remove(other, account, '1', source)
      }
      const interposed = new Interposed(world.collections, { atCall, when, act })
      await world.collect({ collections: interposed.collections })
      if (interposed.happened) assert.deepEqual(await read(world, account, target, 1), content)
      else assert.deepEqual(await read(world, account, source, 1), content)
      return interposed.happened
    })
    assert(rounds > 10)
  })
}

test('with little memory garbage may stay until a later run, but nothing else goes', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const all = Array.from({ length: 40 }, (_, i) => contentOf(`message ${i}`))
  let mailbox = ''
  for (const content of all) ({ mailbox } = await put(store, 'a', content))
  await remove(store, 'a', '1:20', mailbox)
  world.pass(3)
  await world.collect({ collectMemoryBytes: 6 })
  const { blobs } = await world.counts()
  assert(blobs > 20, 'some is mistaken for what is referred to')
  // Not the same in each run.
  for (let runs = 0; (await world.counts()).blobs > 20; runs++) {
    assert(runs < 100)
    await world.collect({ collectMemoryBytes: 6 })
  }
  for (let uid = 21; uid <= 40; uid++) {
    assert.deepEqual(await read(world, 'a', mailbox, uid), all[uid - 1])
  }
})

test('a run that dies anywhere leaves the next one to do it, once its lease is over', async () => {
  await using world = await World.open(SERVER)
  await atEachCall(async ({ atCall, when }) => {
    const account = `${when}-${atCall}`
    const store = world.newStore()
    const { mailbox } = await put(store, account, contentOf(account, 'photo'))
    await put(store, account, contentOf(`kept ${account}`))
    await remove(store, account, '1', mailbox)
    const { blobs } = await world.counts()
    world.pass(3)
    let dead = false
    const act = () => {
      dead = true
      return Promise.reject(new Killed())
    }
    const interposed = new Interposed(world.collections, { atCall, when, act })
    await assertKilled(world.collect({ collections: interposed.collections }), () => dead)
    world.now += LEASE_MS
    await world.collect()
    assert.equal((await world.counts()).blobs, blobs - 1)
    assert.deepEqual(await read(world, account, mailbox, 2), contentOf(`kept ${account}`))
    return interposed.happened
  })
})

test('one process at a time collects', async () => {
  await using world = await World.open(SERVER)
  const act = () =>
    assert.rejects(world.collect(), (error) => error instanceof Fault && error.code === 'busy')
  const interposed = new Interposed(world.collections, { atCall: 5, when: 'after', act })
  await world.collect({ collections: interposed.collections })
  assert(interposed.happened)
  await world.collect()
})

test('a run that is told to stop gives its lease back', async () => {
  await using world = await World.open(SERVER)
  await put(world.newStore(), 'a', contentOf('one'))
  const stop = new AbortController()
  const act = async () => stop.abort(new Error('stopped'))
  const interposed = new Interposed(world.collections, { atCall: 4, when: 'after', act })
  const { collections } = interposed
  await assert.rejects(world.collect({ collections, signal: stop.signal }), /stopped/)
  await world.collect()
})

test('when most messages are missing, their bytes stay', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const all = Array.from({ length: 110 }, (_, i) => contentOf(`message ${i}`))
  await Promise.all(all.map((content) => put(store, 'a', content)))
  await store.committer.settled()
  // As while a backup is being brought back.
  await world.collections.messages.deleteMany({ _id: { $gte: 'a/', $lt: 'a0' } })
  world.pass(3)
  await assert.rejects(world.collect(), /tell of 110 messages, and there are 0/)
  assert.equal((await world.counts()).blobs, 110)
})

/** A process commits an append and dies. */
async function leavePending(world: World, account: string, content: Uint8Array): Promise<number> {
  let committed = false
  const at = (step: string) => {
    committed ||= step === 'committed'
    if (committed && step === 'apply-messages') throw new Killed()
  }
  const victim = world.newStore(world.collections, { at })
  const { uid } = await put(victim, account, content)
  await victim.committer.settled()
  return uid
}

async function assertKilled(work: Promise<unknown>, isDead: () => boolean): Promise<void> {
  try {
    await work
  } catch (error) {
    if (!(error instanceof Killed)) throw error
    assert(isDead())
  }
}
