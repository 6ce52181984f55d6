/** What clients carry from one mailbox to another: copies and moves, also into another account of the tenant. */

import assert from 'node:assert/strict'
import type { Fault } from '#lib/base/fault.ts'
import { eachUid, parseUidSet } from '#lib/mail/uid-set.ts'
import { type Copy, copy } from '../copy.ts'
import { move } from '../move/move.ts'
import type { Asked, Expected } from './asked.ts'
import type { Box } from './box.ts'
import { type Client, isOvertaken } from './client.ts'
import { isThere, type SomePlace, somePlace } from './messages.ts'
import { type Draft, flagNames, type ModelMessage, type State, select } from './model.ts'

interface Transfer {
  readonly asked: Asked
  readonly source: Box
  readonly target: SomePlace
  readonly uids: string
}

export async function copySome(client: Client): Promise<void> {
  const transfer = choose(client, 'copy')
  if (transfer === undefined) return
  const { asked, source, id } = transfer
  const apply: Expected['apply'] = (draft, { box, receipt, flagsOf }) => {
    if (!receipt || !isThere(transfer.target, box, asked)) return undefined
    const chosen = [...eachUid(parseUidSet(receipt.sourceUids ?? ''))]
    const state = chosenFrom(transfer, chosen, (i) => flagsOf(draft.uidNext + i))
    if (state === undefined) return undefined
    const uids = chosen.map((uid) => addCopy(draft, state.messages.get(uid) as ModelMessage))
    return { uids, sourceUids: chosen }
  }
  client.world.trace.expect(`c:${id}`, { asked, apply })
  const outcome = await client.perform(asked, (store) => copy(requestOf(transfer, id), store))
  if (outcome === undefined) return
  if ('fault' in outcome) return mustBeMissing(client, transfer, outcome.fault)
  const { uidValidity, sourceUids, targetUids } = outcome.answer
  if (sourceUids === '' && isOvertaken(asked)) return
  const [[box, done] = []] = [...asked.done].filter(([one]) => one.uidValidity === uidValidity)
  if (done === undefined || box === undefined) {
    const nothing = !source.lives || wasEmptied(transfer)
    return assert(sourceUids === '' && nothing, `${asked.what}: answered, and was never committed`)
  }
  assert.deepEqual([...eachUid(parseUidSet(sourceUids))], done.sourceUids, asked.what)
  assert.deepEqual([...eachUid(parseUidSet(targetUids))], done.uids, asked.what)
  box.known = Math.max(box.known, done.modSeq)
}

/**
 * Some clients want the same messages at the same time. Each message gets into one of the targets, and stays in the source
 * until it is there: that is what the commits are compared with.
 */
export async function moveSome(client: Client): Promise<void> {
  const transfer = choose(client, 'move')
  if (transfer === undefined) return
  const { asked, source, id } = transfer
  const { trace } = client.world
  // Few messages within one mailbox get new UIDs, and nobody else has to know; all others are claimed first.
  const within: Expected['apply'] = (draft, { box, receipt }) => {
    if (!receipt || box !== source || !isThere(transfer.target, box, asked)) return undefined
    const chosen = [...eachUid(parseUidSet(receipt.sourceUids ?? ''))]
    if (!wasChosen(transfer, chosen, draft)) return undefined
    const uids = chosen.map((uid) => addCopy(draft, draft.get(uid) as ModelMessage))
    draft.expunge(chosen)
    return { uids, sourceUids: chosen }
  }
  const apply: Expected['apply'] = (draft, place) => {
    const { claim, sourceUids = '', target = '' } = place.receipt ?? {}
    if (claim === undefined) return within(draft, place)
    if (place.box !== source) return undefined
    const chosen = [...eachUid(parseUidSet(sourceUids))]
    const to = trace.boxes.get(target)
    if (!wasChosen(transfer, chosen, draft)) return undefined
    if (to === undefined || !isThere(transfer.target, to, asked)) return undefined
    for (const uid of chosen) draft.claimed.add(uid)
    return { uids: [], sourceUids: chosen }
  }
  trace.expect(`c:${id}`, { asked, apply })
  const outcome = await client.perform(asked, (store) => move(requestOf(transfer, id), store))
  if (outcome === undefined) return
  if ('fault' in outcome) return mustBeMissing(client, transfer, outcome.fault)
  const { sourceUids, targetUids, source: state, uidValidity } = outcome.answer
  if (sourceUids === '' && isOvertaken(asked)) return
  const done = asked.done.get(source)
  if (done === undefined) {
    const nothing = !source.lives || wasEmptied(transfer)
    return assert(sourceUids === '' && nothing, `${asked.what}: answered, and was never committed`)
  }
  const arrival = trace.arrivalOf(asked) ?? { uids: done.uids, box: source }
  assert.equal(uidValidity, arrival.box.uidValidity, asked.what)
  assert.deepEqual([...eachUid(parseUidSet(sourceUids))], done.sourceUids, asked.what)
  assert.deepEqual([...eachUid(parseUidSet(targetUids))], arrival.uids, asked.what)
  if (!source.lives) return
  for (const uid of done.sourceUids ?? []) {
    assert(!source.at(state.modSeq).messages.has(uid), `${asked.what}: UID ${uid} is still there`)
  }
  source.known = Math.max(source.known, state.modSeq)
}

function choose(client: Client, kind: 'copy' | 'move'): (Transfer & { id: string }) | undefined {
  const source = client.someBox()
  if (source === undefined) return undefined
  const target = somePlace(client)
  const uids = client.someUids(source)
  const id = client.world.nextId()
  const to = `${target.account}/${target.name}`
  const asked = client.ask(`${kind} ${id} ${source.account}/${source.name} ${uids} to ${to}`)
  return { asked, source, target, uids, id }
}

function requestOf({ source, target, uids }: Transfer, id: string): Copy {
  return {
    account: source.account,
    source: source.id,
    uids,
    target: { id: target.id ?? '', name: target.id === undefined ? target.name : '' },
    targetAccount: target.account === source.account ? '' : target.account,
    operationId: id,
    quotas: [],
  }
}

function mustBeMissing(client: Client, { asked, source, target }: Transfer, fault: Fault): void {
  const box = client.world.trace.boxes.get(`${target.account}/${target.id}`)
  client.mustBeMissing(asked, fault, source, box ?? `${target.account}/${target.name}`)
}

/**
 * A state since it was asked for of which these are the messages that the set names, with these flags. Those that have
 * gone since may be missing.
 */
function chosenFrom(
  { asked, source, uids }: Transfer,
  chosen: readonly number[],
  flagsAt: (index: number) => string | undefined,
): State | undefined {
  const now = source.lives ? source.state.messages : new Map()
  return source.statesSince(asked.since).find((state) => {
    const named = select(uids, state)
    return (
      chosen.every((uid, i) => state.messages.get(uid)?.flags === flagsAt(i)) &&
      chosen.every((uid) => named.includes(uid)) &&
      named.every((uid) => chosen.includes(uid) || !now.has(uid))
    )
  })
}

/** The same, of those that are there as the commit is made. */
function wasChosen(transfer: Transfer, chosen: readonly number[], draft: Draft): boolean {
  const there = chosen.every((uid) => draft.get(uid) !== undefined)
  const states = transfer.source.statesSince(transfer.asked.since)
  return (
    there &&
    states.some((state) => {
      const named = select(transfer.uids, state).filter((uid) => draft.get(uid) !== undefined)
      return named.join() === chosen.join()
    })
  )
}

/** At some moment there was nothing to carry, or what there was has gone before it could be. */
function wasEmptied({ asked, source, uids }: Transfer): boolean {
  const states = source.statesSince(asked.since)
  if (source.hadHiddenStatesSince(asked.since)) return true
  return states.some((state, i) =>
    select(uids, state).every((uid) => states.slice(i).some(({ messages }) => !messages.has(uid))),
  )
}

function addCopy(draft: Draft, message: ModelMessage): number {
  return draft.add(message.mail, flagNames(message.flags))
}
