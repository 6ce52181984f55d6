/** What goes on beside the work: counting, reading what is paused, and removing what the killed have left. */

import { MAIL_CLASSES } from '#lib/mail/envelope.ts'
import type { Collections } from '../documents.ts'
import type { Events } from '../events.ts'
import { type BodyParts, dropMail } from './bodies.ts'

export interface CareParts extends BodyParts {
  readonly collections: Pick<Collections, 'entries' | 'queuedMails' | 'bodies'>
  readonly events: Pick<Events, 'measured' | 'swept'>
}

/** What is younger may be on its way into the queue. */
const LEFT_MS = 86_400_000

/** How many entries there are, and how old the oldest of each class is. */
export async function measure({ collections, clock, events }: CareParts): Promise<void> {
  const { entries } = collections
  const now = clock.now()
  const [waiting, due, held] = await Promise.all([
    entries.count({ state: 'waiting' }),
    entries.count({ state: 'waiting', next: { $lte: new Date(now) } }),
    entries.count({ state: 'held' }),
  ])
  const ages = await Promise.all(
    MAIL_CLASSES.map(async (kind) => {
      const options = { sort: { queuedAt: 1 }, fields: ['queuedAt'] } as const
      const oldest = await entries.findOne({ class: kind }, options)
      const ms = oldest === undefined ? 0 : Math.max(0, now - oldest.queuedAt.getTime())
      return [kind, ms / 1000] as const
    }),
  )
  events.measured({ waiting: waiting - due, due, held }, Object.fromEntries(ages))
}

/** Removes mails without entries, and pieces without mails, that were left more than a day ago. */
export async function sweep(parts: CareParts, signal: AbortSignal): Promise<void> {
  const { collections, clock, events } = parts
  const before = new Date(clock.now() - LEFT_MS)
  let mails = 0
  for await (const { _id } of collections.queuedMails.find(
    { queuedAt: { $lt: before } },
    { fields: ['_id'] },
  )) {
    if (signal.aborted) return
    if ((await collections.entries.findOne({ mailId: _id }, { fields: ['_id'] })) !== undefined)
      continue
    await dropMail(_id, parts)
    mails += 1
  }
  events.swept('queued-mails', mails)
  events.swept('bodies', await sweepBodies(parts, before, signal))
}

async function sweepBodies(
  { collections }: CareParts,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let pieces = 0
  let current = { prefix: '', wanted: true }
  for await (const { _id, at } of collections.bodies.find({}, { fields: ['at'] })) {
    if (signal.aborted) break
    const [mailId = '', generation = ''] = _id.split('/')
    const prefix = `${mailId}/${generation}/`
    if (current.prefix !== prefix) {
      const mail = await collections.queuedMails.findOne(
        { _id: mailId },
        { fields: ['generation'] },
      )
      current = { prefix, wanted: mail?.generation === generation }
    }
    if (current.wanted || at >= before) continue
    await collections.bodies.deleteOne({ _id })
    pieces += 1
  }
  return pieces
}
