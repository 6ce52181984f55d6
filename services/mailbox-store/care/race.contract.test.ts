import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import { append } from '../append.ts'
import { appendBatch } from '../append-batch.ts'
import { copy } from '../copy.ts'
import { move } from '../move/move.ts'
import { appendOf } from '../testing.ts'
import {
  addMailbox,
  atEachCall,
  contentOf,
  DAY_MS,
  Interposed,
  put,
  read,
  remove,
  World,
} from './testing.ts'

const SERVER = process.env.MONGODB_URL
const MINUTE_MS = 60_000
const SIZES = { 'small content': '', 'content in pieces': 'photo' }

for (const [size, attachment] of Object.entries(SIZES)) {
  test(`${size} that comes again at any moment of a run is there`, async () => {
    await using world = await World.open(SERVER)
    const rounds = await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const content = contentOf(account, attachment && `${attachment} ${account}`)
      const mailbox = await leaveGarbage(world, account, content)
      world.pass(3)
      const act = () => appendAgain(world, account, content)
      const interposed = new Interposed(world.collections, { atCall, when, act })
      await world.collect({ collections: interposed.collections })
      const found = await read(world, account, mailbox, 2)
      assert.deepEqual(found, interposed.happened ? content : undefined, account)
      return interposed.happened
    })
    assert(rounds > 20, `${rounds}`)
  })

  test(`${size} that comes again is there, when a run finds any moment of it`, async () => {
    await using world = await World.open(SERVER)
    await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const content = contentOf(account, attachment && `${attachment} ${account}`)
      const mailbox = await leaveGarbage(world, account, content)
      world.pass(3)
      const act = () => world.collect()
      const interposed = new Interposed(world.collections, { atCall, when, act })
      const store = world.newStore(interposed.collections)
      const { uid } = await put(store, account, content)
      await store.committer.settled()
      assert.deepEqual(await read(world, account, mailbox, uid), content, account)
      return interposed.happened
    })
  })

  test(`${size} is there when midnight and a run come at any moment of its append`, async () => {
    await using world = await World.open(SERVER)
    await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const content = contentOf(account, attachment && `${attachment} ${account}`)
      const act = async () => {
        world.now += 2 * MINUTE_MS
        await world.collect()
      }
      const interposed = new Interposed(world.collections, { atCall, when, act })
      beforeMidnight(world)
      const { uid, mailbox } = await put(world.newStore(interposed.collections), account, content)
      world.now += 2 * DAY_MS
      await world.collect()
      assert.deepEqual(await read(world, account, mailbox, uid), content, account)
      return interposed.happened
    })
  })

  test(`a process that wrote ${size} on the same day may trust it until the next`, async () => {
    await using world = await World.open(SERVER)
    await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const content = contentOf(account, attachment && `${attachment} ${account}`)
      const act = async () => {
        world.now += 2 * MINUTE_MS
        await world.collect()
      }
      const interposed = new Interposed(world.collections)
      const store = world.newStore(interposed.collections)
      beforeMidnight(world)
      world.now -= DAY_MS / 2
      const { mailbox } = await put(store, account, content)
      await remove(store, account, '1', mailbox)
      beforeMidnight(world)
      interposed.arm({ atCall, when, act })
      const { uid } = await put(store, account, content)
      await store.committer.settled()
      assert.deepEqual(await read(world, account, mailbox, uid), content, account)
      return interposed.happened
    })
  })

  test(`a process does not trust what it wrote of ${size} on an earlier day`, async () => {
    await using world = await World.open(SERVER)
    const store = world.newStore()
    const content = contentOf('it', attachment)
    const { mailbox } = await put(store, 'a', content)
    await remove(store, 'a', '1', mailbox)
    world.pass(2)
    await world.collect()
    assert.equal((await world.counts()).blobs, 0)
    const { uid } = await put(store, 'a', content)
    await store.committer.settled()
    assert.deepEqual(await read(world, 'a', mailbox, uid), content)
  })
}

for (const [name, transfer] of Object.entries({ copy, move })) {
  test(`${name}: no message without bytes, when its source goes and a run comes at any moment`, async () => {
    await using world = await World.open(SERVER)
    await atEachCall(async ({ atCall, when }) => {
      const account = `${when}-${atCall}`
      const content = contentOf(account, atCall % 2 === 0 ? `photo ${account}` : '')
      const seeding = world.newStore()
      const target = await addMailbox(seeding, account, 'Target')
      const { mailbox: source } = await put(seeding, account, content)
      beforeMidnight(world)
      world.pass(3)
      const act = async () => {
        await remove(world.newStore(), account, '1', source)
        world.now += 2 * MINUTE_MS
        await world.collect()
      }
      const interposed = new Interposed(world.collections, { atCall, when, act })
      const store = world.newStore(interposed.collections)
      const to = { id: target, name: '' }
      const request = { account, source, uids: '1', target: to, targetAccount: account }
      try {
        await transfer({ ...request, operationId: '', quotas: [] }, store)
      } catch (error) {
        if (!(error instanceof Fault)) throw error
      }
      await store.committer.settled()
      world.pass(3)
      await world.collect()
      const found = await read(world, account, target, 1)
      if (found !== undefined) assert.deepEqual(found, content, account)
      else assert(interposed.happened, 'only what went before it was copied is not there')
      return interposed.happened
    })
  })
}

test('a message that takes until another day to come is whole, or refused', async () => {
  await using world = await World.open(SERVER)
  const content = contentOf('slow', 'photo', 40_000)
  const slowly = async function* (days: number) {
    yield content.subarray(0, -10)
    world.pass(days)
    await world.collect()
    yield content.subarray(-10)
  }
  const send = (days: number) =>
    append(appendOf({ account: 'a', content: slowly(days) }), world.newStore())
  await assert.rejects(send(2), { code: 'unavailable' })
  const { mailbox, uid } = await send(1)
  world.pass(1)
  await world.collect()
  assert.deepEqual(await read(world, 'a', mailbox, uid), content)
})

test('a batch whose messages take days to come is refused', async () => {
  await using world = await World.open(SERVER)
  const store = world.newStore()
  const { mailbox } = await put(store, 'a', contentOf('before'))
  async function* messages() {
    yield { mailId: '', content: contentOf('one'), flags: [], internalDate: 0 }
    world.pass(2)
    await world.collect()
    yield { mailId: '', content: contentOf('two'), flags: [], internalDate: 0 }
  }
  const { account, tenant, domain, quotas } = appendOf({ account: 'a' })
  const to = { id: mailbox, name: '' }
  const batch = { account, tenant, domain, quotas, mailbox: to, messages: messages() }
  await assert.rejects(appendBatch(batch, store), { code: 'unavailable' })
  assert.equal(await read(world, 'a', mailbox, 2), undefined)
})

test('a collector that slept for days in the middle does no harm when it wakes', async () => {
  await using world = await World.open(SERVER)
  await atEachCall(async ({ atCall, when }) => {
    const account = `${when}-${atCall}`
    const content = contentOf(account, atCall % 2 === 0 ? `photo ${account}` : '')
    const mailbox = await leaveGarbage(world, account, content)
    world.pass(3)
    const act = async () => {
      world.pass(5)
      await appendAgain(world, account, content)
      await world.collect()
      world.pass(5)
      await world.collect()
    }
    const interposed = new Interposed(world.collections, { atCall, when, act })
    try {
      await world.collect({ collections: interposed.collections })
    } catch (error) {
      assert(error instanceof Fault && ['busy', 'conflict'].includes(error.code), String(error))
    }
    if (interposed.happened) assert.deepEqual(await read(world, account, mailbox, 2), content)
    return interposed.happened
  })
})

/** Content that was in a message once; answers the mailbox. */
async function leaveGarbage(world: World, account: string, content: Uint8Array): Promise<string> {
  const store = world.newStore()
  const { mailbox } = await put(store, account, content)
  await remove(store, account, '1', mailbox)
  return mailbox
}

async function appendAgain(world: World, account: string, content: Uint8Array): Promise<void> {
  const store = world.newStore()
  await put(store, account, content)
  await store.committer.settled()
}

function beforeMidnight(world: World): void {
  world.now = (Math.floor(world.now / DAY_MS) + 1) * DAY_MS - MINUTE_MS
}
