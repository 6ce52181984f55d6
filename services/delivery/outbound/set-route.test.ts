import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openDatabase } from '#lib/db/open.ts'
import { systemClock } from '#lib/node/clock.ts'
import { openCollections } from '../documents.ts'
import { deleteRoute, listRoutes, type RouteWish, setRoute } from './set-route.ts'

const USUAL: RouteWish = {
  ...{ destination: '*', hosts: [], tls: '', legacyForm: '', pool: '', user: '', password: '' },
  ...{ connectionsMax: 0, messagesPerConnectionMax: 0, messagesPerMinuteMax: 0 },
}

test('a route is kept in its canonical form, and replaced as a whole', async () => {
  await using database = await openDatabase('sqlite::memory:', { clock: systemClock })
  const collections = await openCollections(database)
  await setRoute({ ...USUAL, destination: 'Example.TEST', user: 'a', password: 'b' }, collections)
  const hosts = ['Mail.Example.test:587', '[2001:DB8:0::1]:25', '192.0.2.1:25', 'mx:Other.test']
  await setRoute({ ...USUAL, destination: 'example.test', hosts, tls: 'required' }, collections)
  await setRoute({ ...USUAL, destination: '*.例え.jp' }, collections)
  await setRoute(USUAL, collections)
  const routes = await listRoutes(collections)
  assert.deepEqual(
    routes.map(({ _id }) => _id),
    ['*', '*.xn--r8jz45g.jp', 'example.test'],
  )
  const [, , route] = routes
  assert.deepEqual(route, {
    ...{ _id: 'example.test', tls: 'required', legacyForm: 'auto', pool: '' },
    hosts: ['mail.example.test:587', '[2001:db8::1]:25', '192.0.2.1:25', 'mx:other.test'],
    ...{ connectionsMax: 0, messagesPerConnectionMax: 0, messagesPerMinuteMax: 0 },
  })
  const secret = { ...USUAL, destination: 'a.test', user: 'a', password: 'b' }
  assert.equal((await setRoute(secret, collections)).tls, 'required')
  const loose = await setRoute({ ...secret, tls: 'opportunistic' }, collections)
  assert.equal(loose.tls, 'opportunistic', 'who says so gives the password to any certificate')
  await deleteRoute('EXAMPLE.test', collections)
  await assert.rejects(deleteRoute('example.test', collections), { code: 'not-found' })
})

test('what is no route is refused', async () => {
  await using database = await openDatabase('sqlite::memory:', { clock: systemClock })
  const collections = await openCollections(database)
  const wrong: Partial<RouteWish>[] = [
    { destination: '' },
    { destination: '*.' },
    { destination: 'a b' },
    { hosts: ['mail.example.test'] },
    { hosts: ['mail.example.test:0'] },
    { hosts: ['mail.example.test:70000'] },
    { hosts: ['999.1.1.1:25'] },
    { hosts: ['mx:'] },
    { hosts: Array.from({ length: 21 }, () => 'a.test:25') },
    { tls: 'maybe' },
    { legacyForm: 'cooked' },
    { user: 'x'.repeat(256) },
  ]
  for (const wish of wrong) {
    const set = setRoute({ ...USUAL, ...wish }, collections)
    await assert.rejects(set, { code: 'invalid' }, JSON.stringify(wish))
  }
})
