import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '../settle.ts'
import { entryOf, mailTo, OURS, openWorld, results, type World } from '../testing.ts'
import { storeMail } from './bodies.ts'

const options = { timeout: 20_000 }

/** Hangs until it is broken off, as a host that does not answer. */
function hang(world: World): { readonly begun: Promise<void> } {
  const begun = Promise.withResolvers<void>()
  world.answer = (_, mail, signal) => {
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof results>>()
    signal.addEventListener('abort', () => resolve(results(mail, 'deferred', '4.4.2 Broken off')))
    begun.resolve()
    return promise
  }
  return { begun: begun.promise }
}

test(
  'who ends breaks off what is not at the message yet, and gives it back at once',
  options,
  async () => {
    await using world = await openWorld()
    await storeMail(mailTo(['alice'], { envelope: OURS }), world.rules.first)
    await world.collections.entries.insertOne(entryOf('m1.a'))
    const { begun } = hang(world)
    const running = world.worker.run(world.stop.signal)
    await begun
    world.stop.abort()
    await running
    const entry = await world.collections.entries.findOne({ _id: 'm1.a' })
    assert.deepEqual([entry?.lease, entry?.attempts], [undefined, 1])
    assert.equal(entry?.next.getTime(), world.clock.now())
  },
)

test('a first attempt that gets nowhere leaves the spool after its time', options, async () => {
  await using world = await openWorld()
  const { begun } = hang(world)
  const settling = settle(mailTo(['x@remote.test'], { envelope: OURS }), world.rules)
  await begun
  world.clock.move(30_000)
  assert.deepEqual(await settling, { kind: 'done' })
  assert.deepEqual(await world.queue(), ['remote.test x@remote.test'])
})

test(
  'when half of the places are at other hosts, the next mail goes by the queue',
  options,
  async () => {
    await using world = await openWorld()
    const { begun } = hang(world)
    const settled = Array.from({ length: 11 }, (_, n) =>
      settle(mailTo([`x@d${n}.test`], { mailId: `m${n}`, envelope: OURS }), world.rules),
    )
    await begun
    const first = Promise.race(settled).then(() => true)
    const turns = async () => {
      for (let i = 0; i < 50; i++) await new Promise(setImmediate)
      return false
    }
    // Not before it has waited a moment for one of them to end.
    assert.equal(await Promise.race([first, turns()]), false)
    world.clock.move(500)
    await first
    assert.equal((await world.queue()).length, 1)
    world.clock.move(30_000)
    await Promise.all(settled)
  },
)

test('an entry that comes is worked on without waiting for the next look', options, async () => {
  await using world = await openWorld()
  const taken = Promise.withResolvers<void>()
  world.answer = (_, mail) => {
    taken.resolve()
    return results(mail, 'relayed', '250 Ok')
  }
  const running = world.worker.run(world.stop.signal)
  await new Promise(setImmediate)
  await storeMail(mailTo(['alice'], { envelope: OURS }), world.rules.first)
  await world.collections.entries.insertOne(entryOf('m1.a'))
  world.worker.queued(world.clock.now())
  world.clock.move(20)
  for (let i = 0; i < 100 && world.sent.length === 0; i++) {
    await new Promise(setImmediate)
    world.clock.move(0)
  }
  await taken.promise
  world.stop.abort()
  await running
})

test('what one process holds when it is told to end, another has at once', options, async () => {
  await using world = await openWorld()
  const ending = new AbortController()
  const one = world.spawn({ signal: ending.signal })
  const begun: string[] = []
  const full = Promise.withResolvers<void>()
  world.answer = (domain, mail, signal) => {
    if (signal !== ending.signal) return results(mail, 'relayed', '250 Ok')
    begun.push(domain)
    if (begun.length === 10) full.resolve()
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof results>>()
    signal.addEventListener('abort', () => resolve(results(mail, 'deferred', '4.4.2 Broken off')))
    return promise
  }
  for (let n = 0; n < 30; n++) {
    const mailId = `m${n}`
    await storeMail(mailTo(['alice'], { mailId, envelope: OURS }), world.rules.first)
    await world.collections.entries.insertOne(entryOf(`${mailId}.a`, { destination: `d${n}.test` }))
  }
  const running = one.worker.run(ending.signal)
  await full.promise
  ending.abort()
  await running
  world.sent.length = 0
  // No time passes: no lease has to end.
  await world.workOff()
  assert.equal(new Set(world.sent.map(({ domain }) => domain)).size, 30)
  assert.equal(world.sent.length, 30)
})

test('what is leased in the moment of the end is given back untouched', options, async () => {
  await using world = await openWorld()
  await storeMail(mailTo(['alice'], { envelope: OURS }), world.rules.first)
  await world.collections.entries.insertOne(entryOf('m1.a'))
  world.answer = () => assert.fail('it was tried')
  const stepping = world.worker.step()
  world.stop.abort()
  await stepping
  const entry = await world.collections.entries.findOne({ _id: 'm1.a' })
  assert.deepEqual([entry?.lease, entry?.attempts, entry?.fence], [undefined, 1, 1])
  assert.equal(entry?.next.getTime(), world.clock.now())
})

test('after the database was away, its holder says what became of an entry before it is taken over', async () => {
  await using world = await openWorld()
  for (const mailId of ['m1', 'm2']) {
    await storeMail(mailTo(['alice'], { mailId, envelope: OURS }), world.rules.first)
  }
  const until = new Date(world.clock.now())
  const leased = { lease: { owner: 'another', until }, next: until, destination: 'leased.test' }
  await world.collections.entries.insertOne(entryOf('m1.a', leased))
  world.database.failing = true
  await assert.rejects(world.worker.step())
  world.database.failing = false
  await world.collections.entries.insertOne(entryOf('m2.a', { destination: 'free.test' }))
  world.clock.move(3000)
  await world.workOff()
  assert.deepEqual(
    world.sent.map(({ domain }) => domain),
    ['free.test'],
  )
  world.clock.move(30_000)
  await world.workOff()
  assert.deepEqual(
    world.sent.map(({ domain }) => domain),
    ['free.test', 'leased.test'],
  )
})
