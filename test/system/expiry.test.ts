/** Mail that nobody could take in time comes back. In a world of its own: whatever else waits would come back too. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNotice } from '../clients/notice.ts'
import { startOutside } from '../clients/outside.ts'
import { overfill } from '../clients/overfill.ts'
import { startWorld } from '../world.ts'

const STUFFED = 'stuffed@example.test'
const AGE_MS = 3_000

test('when there is no room in time, the stranger gets a bounce', async () => {
  await using outside = await startOutside()
  const elsewhere = await outside.open('elsewhere.test')
  const env = { DELIVERY_RETRY_AGE: `${AGE_MS}ms`, DELIVERY_DELAY_NOTICE: 'off' }
  await using world = await startWorld({ env: { ...outside.env, ...env } })
  await world.addAccounts([{ login: STUFFED }])
  const id = await overfill(world, STUFFED, 'expires')
  await elsewhere.accepted(1)
  const [{ mail, rcpt, bytes } = assert.fail()] = elsewhere.mails
  assert.match(mail, /^<>/)
  assert.match(rcpt[0] ?? '', /^<someone@elsewhere\.test>/)
  const notice = readNotice(bytes)
  assert.match(notice.status[1]?.Status ?? '', /^[45]\.2\.2$/)
  assert.ok(String(bytes).includes(`In-Reply-To: ${id}\r\n`))
})
