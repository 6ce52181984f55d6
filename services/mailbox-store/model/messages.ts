/** What clients do to the messages of one mailbox: append, flags, expunge. */

import assert from 'node:assert/strict'
import { eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { type Append, append } from '../append.ts'
import { appendBatch } from '../append-batch.ts'
import { expunge } from '../expunge.ts'
import { storeFlags } from '../store-flags.ts'
import { appendOf } from '../testing.ts'
import type { Asked, Expected } from './asked.ts'
import type { Box } from './box.ts'
import { type Client, isOvertaken, wasNothingToDo } from './client.ts'
import { type Draft, flagNames, type Mail, select } from './model.ts'
import { checkRows, rowsOf } from './rows.ts'

const FLAGS = ['\\Deleted', '\\Flagged', '\\Seen', '\\Answered', 'Home', 'Work', '$Later']

/** A mail that nobody has sent, or one that somebody has: its bytes are stored once. */
function someMail(client: Client, mailId: string): Mail {
  const { chance, world } = client
  const known = chance.oneIn(5) && world.mails.length > 0 ? chance.pick(world.mails) : undefined
  const text = `Subject: ${world.nextId()}\r\n\r\n${'x'.repeat(chance.below(300))}`
  const mail = {
    content: known?.content ?? Buffer.from(text),
    mailId,
    internalDate: 1_700_000_000_000 + chance.below(1_000_000),
  }
  world.mails.push(mail)
  return mail
}

function someFlags({ chance }: Client): string[] {
  return chance.some(FLAGS, 3)
}

/** A mailbox by id or by name, and then perhaps one that is gone by the time. */
export interface SomePlace {
  readonly account: string
  readonly name: string
  readonly id?: string
}

export function somePlace(client: Client): SomePlace {
  const box = client.someBox()
  const account = client.chance.pick(client.world.accounts)
  if (box === undefined) return { account, name: 'INBOX' }
  return { account: box.account, name: box.name, ...(client.chance.oneIn(2) && { id: box.id }) }
}

function appendRequest(
  client: Client,
  { account, name, id = '' }: SomePlace,
  mail: Mail,
  flags: readonly string[],
): Append {
  return appendOf({
    account,
    tenant: client.world.tenant,
    mailbox: { id, name: id === '' ? name : '' },
    mailId: mail.mailId,
    content: mail.content,
    internalDate: mail.internalDate,
    flags,
  })
}

/** Whether the mailbox is the one that is meant, or was called so since it was asked for. */
export function isThere(place: SomePlace, box: Box, asked: Asked): boolean {
  if (place.account !== box.account) return false
  return place.id === undefined
    ? box.namesSince(asked.since).includes(place.name)
    : box.id === place.id
}

function whereabouts({ world }: Client, { account, mailbox }: Append): (Box | string)[] {
  const box = world.trace.boxes.get(`${account}/${mailbox.id}`)
  return box ? [box] : [`${account}/${mailbox.name}`]
}

/** Mails of the same id into one mailbox are one message, whoever brings them. */
export async function appendOne(client: Client, place = somePlace(client)): Promise<void> {
  const { chance, world } = client
  const mail = someMail(client, chance.oneIn(8) ? '' : world.nextId())
  const flags = someFlags(client)
  const request = appendRequest(client, place, mail, flags)
  const asked = client.ask(
    `append ${mail.mailId || 'nameless'} to ${place.name} (${flags.join(' ')})`,
  )
  const expected: Expected = {
    asked,
    apply: (draft, { box }) =>
      isThere(place, box, asked) ? { uids: [draft.add(mail, flags)] } : undefined,
  }
  world.trace.expect(mail.mailId && `m:${mail.mailId}`, expected)
  const work = (one: Append) =>
    client.perform(asked, (store) => append(one, store), mail.mailId !== '')
  // A mail that comes twice at the same time, as when a delivery believes that the first try has failed.
  const twice = mail.mailId !== '' && chance.oneIn(6)
  const outcomes = await Promise.all(twice ? [work(request), work(request)] : [work(request)])
  for (const outcome of outcomes) {
    if (outcome === undefined) continue
    if ('fault' in outcome) {
      client.mustBeMissing(asked, outcome.fault, ...whereabouts(client, request))
      continue
    }
    const { mailbox, uid, uidValidity, modSeq, repeated } = outcome.answer
    const found = world.trace.boxes.get(`${place.account}/${mailbox}`)
    const done = found && asked.done.get(found)
    assert(found && done, `${asked.what}: answered, and was never committed`)
    assert.deepEqual([uid], done.uids, asked.what)
    assert.equal(uidValidity, found.uidValidity)
    assert(
      repeated || modSeq === done.modSeq,
      `${asked.what}: ${modSeq} ${done.modSeq} ${repeated}`,
    )
    found.known = Math.max(found.known, modSeq)
  }
}

/** Several messages in one step, or none of them. RFC 3502 §6.3.11 */
export async function appendSome(client: Client): Promise<void> {
  const { chance, world } = client
  const place = somePlace(client)
  const messages = Array.from({ length: 1 + chance.below(5) }, () => {
    const mail = someMail(client, world.nextId())
    return { ...mail, mail, flags: someFlags(client) }
  })
  const ids = messages.map(({ mailId }) => mailId)
  const asked = client.ask(`batch ${ids.join()} to ${place.name}`)
  const expected: Expected = {
    asked,
    apply: (draft, { box }) => {
      if (!isThere(place, box, asked)) return undefined
      return { uids: messages.map(({ mail, flags }) => draft.add(mail, flags)) }
    },
  }
  world.trace.expect(`m:${ids[0]}`, expected)
  const { account, tenant, domain, mailbox, quotas } = appendRequest(client, place, NO_MAIL, [])
  const outcome = await client.perform(asked, (store) => {
    const owner = { account, tenant, domain }
    return appendBatch({ ...owner, mailbox, quotas, messages: oneByOne(messages) }, store)
  })
  if (outcome === undefined) return
  if ('fault' in outcome) {
    const where = place.id === undefined ? `${account}/${place.name}` : undefined
    const box = world.trace.boxes.get(`${account}/${place.id}`)
    return client.mustBeMissing(asked, outcome.fault, ...[where ?? box ?? ''])
  }
  const { uids, modSeq, repeated } = outcome.answer
  const found = world.trace.boxes.get(`${account}/${outcome.answer.mailbox}`)
  const done = found && asked.done.get(found)
  assert(found && done, `${asked.what}: answered, and was never committed`)
  assert.deepEqual([...eachUid(parseUidSet(uids))], done.uids, asked.what)
  assert(repeated ? modSeq >= done.modSeq : modSeq === done.modSeq, `${asked.what}: ${modSeq}`)
  found.known = Math.max(found.known, modSeq)
}

const NO_MAIL: Mail = { content: Buffer.of(), mailId: '', internalDate: 0 }

async function* oneByOne<A>(items: readonly A[]): AsyncGenerator<A> {
  yield* items
}

export async function changeFlags(client: Client): Promise<void> {
  const box = client.someBox()
  if (box === undefined) return
  const { chance, world } = client
  const id = world.nextId()
  const mode = chance.pick(['add', 'add', 'remove', 'replace'] as const)
  const flags = someFlags(client)
  const uids = client.someUids(box)
  const unchangedSince = chance.oneIn(3) ? chance.below(box.state.modSeq + 2) : undefined
  const since = unchangedSince === undefined ? '' : ` unchanged since ${unchangedSince}`
  const what = `flags ${id} ${box.name} ${uids} ${mode} (${flags.join(' ')})${since}`
  const asked = client.ask(what)
  const expected: Expected = {
    asked,
    apply: (draft, place) => {
      if (place.box !== box) return undefined
      const modified = setFlags(draft, { uids, mode, flags, unchangedSince })
      // Of two orders that make the same of the messages, the receipt tells which it was.
      const told = place.receipt && [...eachUid(parseUidSet(place.receipt.sourceUids ?? ''))]
      return told && told.join() !== modified.join() ? undefined : { uids: [], modified }
    },
  }
  world.trace.expect(`o:${id}`, expected)
  const place = { account: box.account, mailbox: box.id }
  const request = { ...place, uids, mode, flags, unchangedSince, operationId: id }
  const outcome = await client.perform(asked, (store) => storeFlags(request, store))
  if (outcome === undefined) return
  if ('fault' in outcome) return client.mustBeMissing(asked, outcome.fault, box)
  const { mailbox, messages, modified } = outcome.answer
  const done = asked.done.get(box)
  assert(done || wasNothingToDo(expected, box), `${what}: answered, and was never committed`)
  if (done) assert.deepEqual([...eachUid(parseUidSet(modified))], done.modified, what)
  assert(mailbox.modSeq >= (done?.modSeq ?? 0), what)
  box.known = Math.max(box.known, mailbox.modSeq)
  if (!box.lives) return
  const state = box.at(mailbox.modSeq)
  const rows = rowsOf(messages, mailbox.keywords)
  checkRows(rows, state, what)
  const wanted = uids.includes('*') ? [] : select(uids, state).filter((uid) => box.keeps(uid))
  assert.deepEqual(
    rows.map(({ uid }) => uid).filter((uid) => wanted.includes(uid)),
    wanted,
    what,
  )
}

interface FlagChange {
  readonly uids: string
  readonly mode: 'add' | 'remove' | 'replace'
  readonly flags: readonly string[]
  readonly unchangedSince: number | undefined
}

/** Answers which had changed since. */
function setFlags(draft: Draft, { uids, mode, flags, unchangedSince }: FlagChange): number[] {
  const modified: number[] = []
  for (const uid of select(uids, draft.before)) {
    const message = draft.get(uid)
    if (message === undefined) continue
    if (message.modSeq > (unchangedSince ?? Number.POSITIVE_INFINITY)) {
      modified.push(uid)
      continue
    }
    const old = flagNames(message.flags)
    const kept = mode === 'remove' ? old.filter((flag) => !flags.includes(flag)) : old
    draft.setFlags(uid, mode === 'add' ? [...old, ...flags] : mode === 'remove' ? kept : flags)
  }
  return modified
}

export async function expungeSome(client: Client): Promise<void> {
  const box = client.someBox()
  if (box === undefined) return
  const { chance, world } = client
  const id = world.nextId()
  const uids = chance.oneIn(2) ? client.someUids(box) : ''
  const what = `expunge ${id} ${box.name} ${uids || 'all'}`
  const asked = client.ask(what)
  const apply: Expected['apply'] = (draft, place) => {
    if (place.box !== box) return undefined
    const gone = select(uids || '1:*', draft.before).filter((uid) =>
      flagNames(draft.get(uid)?.flags ?? '').includes('\\Deleted'),
    )
    draft.expunge(gone)
    return { uids: gone }
  }
  world.trace.expect(`o:${id}`, { asked, apply })
  const request = { account: box.account, mailbox: box.id, uids, operationId: id }
  const outcome = await client.perform(asked, (store) => expunge(request, store))
  if (outcome === undefined) return
  if ('fault' in outcome) return client.mustBeMissing(asked, outcome.fault, box)
  const { mailbox, vanished } = outcome.answer
  const done = asked.done.get(box)
  const gone = [...eachUid(parseUidSet(vanished))]
  if (gone.length === 0 && isOvertaken(asked)) return
  if (done) assert.deepEqual(gone, done.uids, what)
  else assert(gone.length === 0 && wasNothingToDo({ asked, apply }, box), `${what}: ${vanished}`)
  box.known = Math.max(box.known, mailbox.modSeq)
}
