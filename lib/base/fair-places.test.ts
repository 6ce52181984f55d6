import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { FairPlaces, type Whose } from './fair-places.ts'
import { Fault, Shed } from './fault.ts'

const of = (tenant: string, account = tenant): Whose => ({ tenant, account })

/** Work that ends when it is told to, oldest first. */
function bench(places: FairPlaces) {
  const begun: string[] = []
  const ends: (() => void)[] = []
  const ask = (whose: Whose, cost = 1) =>
    places.run(
      whose,
      () => {
        begun.push(whose.account)
        return new Promise<void>((resolve) => ends.push(resolve))
      },
      cost,
    )
  const endOne = async () => {
    ends.shift()?.()
    await turn()
  }
  return { begun, ask, endOne, ends }
}

test('the one call of a tenant waits for one turn of another, not for all it has waiting', async () => {
  const { begun, ask, endOne } = bench(new FairPlaces({ running: 2, waiting: 2000 }))
  for (let i = 0; i < 900; i++) void ask(of('loud', `loud${i % 5}`))
  await turn()
  assert.deepEqual(begun, ['loud0'], 'a tenant has all places')
  void ask(of('quiet'))
  void ask(of('other'))
  void ask(of('third'))
  await turn()
  assert.deepEqual(begun, ['loud0', 'quiet'])
  for (let i = 0; i < 3; i++) await endOne()
  assert.deepEqual(new Set(begun.slice(2)), new Set(['loud1', 'other', 'third']))
})

test('accounts of a tenant take turns, however many sessions one has', async () => {
  const { begun, ask, endOne } = bench(
    new FairPlaces({ running: 4, waiting: 400, perTenant: 1, perAccount: 0.5 }),
  )
  for (let i = 0; i < 100; i++) void ask(of('t', 'greedy'))
  for (const name of ['a', 'b', 'c', 'd']) void ask(of('t', name))
  await turn()
  assert.deepEqual(begun, ['greedy', 'greedy', 'a', 'b'])
  for (let i = 0; i < 4; i++) await endOne()
  assert.deepEqual(new Set(begun.slice(4, 8)), new Set(['c', 'd', 'greedy']))
})

test('what is dear is paid for: of equal demand, equal cost is served', async () => {
  const limits = { running: 1, waiting: 1000, perTenant: 1, perAccount: 1 }
  const { begun, ask, endOne } = bench(new FairPlaces(limits))
  for (let i = 0; i < 100; i++) {
    void ask(of('dear'), 10)
    void ask(of('cheap'), 1)
  }
  await turn()
  for (let i = 0; i < 90; i++) await endOne()
  const dear = begun.filter((name) => name === 'dear').length
  assert.ok(dear >= 8 && dear <= 12, `${dear} of ${begun.length} were dear`)
})

test('beyond its part of those waiting, a tenant or account is refused, and nobody else', async () => {
  const { ask } = bench(new FairPlaces({ running: 4, waiting: 8 }))
  const refused = (error: unknown) =>
    error instanceof Fault && error.code === 'busy' && !(error instanceof Shed)
  // One runs, and two may wait.
  for (let i = 0; i < 3; i++) void ask(of('t', 'a'))
  await assert.rejects(ask(of('t', 'a')), refused)
  for (let i = 0; i < 3; i++) void ask(of('t', 'b'))
  await assert.rejects(ask(of('t', 'c')), refused)
  void ask(of('u', 'd'))
  void ask(of('v', 'e'))
  for (const name of ['f', 'g', 'h', 'i']) void ask(of(name))
  // Another replica may have room for that one.
  await assert.rejects(ask(of('x')), Shed)
})

test('what fails gives its place back', async () => {
  const places = new FairPlaces({ running: 1, waiting: 10 })
  const failing = places.run(of('t'), async () => {
    throw new Error('broken')
  })
  const next = places.run(of('t'), async () => 'next')
  await assert.rejects(failing, /broken/)
  assert.equal(await next, 'next')
  assert.deepEqual([places.running, places.waiting], [0, 0])
})

test('who waits for something else has no place, and who passes goes behind those waiting', async () => {
  const places = new FairPlaces({ running: 1, waiting: 10 })
  const order: string[] = []
  const long = await places.take(of('long'))
  const short = places.run(of('short'), async () => void order.push('short'))
  await long.pass()
  order.push('long')
  await short
  const reader = Promise.withResolvers<void>()
  const back = long.without(reader.promise)
  await places.run(of('other'), async () => void order.push('other'))
  reader.resolve()
  await back
  order.push('long again')
  assert.deepEqual(order, ['short', 'long', 'other', 'long again'])
  assert.equal(places.running, 1)
  long[Symbol.dispose]()
  long[Symbol.dispose]()
  assert.equal(places.running, 0)
})

test('nothing is kept of those who have gone, and every piece of work runs once', async () => {
  const places = new FairPlaces({ running: 3, waiting: 10_000, perTenant: 0.7, perAccount: 0.5 })
  let seed = 7
  const random = (max: number) => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31
    return seed % max
  }
  let done = 0
  let most = 0
  const works = Array.from({ length: 3000 }, (_, at) => {
    const tenant = `t${random(7)}`
    const cost = 1 + random(20)
    return places.run(
      of(tenant, `${tenant} a${random(5)}`),
      async () => {
        most = Math.max(most, places.running)
        if (at % 3 === 0) await turn()
        done++
      },
      cost,
    )
  })
  await Promise.all(works)
  assert.equal(done, 3000)
  assert.ok(most <= 3)
  assert.deepEqual([places.running, places.waiting], [0, 0])
})
