import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '#lib/base/fault.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import { recordTelemetry } from '../testing.ts'
import { openIntake } from './intake.ts'

const LIMITS = { lagMs: 500, publishMs: 2000, spoolFill: 0.7, publishes: 4 }

function mailOf(address: string): Envelope {
  return {
    ...{
      mailId: 'm',
      class: 'personal',
      sender: null,
      recipients: [],
      receivedAt: 0,
      sizeBytes: 1,
    },
    ...{ body: '7bit', smtpUtf8: false, client: { address, helo: 'x', tls: false } },
  }
}

function open(fill: () => Promise<number>) {
  const telemetry = recordTelemetry()
  const published: string[] = []
  const ends: (() => void)[] = []
  const looks: (() => void)[] = []
  const spool = {
    usage: async () => ({ bytes: 100 * (await fill()), bytesMax: 100 }),
    publish: async ({ client }: Envelope) => {
      published.push(client.address)
      await new Promise<void>((end) => ends.push(end))
    },
  }
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((wake, reject) => {
      looks.push(wake)
      signal?.addEventListener('abort', () => reject(signal.reason))
    })
  const clock = { now: () => 0, monotonic: () => 0, sleep }
  const whoseOf = ({ client: { address } }: Envelope) => ({ tenant: address, account: address })
  const intake = openIntake({ spool, clock, telemetry }, { ...LIMITS, whoseOf })
  return { intake, telemetry, published, ends, looks }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

test('the spool is asked how full it is, now and then, and the gauge tells', async () => {
  let usage = 0.5
  const { intake, telemetry, looks } = open(async () => usage)
  await settled()
  assert.equal(intake.over(), undefined)
  usage = 0.8
  for (let look = 0; look < 5; look++) {
    looks.shift()?.()
    await settled()
  }
  assert.equal(intake.over(), 'spool-full')
  looks.shift()?.()
  await settled()
  const gauges = telemetry.told.filter(({ name }) => name === 'overload')
  const full = gauges.filter(({ fields }) => fields.reason === 'spool-full')
  assert.deepEqual([full[0]?.value, full.at(-1)?.value], [0, 1])
  await intake[Symbol.asyncDispose]()
})

test('a spool that cannot be asked is asked again, and keeps nobody out by that', async () => {
  const away = async () => Promise.reject(new Fault('unavailable', 'away'))
  const { intake } = open(away)
  await settled()
  assert.equal(intake.over(), undefined)
  await intake[Symbol.asyncDispose]()
})

test('whoever sends very much leaves places to others', async () => {
  const { intake, published, ends } = open(async () => 0)
  const body = Buffer.from('x')
  const all = Array.from({ length: 20 }, () => intake.publish(mailOf('loud'), body))
  all.push(intake.publish(mailOf('quiet'), body))
  await settled()
  assert.deepEqual(published, ['loud', 'quiet'])
  while (published.length < 21) {
    ends.shift()?.()
    await settled()
  }
  for (const end of ends) end()
  await Promise.all(all)
  await intake[Symbol.asyncDispose]()
})
