import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addAccount } from '../add-account.ts'
import { mayUse } from '../addressing/identity.ts'
import { Senders } from '../admission/senders.ts'
import { SentCounts } from '../admission/sent-counts.ts'
import { change, DEFAULTS, openExample } from '../testing.ts'
import { admissionService } from './admission.ts'

test('one account that asks for very much delays no other', async () => {
  await using directory = await openExample()
  const { collections, clock, events, registry, hasher } = directory
  const logins = ['loud@example.test', 'quiet@example.test']
  const [loud, quiet] = await Promise.all(
    logins.map(async (login) => (await addAccount(change(login), registry, hasher))._id),
  )
  assert.ok(loud && quiet)
  const senders = new Senders(collections, DEFAULTS, clock)
  const counts = new SentCounts(collections.sent, clock)
  const admission = { collections, clock, events, mayUse, senders, counts }
  const limits = { running: 2, waiting: 400 }
  const { admit } = admissionService(admission, limits).handlers as {
    admit: (request: object) => Promise<unknown>
  }
  const ask = (account: string, sender: string) =>
    admit({ account, sender, headerFrom: [], recipients: [], sizeBytes: 1, final: false })
  let done = 0
  const flood = Array.from({ length: 90 }, async () => {
    await ask(loud, 'loud@example.test')
    done++
  })
  await ask(quiet, 'quiet@example.test')
  assert.ok(done < 10, `${done} were answered first`)
  await Promise.all(flood)
})
