/**
 * All messages of a mailbox at one MODSEQ, read from their documents while others go on changing them. It takes no view
 * and no snapshot on trust, and shares no code with them: they are checked against it.
 */

import { Fault } from '#lib/base/fault.ts'
import { View } from '../commit/view.ts'
import { type MailboxDocument, type MessageDocument, messageKey } from '../documents.ts'
import {
  findNonsense,
  highestBit,
  isWhole,
  MESSAGE_FIELDS,
  uidOfPlace,
} from './message-document.ts'
import type { CheckPorts } from './options.ts'

const UID_MAX = 0xffff_ffff
const PAGE = 500
const TRIES_MAX = 500
const PAUSE_MS_MAX = 50

export class Reading {
  readonly key: string
  readonly #ports: CheckPorts
  #mailbox: MailboxDocument
  readonly view: View
  /** UIDs of messages whose documents make no sense, and why. */
  readonly nonsense = new Map<number, string>()
  /** UIDs of messages that lie in another place than they name. */
  readonly misplaced = new Map<number, string>()
  /** UIDs and highest bits of messages with keywords unknown when they were read. */
  readonly highBits = new Map<number, number>()
  /** `_id`s that are no place for a message. */
  readonly strays = new Set<string>()
  /** Of all documents, those of messages that are gone too. */
  uidMax = 0
  modSeqMax = 0

  private constructor(mailbox: MailboxDocument, ports: CheckPorts) {
    this.key = mailbox._id
    this.#ports = ports
    this.#mailbox = mailbox
    this.view = new View(mailbox.exists)
  }

  /** What the messages are compared with. */
  get mailbox(): MailboxDocument {
    return this.#mailbox
  }

  /** @throws {Fault} not-found */
  static async begin(key: string, ports: CheckPorts): Promise<Reading> {
    return new Reading(await look(key, ports), ports)
  }

  /**
   * Reads all messages, and gives those that live and make sense a page at a time. What comes after it has begun may be
   * missing there. `settle` has to follow.
   */
  async *pages(more: readonly string[]): AsyncGenerator<MessageDocument[]> {
    const { messages } = this.#ports.collections
    const options = { sort: { _id: 1 }, limit: PAGE, fields: [...MESSAGE_FIELDS, ...more] } as const
    for (let from = messageKey(this.key, 0); ; ) {
      const _id = { $gt: from, $lte: messageKey(this.key, UID_MAX) }
      const page = await Array.fromAsync(messages.find({ _id }, options))
      for (const message of page) this.#take(message)
      const sound = page.filter((one) => one.expiresAt === undefined && !findNonsense(one))
      if (sound.length > 0) yield sound
      if (page.length < PAGE) return
      from = page.at(-1)?._id ?? from
    }
  }

  /**
   * Brings the reading to one MODSEQ: that of the mailbox now, or a moment ago. Read again is what has changed since,
   * which is little; so it gets there however busy the mailbox is.
   *
   * @throws {Fault} not-found, busy
   */
  async settle(): Promise<void> {
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      const since = this.#mailbox.modSeq
      const now = await look(this.key, this.#ports)
      if (now.modSeq !== since || tries > 1) await this.#readSince(since)
      this.#mailbox = now
      // A message that is newer than the mailbox was changed meanwhile; unless the mailbox says that nothing was.
      if (this.modSeqMax <= now.modSeq) return
      if ((await look(this.key, this.#ports)).modSeq === now.modSeq) return
      if (tries > 10) await this.#ports.clock.sleep(Math.min(tries, PAUSE_MS_MAX))
    }
    throw new Fault('busy', 'The mailbox is changed by too many at once')
  }

  async #readSince(modSeq: number): Promise<void> {
    const filter = { mailbox: this.key, modSeq: { $gt: modSeq } }
    const options = { fields: MESSAGE_FIELDS }
    const changed = await Array.fromAsync(this.#ports.collections.messages.find(filter, options))
    changed.sort((a, b) => (a._id < b._id ? -1 : 1))
    this.modSeqMax = 0
    for (const message of changed) this.#take(message)
  }

  #take(message: MessageDocument): void {
    const uid = uidOfPlace(message._id, this.key)
    if (uid === 0) {
      // Another mailbox's that names this one is found there.
      if (message._id.startsWith(`${this.key}/`)) this.strays.add(message._id)
      return
    }
    this.uidMax = Math.max(this.uidMax, uid)
    if (isWhole(message.modSeq, 1)) this.modSeqMax = Math.max(this.modSeqMax, message.modSeq)
    for (const notes of [this.nonsense, this.misplaced, this.highBits]) notes.delete(uid)
    if (message.expiresAt !== undefined) {
      if (this.view.indexOf(uid) >= 0) this.view.remove(new Set([uid]))
      return
    }
    if (message.uid !== uid || message.mailbox !== this.key) {
      this.misplaced.set(uid, `It names ${message.mailbox} ${message.uid}`)
    }
    const nonsense = findNonsense(message)
    if (nonsense !== undefined) {
      this.nonsense.set(uid, nonsense)
      return
    }
    const bit = highestBit(message.flags)
    if (bit >= 5 + this.#mailbox.keywords.length) this.highBits.set(uid, bit)
    this.view.put({ ...message, uid })
  }
}

/**
 * The mailbox as it is now, whatever was committed carried out on the documents.
 *
 * @throws {Fault} not-found
 */
export function look(
  key: string,
  { committer }: Pick<CheckPorts, 'committer'>,
): Promise<MailboxDocument> {
  return committer.passing(key, (open) => open.read(false, ({ mailbox }) => mailbox))
}
