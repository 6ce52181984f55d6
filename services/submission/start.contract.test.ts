/** Submission as it is started, against a real nats-server and a directory of our own. */

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
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

const NO_RATES = {
  ...{ messagesPerHour: 0, messagesPerDay: 0, recipientsPerHour: 0, recipientsPerDay: 0 },
}

/** Alice's password is `secret`, until somebody sets another; elsewhere.test is elsewhere. */
function openServices() {
  const world = { password: 'secret', wait: Promise.resolve() }
  const directory = grpcService('directory', 'Directory', {
    resolve: async ({ addresses }) => ({
      resolutions: addresses.map(() => ({ kind: 'ELSEWHERE' })),
    }),
    authenticate: async ({ login, password }) => {
      await world.wait
      if (password !== world.password) throw new Fault('unauthenticated', 'No')
      return { ...ALICE, account: login === ALICE.login ? 'a1' : 'a2', login, quotas: [] }
    },
    startScram: async () => ({ salt: Buffer.from('salt'), iterations: 4096 }),
  })
  const admission = grpcService('directory', 'Admission', {
    admit: async ({ final, headerFrom, sender }) =>
      [...(final ? headerFrom : []), sender].some((address) => address !== ALICE.login)
        ? { verdict: 'REJECT', code: 550, status: '5.7.1', text: 'Not yours' }
        : {
            ...{ verdict: 'HOLD', text: 'first mail', class: 'bulk', tenant: 't1', sizeMax: 1000 },
            ...{ recipientsMax: 10, rates: NO_RATES, tenantRates: NO_RATES },
          },
  })
  return { world, services: [directory, admission] }
}

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
  const { world, services } = openServices()
  const serve = (address: string) =>
    serveGrpc(parseAddress(address), services, { secret: SECRET, telemetry })
  let directory = await serve('127.0.0.1:0')
  stack.defer(() => directory[Symbol.asyncDispose]())
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
  const changed = async () => {
    const announced = link.subscribe('directory.changed', () => heard.resolve())
    const heard = Promise.withResolvers<void>()
    link.publish('directory.changed', JSON.stringify({ accounts: ['a1'] }))
    await heard.promise
    announced[Symbol.dispose]()
  }
  return {
    ...{ nats, spool, port, world, changed },
    stopDirectory: () => directory[Symbol.asyncDispose](),
    async startDirectory() {
      directory = await serve(directory.address)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
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

const plainOf = (login: string, password: string) =>
  `AUTH PLAIN ${Buffer.from(`\0${login}\0${password}`).toString('base64')}`
const RIGHT = plainOf(ALICE.login, 'secret')

/** Says EHLO on a new session, then goes on. */
async function play(port: number, dialogue: string): Promise<void> {
  using client = await openTlsClient(port)
  await client.play(`S: 220\nC: EHLO x\nS: 250\n${dialogue}`)
}

test(
  'without the directory known users write as themselves to where users wrote; all else is put off',
  options,
  async () => {
    await using world = await openWorld()
    const { port } = world
    using early = await openTlsClient(port)
    await early.begin('someone@elsewhere.test')
    await early.play('C: From: alice@example.test\nC:\nC: .\nS: 250 2.0.0')
    await world.stopDirectory()
    const first = Buffer.from('n,,n=bob@example.test,r=abc').toString('base64')
    const begun = `C: ${RIGHT}\nS: 235\nC: MAIL FROM:<alice@example.test>\nS: 250\n`
    // All at once: what cannot be answered from memory takes its time.
    await Promise.all(
      [
        `${begun}C: RCPT TO:<another@elsewhere.test>
        S: 250
        C: DATA
        S: 354
        C: From: alice@example.test
        C:
        C: .
        S: 250 2.0.0`,
        `${begun}C: RCPT TO:<another@unheard.test>\nS: 451 4.3.0`,
        `C: ${RIGHT}\nS: 235\nC: MAIL FROM:<bob@example.test>\nS: 451 4.3.0`,
        `C: ${plainOf(ALICE.login, 'wrong')}\nS: 454 4.7.0`,
        `C: ${plainOf('bob@example.test', 'secret')}\nS: 454 4.7.0`,
        // Nobody learns from this who is known.
        `C: AUTH SCRAM-SHA-256 ${first}\nS: 334`,
      ].map((dialogue) => play(port, dialogue)),
    )
    const holds: unknown[] = []
    const stop = new AbortController()
    const keep = async ({ envelope }: { readonly envelope: Envelope }) => {
      holds.push([envelope.hold, envelope.class, envelope.client.tenant])
      if (holds.length === 2) stop.abort()
      return { kind: 'done' } as const
    }
    await world.spool.consume(keep, { concurrency: 1, signal: stop.signal })
    assert.deepEqual(holds[1], ['first mail', 'bulk', 't1'], 'as the directory said before')

    await world.startDirectory()
    for (let told = ''; !told.startsWith('235'); ) {
      using client = await openTlsClient(port)
      await client.play('S: 220\nC: EHLO x\nS: 250')
      client.send(`${plainOf('bob@example.test', 'secret')}\r\n`)
      told = await client.reply()
    }
    await play(port, `C: ${RIGHT}\nS: 235\nC: MAIL FROM:<bob@example.test>\nS: 550 5.7.1`)
  },
)

test(
  'a directory that is slow is not away; what it announced before it was counts',
  options,
  async () => {
    await using world = await openWorld()
    const { port } = world
    await play(port, `C: ${RIGHT}\nS: 235\nC: MAIL FROM:<alice@example.test>\nS: 250`)
    world.world.password = 'another'
    world.world.wait = new Promise((resolve) => setTimeout(resolve, 1000))
    await play(port, `C: ${RIGHT}\nS: 535 5.7.8`)
    const now = plainOf(ALICE.login, 'another')
    await play(port, `C: ${now}\nS: 235`)
    await world.changed()
    await world.stopDirectory()
    await play(port, `C: ${now}\nS: 454 4.7.0`)
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
