/** What the ledger knows of one mail, and what is added to it while the mail is worked on. */

import assert from 'node:assert/strict'
import type { Clock, Random } from '#lib/base/clock.ts'
import { newId } from '#lib/base/id.ts'
import { DuplicateKey, type Write } from '#lib/db/port.ts'
import { addressKey, parseAddress } from '#lib/mail/address.ts'
import type { Envelope } from '#lib/mail/envelope.ts'
import {
  type Collections,
  ENDS,
  type LineDocument,
  type MailDocument,
  type Outcome,
} from '../documents.ts'
import { linesOf } from './trace.ts'

export interface LedgerParts {
  readonly collections: Pick<Collections, 'mails' | 'lines' | 'entries'>
  readonly clock: Pick<Clock, 'now'>
  readonly random: Random
  /** How long it is remembered. */
  readonly keepMs: number
}

/** The key of a recipient in the ledger; a mailbox that is a part of a group has the id of its account. */
export function recipientKey(recipient: string): string {
  return recipient.includes('@') ? addressKey(parseAddress(recipient)) : recipient
}

/**
 * The order of its writes is what makes every mail end once, whoever dies when:
 *
 * The document of the mail comes first; only one process can insert it. Lines that end a recipient have one `_id` each, so
 * that a second is none. Until the document is there, outcomes are kept in memory and go into it, which makes mail for
 * mailboxes of ours one write: killed before it, nothing is known, and the mailbox-store knows the mail when it comes again.
 */
export class MailRecord {
  readonly #envelope: Envelope | Pick<Envelope, 'mailId'>
  readonly #parts: LedgerParts
  readonly #ends = new Map<string, Outcome>()
  readonly #queued = new Set<string>()
  #early: Outcome[] = []
  #state: 'unknown' | 'ours' | 'found' = 'unknown'

  private constructor(envelope: Envelope | Pick<Envelope, 'mailId'>, parts: LedgerParts) {
    this.#envelope = envelope
    this.#parts = parts
  }

  /** All that is known; but for what the entry `except` has. */
  static async read(envelope: Envelope, parts: LedgerParts, except = ''): Promise<MailRecord> {
    const record = new MailRecord(envelope, parts)
    await record.#read(except)
    return record
  }

  /** Only what ended these recipients, of a mail whose document is there: it may have thousands of others. */
  static async readEnds(
    envelope: Pick<Envelope, 'mailId'>,
    keys: readonly string[],
    parts: LedgerParts,
  ): Promise<MailRecord> {
    const record = new MailRecord(envelope, parts)
    const { mails, lines } = parts.collections
    const { mailId: _id } = envelope
    const mail = await mails.findOne({ _id }, { fields: ['outcomes'] })
    const $in = keys.map((key) => `${_id}/${key}/end`)
    for await (const line of lines.find({ _id: { $in } })) record.#note(line)
    for (const outcome of mail?.outcomes ?? []) record.#note(outcome)
    record.#state = 'found'
    return record
  }

  /** Whether the document was there before us: somebody else has worked on the mail, or still does. */
  get found(): boolean {
    return this.#state === 'found'
  }

  /** What ended the recipient. */
  end(key: string): Outcome | undefined {
    return this.#ends.get(key)
  }

  /** Whether nothing is left to do for the recipient here: it ended, or an entry has it. */
  settled(key: string): boolean {
    return this.#ends.has(key) || this.#queued.has(key)
  }

  /** To be called before anything of the mail is done that cannot be repeated. May be repeated. */
  async open(about: { readonly tenant: string; readonly messageId: string }): Promise<void> {
    if (this.#state !== 'unknown') return
    const early = this.#early
    try {
      await this.#parts.collections.mails.insertOne(this.#document(about, early))
      this.#state = 'ours'
      this.#early = []
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error
      // Somebody works on the same mail, and was first: what we did goes behind it, unless it is there.
      for (const { recipient } of early) this.#ends.delete(recipientKey(recipient))
      this.#early = []
      await this.#read('')
      await this.add(early)
    }
  }

  /** Adds what happened. What ends a recipient that has ended is dropped; repeating it adds nothing. */
  async add(outcomes: readonly Outcome[]): Promise<void> {
    const fresh = outcomes.filter(
      ({ event, recipient }) => !ENDS.has(event) || !this.#ends.has(recipientKey(recipient)),
    )
    if (fresh.length === 0) return
    if (this.#state === 'unknown') this.#early.push(...fresh)
    else await this.#write(fresh)
    for (const one of fresh) {
      if (ENDS.has(one.event)) this.#ends.set(recipientKey(one.recipient), one)
    }
  }

  async #write(outcomes: readonly Outcome[]): Promise<void> {
    const writes = outcomes.map((outcome) => this.#line(outcome))
    for (;;) {
      try {
        return await this.#parts.collections.lines.bulkWrite(writes)
      } catch (error) {
        // Two upserts of one `_id` at the same instant: the second time it is there.
        if (!(error instanceof DuplicateKey)) throw error
      }
    }
  }

  #line(outcome: Outcome): Write<LineDocument> {
    const { clock, random, keepMs } = this.#parts
    const ended = ENDS.has(outcome.event) ? 'end' : newId(clock, random)
    const _id = `${this.#envelope.mailId}/${recipientKey(outcome.recipient)}/${ended}`
    const line = { ...outcome, expiresAt: new Date(clock.now() + keepMs) }
    return { kind: 'update', filter: { _id }, update: { $setOnInsert: line }, upsert: true }
  }

  #document(
    { tenant, messageId }: { readonly tenant: string; readonly messageId: string },
    outcomes: readonly Outcome[],
  ): MailDocument {
    assert(
      'recipients' in this.#envelope,
      'Only what came with its envelope is not in the ledger yet',
    )
    const { sender, recipients, client, ...envelope } = this.#envelope
    return {
      _id: envelope.mailId,
      at: new Date(envelope.receivedAt),
      sender: sender === null ? '' : addressKey(sender),
      recipients: [...new Set(recipients.map(({ address }) => addressKey(address)))],
      messageId,
      tenant,
      class: envelope.class,
      sizeBytes: envelope.sizeBytes,
      ...(client.account !== undefined && { account: client.account }),
      clientAddress: client.address,
      clientHelo: client.helo,
      outcomes,
      expiresAt: new Date(this.#parts.clock.now() + this.#parts.keepMs),
    }
  }

  /** Entries before lines: an entry goes only after the lines that end its recipients are there. */
  async #read(except: string): Promise<void> {
    const { mailId } = this.#envelope
    const { mails, lines, entries } = this.#parts.collections
    const mail = await mails.findOne({ _id: mailId }, { fields: ['outcomes'] })
    if (mail === undefined) return
    this.#state = 'found'
    for await (const { _id, recipients } of entries.find({ mailId })) {
      if (_id === except) continue
      for (const { address } of recipients) this.#queued.add(recipientKey(address))
    }
    for (const outcome of mail.outcomes) this.#note(outcome)
    for await (const line of lines.find(linesOf(mailId))) this.#note(line)
  }

  #note(outcome: Outcome): void {
    if (ENDS.has(outcome.event)) this.#ends.set(recipientKey(outcome.recipient), outcome)
  }
}
