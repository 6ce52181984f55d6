/** The delivery as it is started, against a real nats-server, a directory and a store of our own. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress as parseMailAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { readConfig } from '#lib/node/config.ts'
import { grpcService, serveGrpc } from '#lib/node/grpc.ts'
import { connectNats } from '#lib/node/nats.ts'
import type { Host } from '#lib/node/service.ts'
import { formatAddress, parseAddress } from '#lib/node/setting.ts'
import { openSpool } from '#lib/node/spool.ts'
import { recordTelemetry, startNats } from '#lib/node/testing.ts'
import { startDnsServer } from '../../test/clients/dns-server.ts'
import { startPeer } from '../../test/clients/peer-mx.ts'
import { Config } from './config.ts'
import { start } from './start.ts'

const options = {
  skip: process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1',
  timeout: 60_000,
}
const SECRET = 'a secret of this test only'

function envelopeOf(mailId: string, local: string, sizeBytes: number): Envelope {
  return {
    ...{ mailId, class: 'personal', sender: null, receivedAt: systemClock.now(), sizeBytes },
    recipients: [{ address: parseMailAddress(`${local}@example.test`) }],
    ...{ body: '7bit', smtpUtf8: false, client: { address: '::1', helo: 'x', tls: false } },
  }
}

/** Accounts have the name of their address; `stored` tells what their INBOXes got. */
async function openWorld(settings: Readonly<Record<string, string>> = {}) {
  const stack = new AsyncDisposableStack()
  const telemetry = recordTelemetry()
  const folder = mkdtempSync(join(tmpdir(), 'hk-delivery-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const nats = stack.use(await startNats())
  const world = { failures: 0, count: 0, arrived: () => {} }
  const stored = new Map<string, Buffer>()
  const keep = (mailId: string, account: string, bytes: Buffer) => {
    if (world.failures > 0) {
      world.failures -= 1
      throw new Fault('unavailable', 'The store is away')
    }
    if (account === 'full') throw new Fault('over-quota', 'The mailbox is full')
    stored.set(`${mailId} ${account}`, bytes)
    world.arrived()
    return { mailbox: 'm', uidValidity: 1, uid: stored.size, modSeq: 1, repeated: false }
  }
  const services = [
    grpcService('directory', 'Directory', {
      resolve: async ({ addresses }) => ({
        resolutions: addresses.map((address) => {
          const account = address.replace('@example.test', '')
          if (account.includes('@')) return { kind: 'ELSEWHERE' }
          if (account === 'gone') return { kind: 'UNKNOWN' }
          return {
            kind: 'ACCOUNTS',
            targets: [{ account, tenant: 't1', domain: 'example.test', quotas: [] }],
          }
        }),
      }),
    }),
    grpcService('mailbox-store', 'MailboxStore', {
      append: async ({ mailId, account, content }) => keep(mailId, account, content),
      appendStream: async (pieces) => {
        const all = await Array.fromAsync(pieces)
        const head = all[0]?.head ?? assert.fail('no head')
        const bytes = Buffer.concat(all.slice(1).map(({ content }) => content ?? Buffer.alloc(0)))
        return keep(head.mailId, head.account, bytes)
      },
    }),
  ]
  const served = { secret: SECRET, telemetry }
  const { address } = stack.use(await serveGrpc(parseAddress('127.0.0.1:0'), services, served))
  const config = readConfig(Config, {
    CLUSTER_SECRET: SECRET,
    NATS_SERVERS: nats.settings.NATS_SERVERS.map(formatAddress).join(),
    NATS_TOKEN: nats.settings.NATS_TOKEN,
    DIRECTORY_SERVERS: address,
    MAILBOX_STORE_SERVERS: address,
    DELIVERY_DATABASE: `sqlite:${join(folder, 'delivery.db')}`,
    DELIVERY_LISTEN: '127.0.0.1:0',
    ...settings,
  })
  const link = stack.use(connectNats(nats.settings, telemetry))
  const spool = stack.use(openSpool(link, config, { telemetry }))
  const host: Host = {
    ...{ telemetry, clock: systemClock, random: systemRandom, announce: () => {} },
    declare: () => telemetry,
    addReadyCheck: () => {},
    draining: new AbortController().signal,
    signal: new AbortController().signal,
    crash: (error) => assert.fail(String(error)),
  }
  /** Starts the delivery, and resolves when so many mails are stored. */
  const deliver = async (count: number, others: Promise<unknown> = Promise.resolve()) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    world.arrived = () => {
      if (stored.size >= count) resolve()
    }
    world.arrived()
    await using _ = await start(config, host)
    await Promise.all([promise, others])
  }
  const connection = await link.connected(5000)
  const own = { spool, connection, world, stored, deliver }
  return { ...own, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('small and large mails arrive, with a Return-Path before them', options, async () => {
  await using world = await openWorld()
  const large = Buffer.alloc(2_000_000, 'large\r\n')
  await world.spool.publish(envelopeOf('small', 'alice', 3), Buffer.from('x\r\n'))
  await world.spool.publish(envelopeOf('large', 'bob', large.length), large)
  await world.deliver(2)
  assert.equal(String(world.stored.get('small alice')), 'Return-Path: <>\r\nx\r\n')
  const expected = Buffer.concat([Buffer.from('Return-Path: <>\r\n'), large])
  assert.ok(world.stored.get('large bob')?.equals(expected))
})

test('when the store was away, all that waits arrives', options, async () => {
  await using world = await openWorld()
  world.world.failures = 30
  const ids = Array.from({ length: 40 }, (_, i) => `mail${i}`)
  for (const id of ids) {
    await world.spool.publish(envelopeOf(id, `account${id}`, 1), Buffer.from('x'))
  }
  await world.deliver(40)
  assert.equal(world.stored.size, 40)
})

test(
  'what cannot be delivered is told to its sender, and is in nobody else’s way',
  options,
  async () => {
    await using world = await openWorld()
    const js = jetstream(world.connection)
    const sender = parseMailAddress('sender@example.test')
    await world.spool.publish({ ...envelopeOf('gone', 'gone', 1), sender }, Buffer.from('x'))
    await js.publish('spool.0', 'this is no mail')
    await world.spool.publish(envelopeOf('full', 'full', 1), Buffer.from('x'))
    await world.spool.publish(envelopeOf('fine', 'alice', 1), Buffer.from('x'))
    await world.deliver(2)
    const [notice, ...others] = [...world.stored].filter(([key]) => key.endsWith(' sender'))
    assert.equal(others.length, 0)
    assert.match(String(notice?.[1]), /^Final-Recipient: rfc822;gone@example\.test\r$/m)
    assert.ok(world.stored.has('fine alice'))

    const manager = await jetstreamManager(world.connection)
    const { state } = await manager.streams.info('DEAD', { subjects_filter: 'dead.mail.*' })
    assert.equal(state.messages, 1, 'only what cannot be read is a dead letter')
    assert.equal((await manager.streams.info('SPOOL-0')).state.messages, 0)
  },
)

test('mail for elsewhere leaves at once, or by the queue, or comes back', options, async () => {
  let first = true
  const onRcpt = (line: string) => {
    if (line.includes('<never@')) return '550 5.1.1 Nobody of that name'
    if (!line.includes('<later@') || !first) return undefined
    first = false
    return '451 4.7.1 Come again'
  }
  await using peer = await startPeer({ on: { rcpt: onRcpt } })
  await using dns = await startDnsServer({
    'elsewhere.test': { mx: [[10, 'mx.elsewhere.test']] },
    'mx.elsewhere.test': { a: ['127.0.0.1'] },
  })
  await using world = await openWorld({
    NAME_SERVERS: dns.address,
    DELIVERY_SMTP_PORT: String(peer.port),
    DELIVERY_ALLOW_PRIVATE: 'yes',
    DELIVERY_RETRY_DELAYS: '200ms',
    DELIVERY_QUEUE_POLL: '100ms',
    DELIVERY_OWN_HOSTS: 'none',
    DELIVERY_POOLS: 'default=127.0.0.1',
  })
  const large = Buffer.alloc(2_100_000, 'large\r\n')
  const mail = (mailId: string, locals: readonly string[], sizeBytes: number): Envelope => ({
    ...envelopeOf(mailId, 'x', sizeBytes),
    sender: parseMailAddress('alice@example.test'),
    recipients: locals.map((local) => ({ address: parseMailAddress(`${local}@elsewhere.test`) })),
    client: { address: '::1', helo: 'x', tls: true, account: 'alice', tenant: 't1' },
  })
  await world.spool.publish(mail('at-once', ['fine'], 3), Buffer.from('x\r\n'))
  await world.spool.publish(mail('later', ['later', 'never'], large.length), large)
  await world.deliver(1, peer.accepted(2))
  const [notice] = [...world.stored].filter(([key]) => key.endsWith(' alice'))
  assert.match(String(notice?.[1]), /^Final-Recipient: rfc822;never@elsewhere\.test\r$/m)
  const taken = peer.mails.map(({ rcpt, bytes }) => `${rcpt.join()} ${bytes.length}`).sort()
  assert.equal(taken.length, 2)
  assert.match(taken[0] ?? '', /^<fine@elsewhere\.test>.* 3$/)
  assert.match(taken[1] ?? '', new RegExp(`^<later@elsewhere\\.test>.* ${large.length}$`))
})
