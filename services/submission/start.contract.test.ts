/** Submission as it is started, against a real nats-server and a directory of our own. */

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
import { openTlsClient } from './testing.ts'

const options = {
  skip: process.env.HIKYAKU_CONTRACT === '1' ? false : 'needs nats-server: set HIKYAKU_CONTRACT=1',
  timeout: 60_000,
}
const SECRET = 'a secret of this test only'
const ALICE = { account: 'a1', tenant: 't1', login: 'alice@example.test', domain: 'example.test' }
const MAIL = 'MAIL FROM:<alice@example.test>\r\nRCPT TO:<someone@elsewhere.test>\r\nDATA\r\n'

const directoryService = grpcService('directory', 'Directory', {
  resolve: async ({ addresses }) => ({ resolutions: addresses.map(() => ({ kind: 'ELSEWHERE' })) }),
  authenticate: async () => ({ ...ALICE, quotas: [] }),
})
const admissionService = grpcService('directory', 'Admission', {
  admit: async ({ final, headerFrom }) =>
    final && headerFrom[0] !== ALICE.login
      ? { verdict: 'REJECT', code: 550, status: '5.7.1', text: 'Not yours' }
      : { verdict: 'HOLD', text: 'first mail', class: 'bulk', tenant: 't1', sizeMax: 1000 },
})

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
  const folder = mkdtempSync(join(tmpdir(), 'hk-submission-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const telemetry = recordTelemetry()
  const nats = stack.use(await startNats())
  const services = [directoryService, admissionService]
  const served = { secret: SECRET, telemetry }
  const directory = stack.use(await serveGrpc(parseAddress('127.0.0.1:0'), services, served))
  const config = readConfig(Config, {
    CLUSTER_SECRET: SECRET,
    NATS_SERVERS: nats.settings.NATS_SERVERS.map(formatAddress).join(),
    NATS_TOKEN: nats.settings.NATS_TOKEN,
    DIRECTORY_SERVERS: directory.address,
    SUBMISSION_LISTEN: '127.0.0.1:0',
    SUBMISSIONS_LISTEN: '127.0.0.1:0',
    PROXY_FROM: 'none',
    TLS_FOLDER: folder,
  })
  let port = 0
  const host = hostOf((name, address) => {
    if (name === 'submissions') port = Number(address.split(':').at(-1))
  })
  stack.use(await start(config, host))
  const link = stack.use(connectNats(nats.settings, telemetry))
  const spool = stack.use(openSpool(link, config, { telemetry }))
  return { nats, directory, spool, port, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('what is answered 250 is in the spool, with what admission said of it', options, async () => {
  await using world = await openWorld()
  using client = await openTlsClient(world.port)
  await client.begin('someone@elsewhere.test')
  await client.play('C: From: bob@example.test\nC:\nC: .\nS: 550 5.7.1 Not yours')
  client.send(`${MAIL}From: alice@example.test\r\n\r\n..\r\n.\r\n`)
  await client.play('S: 250\nS: 250\nS: 354')
  const told = await client.reply()
  assert.match(told, /^250 2\.0\.0 OK /)
  await client.play('C: MAIL FROM:<alice@example.test> SIZE=1001\nS: 552 5.3.4')

  const stop = new AbortController()
  const consumed: string[] = []
  await world.spool.consume(
    async ({ envelope, read }) => {
      assert.equal(envelope.hold, 'first mail')
      assert.equal(envelope.class, 'bulk')
      assert.equal(envelope.client.account, 'a1')
      consumed.push(envelope.mailId, Buffer.from(await read()).toString())
      stop.abort()
      return { kind: 'done' }
    },
    { concurrency: 1, signal: stop.signal },
  )
  assert.equal(`250 2.0.0 OK ${consumed[0]}`, told)
  assert.match(String(consumed[1]), /From: alice@example\.test\r\n\r\n\.\r\n$/)
})

test(
  'without the directory: recipients known are taken, all else is put off',
  options,
  async () => {
    await using world = await openWorld()
    using client = await openTlsClient(world.port)
    await client.begin('someone@elsewhere.test')
    await world.directory[Symbol.asyncDispose]()
    await client.play('C: From: alice@example.test\nC:\nC: .\nS: 451 4.3.0')
    await client.play('C: MAIL FROM:<alice@example.test>\nS: 451 4.3.0')
    using other = await openTlsClient(world.port)
    await other.play('S: 220\nC: EHLO x\nS: 250\nC: AUTH PLAIN AGEAYg==\nS: 454 4.7.0')
  },
)

test('without NATS messages are put off; when it is back they are taken', options, async () => {
  await using world = await openWorld()
  using client = await openTlsClient(world.port)
  await client.begin('someone@elsewhere.test')
  await world.nats.kill()
  await client.play('C: From: alice@example.test\nC:\nC: .\nS: 451 4.3.0')
  await world.nats.restart()
  for (let told = ''; !told.startsWith('250 2.0.0'); ) {
    client.send(`${MAIL}From: alice@example.test\r\n\r\n.\r\n`)
    await client.play('S: 250\nS: 250\nS: 354')
    told = await client.reply()
  }
})
