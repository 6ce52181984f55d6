import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DAY_MS, entryOf, mailTo, openWorld } from '../testing.ts'
import { dropMail, keepMail, openMail, storeMail } from './bodies.ts'
import { sweep } from './care.ts'

const LARGE = Buffer.alloc(2 * 1024 * 1024 + 1, 'abc')

test('a mail comes back byte for byte, whatever its size', async () => {
  await using world = await openWorld()
  for (const [n, size] of [0, 1, 1024 * 1024, LARGE.length].entries()) {
    const body = LARGE.subarray(0, size)
    const mail = mailTo(['alice'], { mailId: `m${n}`, body })
    await storeMail(mail, world.rules.first)
    const stored = await openMail(`m${n}`, world.rules.first)
    assert.deepEqual(stored?.envelope, mail.envelope)
    assert.ok(Buffer.from((await stored?.read()) ?? []).equals(body), `${size}`)
  }
})

test('who adds an entry while another removes the mail keeps it', async () => {
  await using world = await openWorld()
  const { collections, rules } = world
  const mail = mailTo(['alice'], { body: LARGE })
  await storeMail(mail, rules.first)
  // The remover has seen no entry; then one comes, and then it removes.
  const looked = { ...collections.entries, findOne: async () => undefined }
  const entries = Object.assign(Object.create(collections.entries), looked)
  const remover = { ...rules.first, collections: { ...collections, entries } }
  await dropMail('m1', remover)
  await collections.entries.insertOne(entryOf('m1.a'))
  await keepMail(mail, rules.first)
  const stored = await openMail('m1', rules.first)
  assert.ok(Buffer.from((await stored?.read()) ?? []).equals(LARGE))

  // Or it comes between its last look and the removal.
  const late = Object.create(collections.entries)
  let looks = 0
  late.findOne = async () => {
    looks += 1
    if (looks === 2) await keepMail(mail, rules.first)
    return undefined
  }
  await dropMail('m1', { ...rules.first, collections: { ...collections, entries: late } })
  assert.equal(looks, 2)
  const kept = await openMail('m1', rules.first)
  assert.ok(Buffer.from((await kept?.read()) ?? []).equals(LARGE))
})

test('what the killed have left is swept after a day, and nothing else', async () => {
  await using world = await openWorld()
  const { collections, rules } = world
  await storeMail(mailTo(['alice'], { mailId: 'left' }), rules.first)
  await storeMail(mailTo(['alice'], { mailId: 'queued' }), rules.first)
  await collections.entries.insertOne(entryOf('queued.a', { mailId: 'queued' }))
  const bytes = Buffer.from('x')
  const at = new Date(world.clock.now())
  await collections.bodies.insertOne({ _id: 'half/0123/000000', bytes, at })
  const care = { ...rules.first, collections, events: rules.events as never }
  const parts = { ...care, events: { swept: () => {}, measured: () => {} } }
  await sweep(parts, new AbortController().signal)
  assert.equal(await collections.bodies.count({}), 3)
  world.clock.move(DAY_MS + 1)
  await storeMail(mailTo(['alice'], { mailId: 'young' }), rules.first)
  await sweep(parts, new AbortController().signal)
  const left = await Array.fromAsync(collections.queuedMails.find({}))
  assert.deepEqual(left.map(({ _id }) => _id).sort(), ['queued', 'young'])
  assert.equal(await collections.bodies.count({}), 2)
})

test('a mail for many destinations is stored once, however many are queued at once', async () => {
  await using world = await openWorld()
  let reads = 0
  const mail = {
    ...mailTo(['alice']),
    async *stream() {
      reads += 1
      yield LARGE
    },
  }
  await Promise.all(Array.from({ length: 50 }, () => storeMail(mail, world.rules.first)))
  assert.equal(reads, 1)
  assert.equal(await world.collections.bodies.count({}), 3)
})

test('a piece that cannot be read is one that is missing', async () => {
  await using world = await openWorld()
  await storeMail(mailTo(['alice']), world.rules.first)
  const [piece] = await Array.fromAsync(world.collections.bodies.find({}))
  assert.ok(piece)
  await world.collections.bodies.replaceOne({ _id: piece._id }, { ...piece, bytes: LARGE })
  const stored = await openMail('m1', world.rules.first)
  assert.ok(stored)
  await assert.rejects(stored.read(), { name: 'MailUnreadable' })
})
