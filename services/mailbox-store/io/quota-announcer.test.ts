import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordTelemetry } from '#lib/node/testing.ts'
import { mailboxStoreEvents } from '../events.ts'
import { quotaAnnouncer } from './quota-announcer.ts'

const QUOTA = { scope: 'domain', name: 'example.test', bytes: 100, messages: 0 } as const

test('crossings and what is full are told on NATS, under a subject that any name fits into', () => {
  const published: [subject: string, news: unknown][] = []
  const telemetry = recordTelemetry()
  const publish = (subject: string, data: Uint8Array | string) =>
    void published.push([subject, JSON.parse(String(data))])
  const news = quotaAnnouncer({ publish }, mailboxStoreEvents(telemetry))
  const held = { bytes: 99, messages: 3 }
  news.crossed({ ...QUOTA, from: 80, level: 100, fullSince: 5, held })
  news.full(QUOTA, 5)
  news.roomAgain(QUOTA)
  news.refused(QUOTA)
  const limits = { bytes: 100, messages: 0 }
  const place = { scope: 'domain', name: 'example.test' }
  assert.deepEqual(published, [
    [
      'quota.domain.ZXhhbXBsZS50ZXN0',
      { ...place, from: 80, level: 100, fullSince: 5, ...held, limits },
    ],
    ['quota.full', { ...place, full: true, fullSince: 5, limits }],
    ['quota.full', { ...place, full: false }],
  ])
  const counted = telemetry.told.filter(({ kind }) => kind === 'count')
  assert.deepEqual(
    counted.map(({ name, fields }) => [name, fields]),
    [
      ['store_quota_crossings_total', { scope: 'domain', level: '100' }],
      ['store_quota_refusals_total', { scope: 'domain' }],
    ],
  )
})

test('what cannot be told stops nothing', () => {
  const telemetry = recordTelemetry()
  const publish = () => {
    throw new Error('away')
  }
  const news = quotaAnnouncer({ publish }, mailboxStoreEvents(telemetry))
  news.full(QUOTA, 5)
  assert(telemetry.told.some(({ name }) => name === 'change-not-announced'))
})
