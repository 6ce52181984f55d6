/** The spool against a real nats-server. */

import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { AckPolicy, jetstreamManager } from '@nats-io/jetstream'
import type { Envelope } from '#lib/mail/envelope.ts'
import { systemClock } from './clock.ts'
import { connectNats, type Nats } from './nats.ts'
import { type Outcome, openSpool, type Spool, type SpooledMail } from './spool.ts'
import { recordTelemetry, startNats } from './testing.ts'

const SETTINGS = { SPOOL_REPLICAS: 1, SPOOL_BYTES_MAX: Number.POSITIVE_INFINITY }
const options = {
  skip: process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1',
  timeout: 60_000,
}

function envelopeOf(mailId: string): Envelope {
  return {
    mailId,
    class: 'personal',
    sender: null,
    recipients: [{ address: { local: 'a..b', domain: 'example.test', legacy: true } }],
    receivedAt: 1_700_000_000_000,
    sizeBytes: 1,
    body: '8bitmime',
    smtpUtf8: false,
    client: { address: '192.0.2.1', helo: 'there', tls: false },
  }
}

async function openWorld(settings = SETTINGS) {
  const stack = new AsyncDisposableStack()
  const server = stack.use(await startNats())
  const telemetry = recordTelemetry()
  const nats = stack.use(connectNats(server.settings, telemetry))
  const spool = stack.use(openSpool(nats, settings, { telemetry }))
  return { server, telemetry, nats, spool, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** Takes mails until `count` were handled, and returns them in the order in which they came. */
async function take<T>(
  spool: Spool,
  count: number,
  handler: (mail: SpooledMail) => Promise<[T, Outcome]>,
): Promise<T[]> {
  const taken: T[] = []
  const stop = new AbortController()
  await spool.consume(
    async (mail) => {
      const [value, outcome] = await handler(mail)
      taken.push(value)
      if (taken.length === count) stop.abort()
      return outcome
    },
    { concurrency: 4, signal: stop.signal },
  )
  return taken
}

const DONE: Outcome = { kind: 'done' }

async function streamInfo(nats: Nats, stream: string) {
  const manager = await jetstreamManager(await nats.connected(5000))
  return await manager.streams.info(stream, { subjects_filter: '>' })
}

test('a mail comes out as it went in, and once', options, async () => {
  await using world = await openWorld()
  const body = randomBytes(5000)
  await world.spool.publish(envelopeOf('mail-1'), body)
  await world.spool.publish(envelopeOf('mail-1'), body)
  await world.spool.publish(envelopeOf('mail-2'), stream(body, 700))
  const mails = await take(world.spool, 2, async (mail) => [
    { envelope: mail.envelope, bytes: await mail.read(), attempt: mail.attempt },
    DONE,
  ])
  assert.deepEqual(mails.map(({ envelope }) => envelope.mailId).sort(), ['mail-1', 'mail-2'])
  for (const { envelope, bytes, attempt } of mails) {
    assert.deepEqual(envelope, envelopeOf(envelope.mailId))
    assert.deepEqual(Buffer.from(bytes), body)
    assert.equal(attempt, 1)
  }
  await eventually(async () => (await streamInfo(world.nats, 'SPOOL-0')).state.messages === 0)
})

test('on a new server, nobody looks at the spool before it is made', options, async () => {
  await using world = await openWorld()
  const stop = new AbortController()
  const consuming = world.spool.consume(async () => DONE, { concurrency: 1, signal: stop.signal })
  await world.telemetry.seen('spool_messages')
  stop.abort()
  await consuming
  assert.ok(!world.telemetry.told.some(({ name }) => name === 'spool-sweep-postponed'))
})

test('a large mail travels in pieces, both ways', options, async () => {
  await using world = await openWorld()
  const size = 9_000_001
  const block = randomBytes(100_000)
  const whole = createHash('sha256')
  const source = (async function* () {
    for (let sent = 0; sent < size; sent += block.length) {
      const part = block.subarray(0, Math.min(block.length, size - sent))
      whole.update(part)
      yield part
    }
  })()
  await world.spool.publish(envelopeOf('large-1'), source)
  const [hash] = await take(world.spool, 1, async (mail) => {
    const read = createHash('sha256').update(await mail.read())
    const streamed = createHash('sha256')
    for await (const part of mail.stream()) streamed.update(part)
    const digest = streamed.digest('hex')
    assert.equal(read.digest('hex'), digest)
    return [digest, DONE]
  })
  assert.equal(hash, whole.digest('hex'))
})

test('a large mail that failed half-way is whole when it is published again', options, async () => {
  await using world = await openWorld()
  await world.spool.publish(envelopeOf('first'), Buffer.from('x'))
  const body = randomBytes(900_000)
  const broken = (async function* () {
    yield body.subarray(0, 800_000)
    throw new Error('The disk is gone')
  })()
  await assert.rejects(world.spool.publish(envelopeOf('large-2'), broken), /disk is gone/)
  const { state } = await streamInfo(world.nats, 'SPOOL-0')
  assert.equal(state.messages, 1)
  await world.spool.publish(envelopeOf('large-2'), stream(body, 100_000))
  const bodies = await take(world.spool, 2, async (mail) => [await mail.read(), DONE])
  assert.deepEqual(
    bodies.find((read) => read.length > 1),
    body,
  )
})

test('what is to be retried comes again, and says so', options, async () => {
  await using world = await openWorld()
  await world.spool.publish(envelopeOf('again'), Buffer.from('x'))
  const attempts = await take(world.spool, 3, async ({ attempt }) => [
    attempt,
    attempt < 3 ? { kind: 'retry', afterMs: 1 } : DONE,
  ])
  assert.deepEqual(attempts, [1, 2, 3])
})

test('poison goes to the dead letters, whole, and out of the way', options, async () => {
  await using world = await openWorld()
  await world.spool.publish(envelopeOf('bad-small'), Buffer.from('x'))
  await world.spool.publish(envelopeOf('bad-large'), stream(randomBytes(900_000), 100_000))
  const connection = await world.nats.connected(5000)
  connection.publish('spool.0', 'no mail at all')
  await take(world.spool, 2, async ({ envelope }) => [
    envelope.mailId,
    { kind: 'poison', reason: 'für nichts gut' },
  ])
  const subjects = [
    'dead.bytes.bad-large.0',
    'dead.bytes.bad-large.1',
    'dead.bytes.bad-large.2',
    'dead.bytes.bad-large.3',
    'dead.mail.bad-large',
    'dead.mail.bad-small',
    'dead.mail.unknown-7',
  ]
  const stop = new AbortController()
  const consuming = world.spool.consume(async () => assert.fail('came again'), {
    concurrency: 1,
    signal: stop.signal,
  })
  await eventually(async () => {
    const { state } = await streamInfo(world.nats, 'DEAD')
    return Object.keys(state.subjects ?? {}).length === subjects.length
  })
  stop.abort()
  await consuming
  const { state } = await streamInfo(world.nats, 'DEAD')
  assert.deepEqual(Object.keys(state.subjects ?? {}).sort(), subjects)
  const manager = await jetstreamManager(connection)
  await eventually(async () => {
    const { state } = await streamInfo(world.nats, 'SPOOL-0')
    return Object.keys(state.subjects ?? {}).every((subject) => subject.includes('.bytes.'))
  })
  const letter = await manager.streams.getMessage('DEAD', { last_by_subj: 'dead.mail.bad-small' })
  assert.equal(letter?.header.get('Hikyaku-Reason'), 'f?r nichts gut')
})

test('a full spool is busy, and takes mail again when there is room', options, async () => {
  await using world = await openWorld({ SPOOL_REPLICAS: 1, SPOOL_BYTES_MAX: 1_000_000 })
  const body = randomBytes(300_000)
  const full = (async () => {
    for (let index = 0; ; index++) await world.spool.publish(envelopeOf(`fill-${index}`), body)
  })()
  await assert.rejects(full, { name: 'Fault', code: 'busy' })
  const { bytes, bytesMax } = await world.spool.usage()
  assert.ok(bytesMax === 1_000_000 && bytes > 0.6 * bytesMax)
  await take(world.spool, 3, async ({ envelope }) => [envelope.mailId, DONE])
  await eventually(async () => (await streamInfo(world.nats, 'SPOOL-0')).state.messages === 0)
  await world.spool.publish(envelopeOf('fits'), body)
})

test(
  'a consumer of another version, or one that an operator removed, is made anew',
  options,
  async () => {
    await using world = await openWorld()
    await world.spool.publish(envelopeOf('first'), Buffer.from('x'))
    const manager = await jetstreamManager(await world.nats.connected(5000))
    const consumer = { durable_name: 'delivery', ack_policy: AckPolicy.Explicit }
    await manager.consumers.add('SPOOL-0', { ...consumer, max_ack_pending: 5 })
    const stop = new AbortController()
    const came: string[] = []
    const consuming = world.spool.consume(
      async ({ envelope }) => {
        came.push(envelope.mailId)
        return DONE
      },
      { concurrency: 1, signal: stop.signal },
    )
    await eventually(async () => came.length === 1)
    await manager.consumers.delete('SPOOL-0', 'delivery')
    await world.spool.publish(envelopeOf('second'), Buffer.from('x'))
    await eventually(async () => came.length === 2)
    await manager.streams.delete('SPOOL-0')
    await eventually(() => world.spool.publish(envelopeOf('third'), Buffer.from('x')).then(yes, no))
    await eventually(async () => came.length === 3)
    stop.abort()
    await consuming
    assert.deepEqual(came, ['first', 'second', 'third'])
  },
)

test('a process whose handlers hang leaves the rest to others', options, async () => {
  await using world = await openWorld()
  const hurried = { ...systemClock, sleep: (ms: number) => systemClock.sleep(ms / 50) }
  const { nats, telemetry } = world
  await using stuck = openSpool(nats, SETTINGS, { telemetry, clock: hurried })
  const open = Promise.withResolvers<Outcome>()
  const hung: string[] = []
  const stop = new AbortController()
  const consuming = stuck.consume(
    ({ envelope }) => {
      hung.push(envelope.mailId)
      return open.promise
    },
    { concurrency: 1, signal: stop.signal },
  )
  for (let index = 0; index < 10; index++) {
    await world.spool.publish(envelopeOf(`mail-${index}`), Buffer.from('x'))
  }
  await eventually(async () => hung.length === 1)
  const started = performance.now()
  const others = await take(world.spool, 8, async ({ envelope }) => [envelope.mailId, DONE])
  assert.ok(performance.now() - started < 15_000, 'they came only after the acknowledgement wait')
  open.resolve(DONE)
  await eventually(async () => hung.length === 2)
  stop.abort()
  await consuming
  assert.equal(new Set([...others, ...hung]).size, 10)
})

test('who ends hands back at once what it has fetched and not begun', options, async () => {
  await using world = await openWorld()
  await using ending = openSpool(world.nats, SETTINGS, { telemetry: world.telemetry })
  const open = Promise.withResolvers<Outcome>()
  const begun: string[] = []
  const stop = new AbortController()
  const consuming = ending.consume(
    ({ envelope }) => {
      begun.push(envelope.mailId)
      return open.promise
    },
    { concurrency: 2, signal: stop.signal },
  )
  const publish = async (from: number, to: number) => {
    for (let index = from; index < to; index++) {
      await world.spool.publish(envelopeOf(`mail-${index}`), Buffer.from('x'))
    }
  }
  await publish(0, 20)
  await eventually(async () => begun.length === 2)
  const started = performance.now()
  stop.abort()
  // These may still be sent to who does not want them any more.
  const more = publish(20, 30)
  const others = await take(world.spool, 28, async ({ envelope }) => [envelope.mailId, DONE])
  assert.ok(performance.now() - started < 6000, 'they came only after the acknowledgement wait')
  await more
  open.resolve(DONE)
  await consuming
  assert.equal(new Set([...others, ...begun]).size, 30)
  assert.equal(begun.length, 2)
})

test('nats-server killed at any time loses nothing that was acknowledged', options, async () => {
  await using world = await openWorld()
  const acknowledged = new Set<string>()
  const got = new Map<string, number>()
  const stop = new AbortController()
  const consuming = world.spool.consume(
    async ({ envelope }) => {
      got.set(envelope.mailId, (got.get(envelope.mailId) ?? 0) + 1)
      if ([...acknowledged].every((id) => got.has(id)) && acknowledged.size === 400) stop.abort()
      return DONE
    },
    { concurrency: 8, signal: stop.signal },
  )
  let next = 0
  const sender = async () => {
    for (let index = next++; index < 400; index = next++) {
      await world.spool.publish(envelopeOf(`mail-${index}`), Buffer.alloc(2000))
      acknowledged.add(`mail-${index}`)
      if (index === 100 || index === 250) await world.server.restart()
    }
  }
  await Promise.all(Array.from({ length: 8 }, sender))
  if ([...acknowledged].every((id) => got.has(id))) stop.abort()
  await consuming
  assert.equal(acknowledged.size, 400)
  for (const id of acknowledged) assert.ok(got.has(id), `${id} is lost`)
})

test('without nats-server, a mail is refused as unavailable', options, async () => {
  await using world = await openWorld()
  await world.spool.publish(envelopeOf('first'), Buffer.from('x'))
  await world.server.kill()
  const refused = world.spool.publish(envelopeOf('second'), Buffer.from('x'))
  await assert.rejects(refused, { name: 'Fault', code: 'unavailable' })
  await assert.rejects(world.nats.ready(), /no connection/)
})

test('who publishes while the connection closes is not disturbed', options, async () => {
  await using world = await openWorld()
  await world.nats.connected(5000)
  const closing = world.nats[Symbol.asyncDispose]()
  for (let turn = 0; turn < 20; turn++) {
    world.nats.publish('mailbox.changed.m1', '{}')
    await new Promise(setImmediate)
  }
  await closing
})

test('a subscription survives the server', options, async () => {
  await using world = await openWorld()
  let heard = Promise.withResolvers<string>()
  using _ = world.nats.subscribe('mailbox.changed.*', (data, subject) => {
    heard.resolve(`${subject} ${Buffer.from(data)}`)
  })
  const tell = () => {
    heard = Promise.withResolvers<string>()
    world.nats.publish('mailbox.changed.m1', '{}')
    return heard.promise
  }
  await world.nats.connected(5000)
  assert.equal(await tell(), 'mailbox.changed.m1 {}')
  await world.server.restart()
  await eventually(() => world.nats.ready().then(yes, no))
  assert.equal(await tell(), 'mailbox.changed.m1 {}')
})

async function* stream(bytes: Uint8Array, partBytes: number) {
  for (let start = 0; start < bytes.length; start += partBytes) {
    yield bytes.subarray(start, start + partBytes)
  }
}

const yes = () => true
const no = () => false

/** Asks until it is so: what the server does by itself sends us no event. */
async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
