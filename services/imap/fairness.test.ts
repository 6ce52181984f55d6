import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { openSession, type Scene } from './testing.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A session of another account. */
function sessionOf(id: string, tenant: string, scene: Scene) {
  const session = openSession(scene)
  const { authenticate } = session.backend
  session.backend.authenticate = async (...given) => {
    const { account, fromCache } = await authenticate(...given)
    return { account: { ...account, id, tenant }, fromCache }
  }
  return session
}

test('however much the sessions of one account ask for, another account is answered', async () => {
  const places = new FairPlaces({ running: 4, waiting: 100 })
  const asked: string[] = []
  const ends: (() => void)[] = []
  const open = (id: string, tenant: string) => {
    const session = sessionOf(id, tenant, { places })
    session.store.list = async (account) => {
      asked.push(account.id)
      await new Promise<void>((end) => ends.push(end))
      return { mailboxes: [], subscribedNames: [] }
    }
    return session
  }
  const loud = Array.from({ length: 10 }, () => open('loud', 'one'))
  const quiet = [open('quiet', 'one'), open('other', 'two')]
  const answers = [...loud, ...quiet].map((session) => session.send('a LIST "" *\r\n'))
  await settled()
  await settled()
  assert.deepEqual(asked, ['loud', 'quiet', 'other'])
  while (asked.length < 12) {
    for (const end of ends.splice(0)) end()
    await settled()
  }
  for (const end of ends.splice(0)) end()
  for (const answer of await Promise.all(answers)) assert.match(answer, /a OK/)
})

test('a client that takes nothing has no place among the commands that run', async () => {
  const places = new FairPlaces({ running: 1, waiting: 10 })
  const slow = openSession({ places, uids: Array.from({ length: 600 }, (_, n) => n + 1) })
  await slow.send('a NOOP\r\n').catch(() => undefined)
  const takes = Promise.withResolvers<void>()
  slow.wire.slow = takes.promise
  const fetched = slow.send('b FETCH 1:* UID\r\n')
  await settled()
  assert.deepEqual([places.running, places.waiting], [0, 0])
  slow.wire.slow = undefined
  takes.resolve()
  assert.match(await fetched, /b OK/)
  assert.equal(places.running, 0)
})
