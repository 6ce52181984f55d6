import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quota } from '#lib/mail/quota.ts'
import type { SubjectHandler } from '#lib/node/nats.ts'
import { FullPlaces } from './full-places.ts'
import { listenToFull } from './io/full-news.ts'

const MINUTE = 60_000

const quota = (scope: Quota['scope'], name: string, more: Partial<Quota> = {}): Quota => {
  return { scope, name, bytes: 100, messages: 0, ...more }
}
const target = (account: string, ...quotas: Quota[]) => {
  return { account, tenant: 't1', domain: 'example.test', quotas }
}
const full = (since: number) => ({ since, bytes: 100, messages: 0 })

function open(placesMax?: number) {
  const world = { now: 0 }
  const places = new FullPlaces({ monotonic: () => world.now }, placesMax)
  return { world, places }
}

test('an address is full when everyone it leads to is, by any of their limits', () => {
  const { places } = open()
  const alice = target('a', quota('account', 'a'), quota('tenant', 't1'))
  const bob = target('b', quota('account', 'b'))
  const free = target('c')
  places.hear({ scope: 'account', name: 'a', full: full(5) })
  assert.equal(places.since([alice]), 5)
  assert.equal(places.since([alice, bob]), undefined)
  assert.equal(places.since([alice, free]), undefined)
  assert.equal(places.since([]), undefined)
  places.hear({ scope: 'account', name: 'b', full: full(9) })
  assert.equal(places.since([alice, bob]), 9, 'the one that was full last')
  places.hear({ scope: 'tenant', name: 't1', full: full(3) })
  assert.equal(places.since([alice]), 3)
  // The same name in another scope is another place.
  assert.equal(places.since([target('x', quota('domain', 't1'))]), undefined)
})

test('it is no longer full when that is told, when the limit is raised, or after five minutes', () => {
  const { places, world } = open()
  const news = { scope: 'account', name: 'a', full: full(5) } as const
  const alice = [target('a', quota('account', 'a'))]
  places.hear(news)
  places.hear({ scope: 'account', name: 'a' })
  assert.equal(places.since(alice), undefined)

  for (const raised of [
    quota('account', 'a', { bytes: 101 }),
    quota('account', 'a', { bytes: 0 }),
  ]) {
    places.hear(news)
    assert.equal(places.since([target('a', quota('account', 'a', { bytes: 90 }))]), 5)
    assert.equal(places.since([target('a', raised)]), undefined)
  }
  places.hear(news)
  assert.equal(places.since([target('a')]), undefined, 'it has no limit any more')

  world.now = 5 * MINUTE
  assert.equal(places.since(alice), 5)
  world.now = 5 * MINUTE + 1
  assert.equal(places.since(alice), undefined)
})

test('it remembers no more places than it may', () => {
  const { places } = open(2)
  for (const name of ['a', 'b', 'a', 'c']) places.hear({ scope: 'account', name, full: full(1) })
  const known = (name: string) => places.since([target(name, quota('account', name))]) !== undefined
  assert.deepEqual([known('a'), known('b'), known('c')], [true, false, true])
})

test('what the mailbox-store says on NATS is understood, and nothing else', () => {
  const heard: unknown[] = []
  let say: SubjectHandler = () => undefined
  const subscribe = (subject: string, handler: SubjectHandler) => {
    assert.equal(subject, 'quota.full')
    say = handler
    return { [Symbol.dispose]: () => undefined }
  }
  using _ = listenToFull({ subscribe }, (news) => heard.push(news))
  const tell = (text: string) => say(Buffer.from(text), 'quota.full')
  tell(
    '{"scope":"domain","name":"a.test","full":true,"fullSince":7,"limits":{"bytes":1,"messages":2}}',
  )
  tell('{"scope":"account","name":"a","full":false}')
  assert.deepEqual(heard, [
    { scope: 'domain', name: 'a.test', full: { since: 7, bytes: 1, messages: 2 } },
    { scope: 'account', name: 'a' },
  ])
  for (const text of [
    '',
    'null',
    '{"scope":"x","name":"a"}',
    '{"scope":"account","name":"a","full":true}',
  ]) {
    assert.throws(() => tell(text), text)
  }
})
