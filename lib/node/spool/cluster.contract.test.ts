/** The spool on three nats-servers, of which one dies or freezes while mails go in and out. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jetstreamManager } from '@nats-io/jetstream'
import type { Envelope } from '#lib/mail/envelope.ts'
import { connectNats, type Nats } from '../nats.ts'
import { openSpool } from '../spool.ts'
import { recordTelemetry } from '../testing.ts'
import { startNatsCluster } from './testing.ts'

const options = {
  skip: process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1',
  timeout: 120_000,
}
const SETTINGS = { SPOOL_REPLICAS: 3, SPOOL_BYTES_MAX: Number.POSITIVE_INFINITY }
const BODY = Buffer.alloc(2000, 'x')
const SENDERS = 4
/** An election takes nine seconds at most, on a quiet machine. */
const GAP_MS_MAX = 15_000

function envelopeOf(mailId: string): Envelope {
  return {
    mailId,
    class: 'personal',
    sender: null,
    recipients: [{ address: { local: 'a', domain: 'example.test', legacy: false } }],
    receivedAt: 1_700_000_000_000,
    sizeBytes: BODY.length,
    body: '8bitmime',
    smtpUtf8: false,
    client: { address: '192.0.2.1', helo: 'there', tls: false },
  }
}

/** Mails go in all the time, each by one publish, and come out. */
async function openTraffic() {
  const stack = new AsyncDisposableStack()
  const cluster = stack.use(await startNatsCluster())
  const telemetry = recordTelemetry()
  const nats = stack.use(connectNats(cluster.settings, telemetry))
  const spool = stack.use(openSpool(nats, SETTINGS, { telemetry }))
  const others = stack.use(connectNats(cluster.settings, telemetry))
  const taker = stack.use(openSpool(others, SETTINGS, { telemetry }))
  const taken = new Set<string>()
  let takenAt = performance.now()
  let gapMs = 0
  const stop = new AbortController()
  const consuming = taker.consume(
    async ({ envelope }) => {
      gapMs = Math.max(gapMs, performance.now() - takenAt)
      takenAt = performance.now()
      taken.add(envelope.mailId)
      return { kind: 'done' }
    },
    { concurrency: 16, signal: stop.signal },
  )
  const sent: string[] = []
  let over = false
  const send = async () => {
    while (!over) {
      const mailId = `m${sent.length}`
      sent.push(mailId)
      await spool.publish(envelopeOf(mailId), BODY)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await spool.publish(envelopeOf('first'), BODY)
  takenAt = performance.now()
  const sending = Promise.all(Array.from({ length: SENDERS }, send))
  sending.catch(() => undefined)
  return {
    cluster,
    nats,
    /** Resolves when so many more have come out. */
    async more(count: number) {
      const goal = taken.size + count
      while (taken.size < goal) {
        const turn = new Promise((resolve) => setTimeout(resolve, 5))
        await Promise.race([turn, sending.then(() => assert.fail('the senders ended'))])
      }
    },
    /** Resolves when all have come out, to the longest time without any. */
    async end() {
      over = true
      await sending
      while (taken.size < sent.length + 1) await new Promise((resolve) => setTimeout(resolve, 5))
      stop.abort()
      await consuming
      return gapMs
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function leaderOf(nats: Nats, what: 'stream' | 'consumer'): Promise<string> {
  const manager = await jetstreamManager(await nats.connected(15_000), { checkAPI: false })
  const info =
    what === 'stream'
      ? await manager.streams.info('SPOOL-0')
      : await manager.consumers.info('SPOOL-0', 'delivery')
  return info.cluster?.leader ?? assert.fail('no leader')
}

test(
  "the stream's leader is killed and comes back: nothing fails or is lost",
  options,
  async () => {
    await using traffic = await openTraffic()
    await traffic.more(100)
    const leader = await leaderOf(traffic.nats, 'stream')
    await traffic.cluster.kill(leader)
    await traffic.more(300)
    await traffic.cluster.restart(leader)
    await traffic.more(300)
    assert((await traffic.end()) < GAP_MS_MAX)
  },
)

test("the consumer's leader freezes and wakes: nothing fails or is lost", options, async () => {
  await using traffic = await openTraffic()
  await traffic.more(100)
  const leader = await leaderOf(traffic.nats, 'consumer')
  traffic.cluster.signal(leader, 'SIGSTOP')
  await traffic.more(300)
  traffic.cluster.signal(leader, 'SIGCONT')
  await traffic.more(300)
  assert((await traffic.end()) < GAP_MS_MAX)
})

test('a client whose server freezes with all buffers full goes to another', options, async () => {
  await using cluster = await startNatsCluster()
  const telemetry = recordTelemetry()
  await using nats = connectNats(cluster.settings, telemetry)
  await using spool = openSpool(nats, SETTINGS, { telemetry })
  await spool.publish(envelopeOf('first'), BODY)
  const name = (await nats.connected()).info?.server_name ?? assert.fail('no name')
  cluster.signal(name, 'SIGSTOP')
  const large = Buffer.alloc(500_000, 'x')
  const all = Array.from({ length: 24 }, (_, n) => spool.publish(envelopeOf(`m${n}`), large))
  await Promise.all(all)
  assert.notEqual((await nats.connected()).info?.server_name, name)
})
