import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsMsg } from '@nats-io/jetstream'
import { BytesMissing } from './bytes.ts'
import { copyToDead, toReason } from './dead-letters.ts'
import type { JetPublishOptions } from './jetstream.ts'

const FIELDS: Readonly<Record<string, string>> = { 'Nats-Msg-Id': 'bad', 'Hikyaku-Pieces': '3' }
const MESSAGE = {
  headers: { get: (name: string) => FIELDS[name] ?? '' },
  data: Buffer.from('entry'),
} as unknown as JsMsg

test('missing pieces keep nothing back, and the letter tells of all that an earlier copy has', async () => {
  const { published, to } = dead(async function* () {
    yield Buffer.from('piece')
    throw new BytesMissing('Piece 1 is missing')
  })
  await copyToDead(MESSAGE, 'why', to)
  assert.deepEqual(published, [
    ['dead.bytes.bad.0', 'piece', {}],
    ['dead.mail.bad', 'entry', { 'Hikyaku-Reason': 'why', 'Hikyaku-Pieces': '3' }],
  ])
})

test('without an answer there is no letter', async () => {
  // biome-ignore lint/correctness/useYield: it fails before the first piece
  const { published, to } = dead(async function* () {
    throw new Error('no answer')
  })
  await assert.rejects(copyToDead(MESSAGE, 'why', to), /no answer/)
  assert.deepEqual(published, [])
})

test('a reason fits a header field', () => {
  assert.equal(toReason('für\r\nnichts gut'), 'f?r??nichts gut')
  assert.equal(toReason('x'.repeat(1000)).length, 500)
})

function dead(read: () => AsyncGenerator<Uint8Array>) {
  const published: unknown[][] = []
  const publish = async (subject: string, data: Uint8Array, options: JetPublishOptions = {}) => {
    published.push([subject, String(data), options.headers ?? {}])
  }
  return { published, to: { jet: { publish }, bytes: { read } } }
}
