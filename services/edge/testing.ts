/** What the edge's tests share: a real listener with rules that they make themselves, and a client. */

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Overload } from '#lib/base/pressure.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import type { Resolution } from '#lib/mail/resolution.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { DialogueClient } from '#lib/node/incoming/testing.ts'
import { parseAddress, parseCidrs } from '#lib/node/setting.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { edgeEvents } from './events.ts'
import { listenSmtp } from './io/listener.ts'
import type { SessionLimits } from './io/server.ts'
import { Rates } from './rates.ts'
import type { RecipientRules } from './recipient.ts'

const HOME: Resolution = {
  kind: 'accounts',
  targets: [{ account: 'a1', tenant: 't1', domain: 'example.test', quotas: [] }],
  forwards: [],
}
/** By local part; everything else at example.test is unknown. */
const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  alice: HOME,
  bob: HOME,
  'a..b': HOME,
  '.a': HOME,
  'a.': HOME,
  'a b': HOME,
  suspended: { kind: 'disabled' },
}

export interface Published {
  readonly envelope: Envelope
  readonly body: Buffer
}

export interface EdgeOptions {
  readonly limits?: Partial<SessionLimits>
  readonly recipient?: Partial<RecipientRules>
  readonly publish?: (mail: Published) => Promise<void>
  readonly messagesPerMinute?: number
  readonly over?: () => Overload | undefined
  readonly connectionsMax?: number
  readonly secureContext?: () => SecureContext
  readonly proxyFrom?: string
  readonly graceMs?: number
}

const LIMITS: SessionLimits = {
  sizeBytesMax: 1_000_000,
  lineBytesMax: 10_000,
  commandBytesMax: 2000,
  errorsMax: 10,
  commandTimeoutMs: 60_000,
  dataTimeoutMs: 60_000,
  temporaryFolder: undefined,
}

/** An edge on a free port, and what it handed to the spool. */
export async function openEdge(options: EdgeOptions = {}) {
  const published: Published[] = []
  const telemetry = recordTelemetry()
  const events = edgeEvents(telemetry)
  const keep = async (mail: Published) => void published.push(mail)
  const listener = await listenSmtp(parseAddress('127.0.0.1:0'), {
    hostname: 'mx.example.test',
    limits: { ...LIMITS, ...options.limits },
    proxyFrom: parseCidrs(options.proxyFrom ?? 'none'),
    connectionsMax: options.connectionsMax ?? Number.POSITIVE_INFINITY,
    perAddressMax: Number.POSITIVE_INFINITY,
    telemetry,
    graceMs: options.graceMs ?? 60_000,
    secureContext: options.secureContext ?? (() => assert.fail('unexpected TLS')),
    rules: {
      events,
      clientName: async (address) => (address === '192.0.2.1' ? 'client.example.net' : undefined),
      over: options.over ?? (() => undefined),
      rates: new Rates(options.messagesPerMinute ?? Number.POSITIVE_INFINITY, systemClock),
      recipient: {
        resolve: async ({ local, domain }) =>
          domain === 'example.test'
            ? (RESOLUTIONS[local] ?? { kind: 'unknown' })
            : { kind: 'elsewhere' },
        postmaster: undefined,
        hostname: 'mx.example.test',
        recipientsMax: 5,
        fullSince: () => undefined,
        fullGraceMs: Number.POSITIVE_INFINITY,
        now: () => systemClock.now(),
        ...options.recipient,
      },
      message: {
        ...{ clock: systemClock, random: systemRandom, hostname: 'mx.example.test', events },
        publish: async (envelope, body) => {
          const pieces = await Array.fromAsync<Uint8Array>(body)
          await (options.publish ?? keep)({ envelope, body: Buffer.concat(pieces) })
        },
        receivedMax: 100,
      },
    },
  })
  const port = Number(listener.address.split(':').at(-1))
  return {
    port,
    published,
    told: telemetry.told,
    connect: () => openClient(port),
    close: () => listener[Symbol.asyncDispose](),
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  }
}

/** Another mail server. */
export class Client extends DialogueClient {
  /** Goes as far as the 354. */
  async begin(recipient = 'alice@example.test'): Promise<void> {
    await this.play(`
      S: 220
      C: EHLO x
      S: 250
      C: MAIL FROM:<a@b.test>
      S: 250
      C: RCPT TO:<${recipient}>
      S: 250
      C: DATA
      S: 354
    `)
  }
}

export async function openClient(port: number): Promise<Client> {
  const socket = connect({ port, host: '127.0.0.1' })
  const client = new Client(socket)
  await once(socket, 'connect')
  return client
}
