/** The edge as it is started, against a real nats-server and a directory of our own. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { readConfig } from '#lib/node/config.ts'
import { grpcService, serveGrpc } from '#lib/node/grpc.ts'
import { connectNats } from '#lib/node/nats.ts'
import type { Host } from '#lib/node/service.ts'
import { formatAddress, parseAddress } from '#lib/node/setting.ts'
import { openSpool } from '#lib/node/spool.ts'
import { recordTelemetry, startNats } from '#lib/node/testing.ts'
import { Config } from './config.ts'
import { start } from './start.ts'
import { openClient } from './testing.ts'

const options = {
  skip: process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1',
  timeout: 60_000,
}
const SECRET = 'a secret of this test only'

function hostOf(announce: Host['announce']): Host {
  const telemetry = recordTelemetry()
  return {
    ...{ telemetry, clock: systemClock, random: systemRandom, announce },
    declare: () => telemetry,
    addReadyCheck: () => {},
    draining: new AbortController().signal,
    signal: new AbortController().signal,
    crash: (error) => assert.fail(String(error)),
  }
}

async function openWorld() {
  const stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'hk-edge-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const telemetry = recordTelemetry()
  const nats = stack.use(await startNats())
  const service = grpcService('directory', 'Directory', {
    resolve: async ({ addresses }) => ({
      resolutions: addresses.map((address) =>
        address === 'alice@example.test'
          ? {
              kind: 'ACCOUNTS',
              targets: [{ account: 'a1', tenant: 't1', domain: 'example.test', quotas: [] }],
            }
          : { kind: 'UNKNOWN' },
      ),
    }),
  })
  const served = { secret: SECRET, telemetry }
  const directory = stack.use(await serveGrpc(parseAddress('127.0.0.1:0'), [service], served))
  const config = readConfig(Config, {
    CLUSTER_SECRET: SECRET,
    NATS_SERVERS: nats.settings.NATS_SERVERS.map(formatAddress).join(),
    NATS_TOKEN: nats.settings.NATS_TOKEN,
    DIRECTORY_SERVERS: directory.address,
    EDGE_LISTEN: '127.0.0.1:0',
    PROXY_FROM: 'none',
    TLS_FOLDER: folder,
  })
  let port = 0
  const host = hostOf((_, address) => {
    port = Number(address.split(':').at(-1))
  })
  stack.use(await start(config, host))
  const link = stack.use(connectNats(nats.settings, telemetry))
  const spool = stack.use(openSpool(link, config, { telemetry }))
  return { nats, directory, spool, port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('what is answered 250 is in the spool, as it was sent', options, async () => {
  await using world = await openWorld()
  using client = await openClient(world.port)
  await client.begin('alice@example.test')
  client.send('Subject: x\r\n\r\n..\r\n.\r\n')
  const reply = await client.reply()
  assert.match(reply, /^250 2\.0\.0 OK /)

  const stop = new AbortController()
  const consumed: string[] = []
  await world.spool.consume(
    async (mail) => {
      consumed.push(mail.envelope.mailId, Buffer.from(await mail.read()).toString())
      stop.abort()
      return { kind: 'done' }
    },
    { concurrency: 1, signal: stop.signal },
  )
  assert.equal(`250 2.0.0 OK ${consumed[0]}`, reply)
  assert.match(String(consumed[1]), /\+0000\r\nSubject: x\r\n\r\n\.\r\n$/)
})

test('without the directory known recipients are taken, others put off', options, async () => {
  await using world = await openWorld()
  using first = await openClient(world.port)
  await first.begin('alice@example.test')
  await world.directory[Symbol.asyncDispose]()
  using client = await openClient(world.port)
  await client.play(`
    S: 220
    C: EHLO x
    S: 250
    C: MAIL FROM:<a@b.test>
    S: 250
    C: RCPT TO:<bob@example.test>
    S: 451 4.3.0
    C: RCPT TO:<alice@example.test>
    S: 250 2.1.5
  `)
})

test('without NATS messages are put off; when it is back they are taken', options, async () => {
  await using world = await openWorld()
  using client = await openClient(world.port)
  await client.begin('alice@example.test')
  await world.nats.kill()
  await client.play('C: .\nS: 451 4.3.0')
  await world.nats.restart()
  for (let told = ''; !told.startsWith('250 2.0.0'); ) {
    // A spool that just took so long is not asked for more at once.
    client.send('MAIL FROM:<a@b.test>\r\n')
    if ((await client.reply()).startsWith('451')) continue
    client.send('RCPT TO:<alice@example.test>\r\nDATA\r\n')
    await client.play('S: 250\nS: 354')
    client.send('.\r\n')
    told = await client.reply()
  }
})
