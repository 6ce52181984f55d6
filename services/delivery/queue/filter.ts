/** Which entries an operator speaks of. */

import { Fault } from '#lib/base/fault.ts'
import type { Collection, Filter, Sort } from '#lib/db/port.ts'
import { addressKey, parseAddress } from '#lib/mail/address.ts'
import type { EntryDocument } from '../documents.ts'
import { recipientKey } from '../ledger/record.ts'

/** All that is given must hold; empty strings are not given. The fields of the contract. */
export interface QueueFilter {
  readonly tenant: string
  readonly destination: string
  /** An address, `@domain`, or `<>`. */
  readonly sender: string
  readonly recipient: string
  readonly class: string
  readonly reason: string
  /** `waiting`, `running` or `held`. */
  readonly state: string
  readonly mailId: string
  readonly id: string
  /** 0: all. */
  readonly limit: number
}

export const EVERYTHING: QueueFilter = {
  ...{ tenant: '', destination: '', sender: '', recipient: '', class: '', reason: '' },
  ...{ state: '', mailId: '', id: '', limit: 0 },
}

const STATES = ['waiting', 'running', 'held']

/** Whether an attempt has it under way. */
export function isRunning({ lease }: Pick<EntryDocument, 'lease'>, now: number): boolean {
  return lease !== undefined && lease.until.getTime() > now
}

/**
 * The entries that fit: those due first at the front. What the index does not say is looked at entry by entry, so that any
 * filter works, and the usual ones read no more than they yield.
 *
 * @throws {Fault} invalid
 */
export async function* list(
  filter: QueueFilter,
  entries: Collection<EntryDocument>,
  now: number,
): AsyncGenerator<EntryDocument> {
  const fits = matcherOf(filter, now)
  let left = filter.limit > 0 ? filter.limit : Number.POSITIVE_INFINITY
  for (const { where, sort } of queriesOf(filter)) {
    for await (const entry of entries.find(where, { sort })) {
      if (!fits(entry)) continue
      yield entry
      left -= 1
      if (left <= 0) return
    }
  }
}

interface Query {
  readonly where: Filter
  readonly sort: Sort
}

function queriesOf({
  id,
  mailId,
  sender,
  destination,
  tenant,
  class: kind,
  state,
}: QueueFilter): Query[] {
  if (id !== '') return [{ where: { _id: id }, sort: { _id: 1 } }]
  if (mailId !== '') return [{ where: { mailId }, sort: {} }]
  if (sender !== '' && !sender.startsWith('@')) {
    return [{ where: { sender: toSender(sender) }, sort: { next: 1 } }]
  }
  const states = state === 'held' ? ['held'] : state === '' ? ['waiting', 'held'] : ['waiting']
  const [field, value] =
    [
      ['destination', destination],
      ['tenant', tenant],
      ['class', kind],
    ].find(([, one]) => one !== '') ?? []
  return states.map((one) => ({
    where: { ...(field !== undefined && { [field]: value ?? '' }), state: one },
    sort: { next: 1 },
  }))
}

function matcherOf(filter: QueueFilter, now: number): (entry: EntryDocument) => boolean {
  const { tenant, destination, sender, class: kind, reason, state, mailId, id } = filter
  if (state !== '' && !STATES.includes(state)) {
    throw new Fault('invalid', `A state is one of ${STATES.join(', ')}`)
  }
  const recipient = filter.recipient && addressKey(parseAddress(filter.recipient))
  const senderIs = sender !== '' && !sender.startsWith('@') ? toSender(sender) : undefined
  const holds = (wanted: string, actual: string | undefined) => wanted === '' || wanted === actual
  return (entry) =>
    holds(tenant, entry.tenant) &&
    holds(destination, entry.destination) &&
    holds(kind, entry.class) &&
    holds(reason, entry.reason) &&
    holds(mailId, entry.mailId) &&
    holds(id, entry._id) &&
    (state === '' || state === stateOf(entry, now)) &&
    (senderIs === undefined || entry.sender === senderIs) &&
    (!sender.startsWith('@') || entry.sender.toLowerCase().endsWith(sender.toLowerCase())) &&
    (recipient === '' ||
      entry.recipients.some((one) =>
        [one.address, one.original ?? one.address].some((text) => recipientKey(text) === recipient),
      ))
}

export function stateOf(entry: EntryDocument, now: number): 'waiting' | 'running' | 'held' {
  if (entry.state === 'held') return 'held'
  return isRunning(entry, now) ? 'running' : 'waiting'
}

function toSender(text: string): string {
  return text === '<>' ? '' : addressKey(parseAddress(text))
}
