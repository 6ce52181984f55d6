import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { InOrder } from '#lib/base/in-order.ts'
import { type Collection, DuplicateKey } from '#lib/db/port.ts'
import { type Amount, add, DAY, HOUR } from '#lib/mail/rate-window.ts'
import { type Exceeded, findExceeded, isLimited, type Sending } from '#lib/mail/sending-rates.ts'
import { collect, type SentDocument } from '../collections.ts'

export interface Mail {
  /** Empty: it is counted whenever it comes. */
  readonly id: string
  readonly recipients: number
}

const TRIES_MAX = 20
/** A repeat comes within seconds, and is counted again at worst; all of these are written anew for each mail. */
const MAILS_MAX = 100
const MAILS_KEPT_MS = 3_600_000
/** Until nothing in it counts any more. */
const KEPT_MS = DAY.spanMs + 2 * DAY.bucketMs

/**
 * Counts in the database what accounts and tenants send, for the cluster as a whole.
 *
 * One document each and one compare-and-set per mail, so that what counts fits whoever else counts at the same time.
 * A mail that several limits count is counted by one after the other; where a later one refuses, the earlier are given it
 * back. A process that is killed in between leaves a mail counted that was not sent, or by the first only.
 */
export class SentCounts {
  readonly #sent: Collection<SentDocument>
  readonly #clock: Pick<Clock, 'now'>
  /** Those of one process do not race each other. */
  readonly #order = new InOrder()

  constructor(sent: Collection<SentDocument>, clock: Pick<Clock, 'now'>) {
    this.#sent = sent
    this.#clock = clock
  }

  /** The first limit that the mail would not fit into now; counts nothing. */
  async check(sendings: readonly Sending[], mail: Mail): Promise<Exceeded | undefined> {
    const limited = sendings.filter(isLimited)
    if (limited.length === 0) return undefined
    const keys = limited.map(({ key }) => key)
    const found = await collect(this.#sent.find({ _id: { $in: keys } }))
    if (found.some(({ mails }) => remembers(mails, mail.id))) return undefined
    const amount = { messages: 1, recipients: mail.recipients }
    for (const sending of limited) {
      const document = found.find(({ _id }) => _id === sending.key)
      const exceeded = findExceeded(sending, document, amount, this.#clock.now())
      if (exceeded !== undefined) return exceeded
    }
    return undefined
  }

  /**
   * Counts a mail, or tells which limit it does not fit into; then nothing is counted. One with the id of a mail counted
   * in the last hour (of the last 100) was let through then, and is again.
   *
   * @throws {Fault} busy: too many at the same time, unavailable
   */
  async count(sendings: readonly Sending[], mail: Mail): Promise<Exceeded | undefined> {
    const limited = sendings.filter(isLimited)
    // Looked at together first: what one takes that another refuses has to be given back.
    const ahead = limited.length > 1 ? await this.check(limited, mail) : undefined
    if (ahead !== undefined) return ahead
    const amount = { messages: 1, recipients: mail.recipients }
    const counted: { key: string; at: number }[] = []
    for (const [index, sending] of limited.entries()) {
      // The first remembers the mail for all.
      const id = index === 0 ? mail.id : ''
      const outcome = await this.#order.run([sending.key], () => this.#count(sending, id, amount))
      if (outcome === 'before') return undefined
      if (typeof outcome === 'object') {
        for (const { key, at } of counted) await this.#giveBack(key, mail.id, at, amount)
        return outcome
      }
      counted.push({ key: sending.key, at: outcome })
    }
    return undefined
  }

  /** When it was counted, or why not. */
  async #count(
    sending: Sending,
    id: string,
    amount: Amount,
  ): Promise<number | 'before' | Exceeded> {
    let at = 0
    const outcome = await this.#change(sending.key, (old, now) => {
      at = now
      if (remembers(old?.mails ?? [], id)) return 'before'
      const exceeded = findExceeded(sending, old, amount, now)
      if (exceeded !== undefined) return exceeded
      return counting(old, amount, { now, mails: [...(old?.mails ?? []), { id, at: now }] })
    })
    return outcome ?? at
  }

  async #giveBack(key: string, id: string, at: number, amount: Amount): Promise<void> {
    const less = { messages: -amount.messages, recipients: -amount.recipients }
    const change = (old: SentDocument | undefined, now: number) => {
      const mails = (old?.mails ?? []).filter((mail) => mail.id !== id)
      return counting(old, less, { now, at, mails })
    }
    await this.#order.run([key], () => this.#change(key, change))
  }

  /** One compare-and-set; what `change` says instead of a document ends it. */
  async #change(
    key: string,
    change: (old: SentDocument | undefined, now: number) => Counted | 'before' | Exceeded,
  ): Promise<'before' | Exceeded | undefined> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const old = await this.#sent.findOne({ _id: key })
      const now = this.#clock.now()
      const changed = change(old, now)
      if (changed === 'before' || 'limit' in changed) return changed
      const version = (old?.version ?? 0) + 1
      const expiresAt = new Date(now + KEPT_MS)
      if (await this.#write({ _id: key, ...changed, version, expiresAt }, old)) return undefined
    }
    throw new Fault('busy', 'Too much is sent at the same time, try again')
  }

  async #write(document: SentDocument, old: SentDocument | undefined): Promise<boolean> {
    if (old !== undefined) {
      const unchanged = { _id: old._id, version: old.version }
      const { _id, ...fields } = document
      return (await this.#sent.updateOne(unchanged, { $set: { ...fields } })).matched === 1
    }
    try {
      await this.#sent.insertOne(document)
      return true
    } catch (error) {
      if (error instanceof DuplicateKey) return false
      throw error
    }
  }
}

function remembers(mails: SentDocument['mails'], id: string): boolean {
  return id !== '' && mails.some((mail) => mail.id === id)
}

type Counted = Pick<SentDocument, 'hour' | 'day' | 'mails'>

function counting(
  old: SentDocument | undefined,
  amount: Amount,
  { now, at = now, mails }: { now: number; at?: number; mails: SentDocument['mails'] },
): Counted {
  return {
    hour: add(old?.hour ?? [], HOUR, { now, at }, amount),
    day: add(old?.day ?? [], DAY, { now, at }, amount),
    mails: mails
      .filter((mail) => mail.id !== '' && mail.at > now - MAILS_KEPT_MS)
      .slice(-MAILS_MAX),
  }
}
