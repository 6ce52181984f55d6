import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { test } from 'node:test'
import { MongoNetworkError } from 'mongodb'
import { type Call, Calls, type Limits } from './calls.ts'
import { Reach } from './reach.ts'

const UNAVAILABLE = { name: 'Fault', code: 'unavailable' }
const never = () => new Promise<never>(() => undefined)

function open(limits: Partial<Limits> = {}) {
  const client = new EventEmitter()
  const told: string[] = []
  const presence = { away: () => void told.push('away'), back: () => void told.push('back') }
  const reach = new Reach(client as never, presence)
  const seen = (...types: string[]) => {
    const servers = new Map(types.map((type, at) => [`host${at}`, { type }]))
    client.emit('topologyDescriptionChanged', { newDescription: { servers, error: null } })
  }
  seen('Standalone')
  return { calls: new Calls(reach, { answerMs: 200, ...limits }), seen, told }
}

/** Fails so often, then answers how often it was made. */
function failing(times: number, error: Error): Call<number> {
  let made = 0
  return async () => {
    made++
    if (made <= times) throw error
    return made
  }
}

const lost = () => new MongoNetworkError('connection 1 closed')

function notSent(): Error {
  const error = new MongoNetworkError('ECONNREFUSED')
  error.addErrorLabel('HandshakeError')
  return error
}

test('a call ends in time, also where the driver overlooks that it is over', async () => {
  const { calls } = open({ answerMs: 20 })
  let aborted = false
  const overlooking: Call<never> = async ({ signal }) => {
    await once(signal, 'abort')
    aborted = true
    return never()
  }
  await assert.rejects(calls.write(overlooking), UNAVAILABLE)
  assert.equal(aborted, true)
})

test('reading is repeated; of writing what was never sent, but where the driver has repeated it', async () => {
  const { calls, seen } = open()
  assert.equal(await calls.read(failing(2, lost())), 3)
  assert.equal(await calls.write(failing(2, notSent())), 3)
  assert.equal(await calls.writeMany(failing(2, notSent())), 3)
  for (const write of [calls.write, calls.writeMany]) {
    await assert.rejects(write.call(calls, failing(1, lost())), UNAVAILABLE)
  }
  // The last of its tries was never sent: the first one may have been done.
  seen('RSSecondary', 'RSPrimary')
  await assert.rejects(calls.write(failing(1, notSent())), UNAVAILABLE)
  assert.equal(await calls.writeMany(failing(2, notSent())), 3)
  seen('RSSecondary', 'Unknown')
  await assert.rejects(calls.write(failing(1, notSent())), UNAVAILABLE)
})

test('a bug of ours is not repeated, and comes as it is', async () => {
  const { calls } = open()
  const bug = new TypeError('no such index')
  await assert.rejects(calls.read(failing(1, bug)), (error) => error === bug)
})

test('without a server for as long as a call may take, calls fail at once; with one they go on', async () => {
  const { calls, seen } = open({ answerMs: 30 })
  seen('RSSecondary')
  await assert.rejects(calls.read(never), UNAVAILABLE)
  await new Promise((resolve) => setTimeout(resolve, 30))
  const called = () => assert.fail('nobody asks')
  await assert.rejects(calls.read(called), UNAVAILABLE)
  seen('RSPrimary')
  assert.equal(await calls.read(failing(0, lost())), 1)
})

test('what is away for less than a second is not told', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { seen, told } = open()
  seen('Unknown')
  seen('Standalone')
  t.mock.timers.tick(5000)
  assert.deepEqual(told, [])
  seen('Unknown')
  seen('RSSecondary')
  t.mock.timers.tick(5000)
  seen('RSPrimary')
  assert.deepEqual(told, ['away', 'back'])
})

test('more calls at once than there may be are refused', async () => {
  const { calls } = open({ callsMax: 2, answerMs: 30 })
  const waiting = [calls.read(never), calls.read(never)]
  await assert.rejects(calls.read(never), { name: 'Fault', code: 'busy' })
  await Promise.allSettled(waiting)
})
