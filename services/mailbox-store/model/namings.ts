/** What clients do to the mailboxes of an account: create, rename, delete, subscribe. */

import assert from 'node:assert/strict'
import { INBOX, isBelow } from '#lib/mail/mailbox-name.ts'
import { createMailbox, deleteMailbox, renameMailbox, setSubscribed } from '../mailboxes.ts'
import type { Client } from './client.ts'

const NAMES = ['Archive', 'Archive/2025', 'Archive/2026', 'Work', 'Work/a', 'Work/a/b', 'Old']

export async function createOne(
  client: Client,
  account = client.chance.pick(client.world.accounts),
  name = client.chance.pick(NAMES),
): Promise<void> {
  const { world } = client
  const asked = client.ask(`create ${account}/${name}`)
  world.trace.expectNaming({ asked, account, makes: name })
  const made = { account, tenant: world.tenant, domain: '', name, specialUse: '' }
  const outcome = await client.perform(asked, (store) => createMailbox(made, store))
  if (outcome === undefined) return
  if ('fault' in outcome) {
    assert.equal(outcome.fault.code, 'exists', `${asked.what}: ${outcome.fault.stack}`)
    return assert(world.trace.wasThere(`${account}/${name}`, asked.since), asked.what)
  }
  assert(world.trace.wasThere(`${account}/${name}`, asked.since), `${asked.what}: not made`)
}

export async function renameOne(client: Client): Promise<void> {
  const { chance, world } = client
  const account = chance.pick(world.accounts)
  const name = chance.oneIn(4) ? INBOX : chance.pick(NAMES)
  const newName = chance.pick(NAMES)
  const asked = client.ask(`rename ${account}/${name} to ${newName}`)
  world.trace.expectNaming({ asked, account, renames: [name, newName] })
  const request = { account, name, newName }
  const outcome = await client.perform(asked, (store) => renameMailbox(request, store))
  if (outcome === undefined) return
  const { trace } = world
  if ('fault' in outcome) {
    const { code } = outcome.fault
    if (code === 'exists') {
      const there = name === newName || trace.wasThere(`${account}/${newName}`, asked.since)
      return assert(there, `${asked.what}: exists, and did not`)
    }
    if (code === 'invalid')
      return assert(isBelow(newName, name), `${asked.what}: ${outcome.fault.stack}`)
    // What INBOX is emptied into may be deleted meanwhile.
    const missing = name === INBOX ? newName : name
    return client.mustBeMissing(asked, outcome.fault, `${account}/${missing}`)
  }
  assert(trace.wasThere(`${account}/${newName}`, asked.since), `${asked.what}: not renamed`)
}

export async function deleteOne(client: Client): Promise<void> {
  const { chance, world } = client
  const account = chance.pick(world.accounts)
  const name = chance.pick([...NAMES, ...NAMES, INBOX])
  const asked = client.ask(`delete ${account}/${name}`)
  world.trace.expectNaming({ asked, account, deletes: name === INBOX ? '' : name })
  const outcome = await client.perform(asked, (store) => deleteMailbox({ account, name }, store))
  if (outcome === undefined) return
  if ('fault' in outcome) {
    if (name === INBOX) return assert.equal(outcome.fault.code, 'forbidden')
    return client.mustBeMissing(asked, outcome.fault, `${account}/${name}`)
  }
  assert(world.trace.wasMissing(`${account}/${name}`, asked.since), `${asked.what}: still there`)
}

export async function subscribeOne(client: Client): Promise<void> {
  const { chance, world } = client
  const account = chance.pick(world.accounts)
  const request = { account, name: chance.pick(NAMES), subscribed: chance.oneIn(2) }
  const asked = client.ask(`${request.subscribed ? '' : 'un'}subscribe ${account}/${request.name}`)
  await client.perform(asked, (store) => setSubscribed(request as never, store))
}
