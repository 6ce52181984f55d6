/**
 * A client that keeps a mailbox as an IMAP session does: all of it once, and from then on what happened. It looks when
 * something is announced, unless the announcement is lost, and now and then without; and sometimes it was away.
 */

import assert from 'node:assert/strict'
import { eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { changesSince, viewMailbox } from '../changes.ts'
import { fetch, read } from '../fetch.ts'
import { listMailboxes } from '../mailboxes.ts'
import type { Box } from './box.ts'
import type { Client } from './client.ts'
import { checkRows, checkWhole, type Row, rowsOf } from './rows.ts'

const AWAY_STEPS = 400
const LOOK_STEPS = 30

export class Watcher {
  readonly #client: Client
  #box: Box | undefined
  readonly #seen = new Map<number, Row>()
  #since = 0
  #highest = 0
  /** Step of its last look. */
  #lookedAt = 0

  constructor(client: Client) {
    this.#client = client
  }

  /** `last` is false when time will pass, which it may spend away. */
  async run(working: () => boolean, last: boolean): Promise<void> {
    const { chance } = this.#client
    do {
      await this.#client.think(chance.oneIn(6) ? AWAY_STEPS : LOOK_STEPS)
      this.#box ??= this.#client.someBox()
      if (this.#box === undefined) continue
      if (this.#since === 0 || chance.oneIn(20)) await this.#open(this.#box)
      else await this.#follow(this.#box)
      if (chance.oneIn(4)) await chance.pick([fetchSome, readSome, listAll])(this.#client)
      if (chance.oneIn(15)) this.#forget()
    } while (working())
    // What it has in the end is what there is.
    if (last && this.#box?.lives && this.#since > 0) await this.#follow(this.#box)
  }

  #forget(): void {
    this.#box = undefined
    this.#since = 0
    this.#highest = 0
    this.#seen.clear()
  }

  async #open(box: Box): Promise<void> {
    const client = this.#client
    const what = `view ${box.name}`
    const asked = client.ask(what)
    const floor = box.known
    const request = {
      account: box.account,
      tenant: client.world.tenant,
      mailbox: { id: box.id, name: '' },
    }
    const outcome = await client.perform(asked, (store) => viewMailbox(request, store))
    if (outcome === undefined) return
    if ('fault' in outcome) {
      client.mustBeMissing(asked, outcome.fault, box)
      return this.#forget()
    }
    const { mailbox, messages } = outcome.answer
    if (!box.lives) return this.#forget()
    const state = box.at(mailbox.modSeq)
    assert(mailbox.modSeq >= floor, `${what}: ${mailbox.modSeq} after ${floor} was known`)
    const rows = rowsOf(messages, mailbox.keywords)
    checkWhole(rows, state, what)
    assert.deepEqual([mailbox.uidNext, mailbox.exists], [state.uidNext, state.messages.size], what)
    box.known = Math.max(box.known, mailbox.modSeq)
    this.#since = mailbox.modSeq
    this.#lookedAt = asked.since
    this.#seen.clear()
    for (const row of rows) this.#seen.set(row.uid, row)
    this.#highest = Math.max(this.#highest, rows.at(-1)?.uid ?? 0)
  }

  async #follow(box: Box): Promise<void> {
    const client = this.#client
    const since = this.#since
    const what = `changes of ${box.name} since ${since}`
    const asked = client.ask(what)
    const floor = box.known
    const request = {
      account: box.account,
      mailbox: box.id,
      since,
      uidValidity: client.chance.pick([0, box.uidValidity]),
    }
    const outcome = await client.perform(asked, (store) => changesSince(request, store))
    if (outcome === undefined) return
    if ('fault' in outcome) {
      client.mustBeMissing(asked, outcome.fault, box)
      return this.#forget()
    }
    const { mailbox, changed, vanished, startOver } = outcome.answer
    // What is read while the mailbox is being deleted may be half gone.
    if (!box.lives) return this.#forget()
    if (startOver) {
      assert(
        this.#lookedAt <= client.world.passedAt,
        `${what}: start over, and nothing has expired`,
      )
      this.#since = 0
      return
    }
    const { modSeq } = mailbox
    assert(modSeq >= since, `${what}: MODSEQ went back to ${modSeq}`)
    assert(modSeq >= floor, `${what}: ${modSeq} after ${floor} was known`)
    const state = box.at(modSeq)
    const rows = rowsOf(changed, mailbox.keywords)
    checkRows(rows, state, what)
    for (const row of rows) {
      assert(row.modSeq > since, `${what}: UID ${row.uid} had MODSEQ ${row.modSeq}`)
      assert(this.#seen.has(row.uid) || row.uid > this.#highest, `${what}: ${row.uid} came late`)
      this.#seen.set(row.uid, row)
    }
    this.#highest = Math.max(this.#highest, rows.at(-1)?.uid ?? 0)
    for (const uid of eachUid(parseUidSet(vanished))) {
      assert(!state.messages.has(uid), `${what}: UID ${uid} is said to be gone`)
      this.#seen.delete(uid)
    }
    checkWhole([...this.#seen.values()], state, `what is kept after ${what}`)
    box.known = Math.max(box.known, modSeq)
    this.#since = modSeq
    this.#lookedAt = asked.since
  }
}

async function fetchSome(client: Client): Promise<void> {
  const box = client.someBox()
  if (box === undefined) return
  const uids = client.someUids(box)
  const what = `fetch ${box.name} ${uids}`
  const asked = client.ask(what)
  const place = { account: box.account, mailbox: box.id, uids }
  const parts = { envelope: true, structure: false, header: true, contentBytesMax: 1_000_000 }
  const outcome = await client.perform(asked, (store) =>
    Array.fromAsync(fetch({ ...place, ...parts }, store)),
  )
  if (outcome === undefined) return
  if ('fault' in outcome) return client.mustBeMissing(asked, outcome.fault, box)
  if (!box.lives) return
  const states = box.statesSince(asked.since)
  const found = new Set<number>()
  for (const { message, content } of outcome.answer) {
    const known = states.map(({ messages }) => messages.get(message.uid)).find((one) => one)
    assert(known, `${what}: UID ${message.uid} was not there`)
    assert(content && Buffer.compare(content, known.mail.content) === 0, `${what}: bytes`)
    assert.equal(message.internalDate, known.mail.internalDate, what)
    found.add(message.uid)
  }
  if (uids.includes('*')) return
  for (const uid of eachUid(parseUidSet(uids))) {
    const always = states.every(({ messages }) => messages.has(uid))
    assert(found.has(uid) || !always, `${what}: UID ${uid} is left out`)
  }
}

async function readSome(client: Client): Promise<void> {
  const box = client.someBox()
  const uid = box && client.chance.pick([...box.state.messages.keys()])
  if (box === undefined || uid === undefined) return
  const what = `read ${box.name} ${uid}`
  const asked = client.ask(what)
  const size = box.state.messages.get(uid)?.mail.content.length ?? 0
  const place = { offset: client.chance.below(size), length: client.chance.below(size) }
  const request = { account: box.account, mailbox: box.id, uid, ...place }
  const outcome = await client.perform(asked, async (store) =>
    Buffer.concat(await Array.fromAsync(read(request, store))),
  )
  if (outcome === undefined) return
  const states = box.statesSince(asked.since)
  if ('fault' in outcome) {
    assert.equal(outcome.fault.code, 'not-found', what)
    const gone = !box.lives || states.some(({ messages }) => !messages.has(uid))
    return assert(gone, `${what}: not found, although it was there`)
  }
  const known = states.map(({ messages }) => messages.get(uid)).find((one) => one)
  assert(known, `${what}: it was not there`)
  const { offset, length } = place
  const end = length === 0 ? undefined : offset + length
  assert.equal(Buffer.compare(outcome.answer, known.mail.content.subarray(offset, end)), 0, what)
}

async function listAll(client: Client): Promise<void> {
  const { trace, tenant, accounts } = client.world
  const account = client.chance.pick(accounts)
  const asked = client.ask(`list ${account}`)
  const before = new Map(trace.living(account).map((box) => [box, box.known]))
  const request = { account, tenant }
  const outcome = await client.perform(asked, (store) => listMailboxes(request as never, store))
  if (outcome === undefined) return
  assert('answer' in outcome, `${asked.what}: ${'fault' in outcome && outcome.fault.stack}`)
  const listed = new Set<Box>()
  for (const { _id, name, modSeq, exists } of outcome.answer.mailboxes) {
    const box = trace.boxes.get(_id)
    assert(box && !listed.has(box), `${asked.what}: ${name}`)
    listed.add(box)
    assert(box.goneAt > asked.since, `${asked.what}: ${name} was deleted`)
    assert(box.namesSince(asked.since).includes(name), `${asked.what}: ${name} has another name`)
    assert(modSeq >= (before.get(box) ?? 0), `${asked.what}: ${name} is old`)
    assert.equal(exists, box.at(modSeq).messages.size, `${asked.what}: ${name}`)
    box.known = Math.max(box.known, modSeq)
  }
  for (const box of before.keys()) {
    const stayed = box.lives && box.namesSince(asked.since).length === 1
    assert(listed.has(box) || !stayed, `${asked.what}: ${box.name} is left out`)
  }
}
