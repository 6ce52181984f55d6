import { Fault } from '#lib/base/fault.ts'
import { countUids, formatUidSet, parseUidSet } from '#lib/mail/uid-set.ts'
import { type Append, type AppendPorts, checkAnnounced } from './append.ts'
import type { Taken } from './bytes/blobs.ts'
import type { Change } from './commit/change.ts'
import { findReceipt } from './commit/receipts.ts'
import { type Draft, type DraftMessage, draft } from './commit/staged.ts'
import { type Collections, mailboxIdOf } from './documents.ts'
import { locateMailbox, type Owner } from './names.ts'
import type { Room } from './quota/tally.ts'
import type { Holder } from './quota.ts'

export type BatchMessage = Pick<Append, 'mailId' | 'content' | 'size' | 'flags' | 'internalDate'>

export type AppendBatch = Owner &
  Pick<Append, 'mailbox' | 'quotas'> & {
    /** Each is read to its end before the next is asked for; that they end without throwing says that these are all. */
    readonly messages: AsyncIterable<BatchMessage>
  }

export interface BatchAppended {
  readonly mailbox: string
  readonly uidValidity: number
  /** UID set, one for each message in the order given. */
  readonly uids: string
  readonly modSeq: number
  readonly repeated: boolean
  readonly bytes: number
}

export type BatchPorts = AppendPorts & {
  readonly collections: Pick<Collections, 'staged' | 'receipts'>
}

const MESSAGES_MAX = 100_000
const WEIGHT = 1000

/**
 * Puts several messages into a mailbox, in one step: all of them or none. Repeating it is safe as long as the first
 * message has the same mail id.
 *
 * RFC 3502 §6.3.11
 *
 * @throws {Fault} not-found, over-quota, too-large, invalid; forbidden when the mailbox belongs to another tenant
 */
export async function appendBatch(request: AppendBatch, ports: BatchPorts): Promise<BatchAppended> {
  const key = await locateMailbox(request, request.mailbox, ports)
  using taking = new Taking(request, key, ports)
  try {
    const drafted = await draft(key, taking.messages(), ports)
    if (drafted.count === 0) throw new Fault('invalid', 'There is no message')
    const change = batchChange(drafted, taking.receipt, request.tenant)
    const appended = await ports.committer.mailbox(key).change(change)
    if (appended.repeated) await drafted.discard()
    return { ...appended, bytes: drafted.bytes }
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'over-quota')) throw error
    const done = await taking.findDone()
    if (done === undefined) throw error
    return done
  }
}

/** Stores the messages as they come, and looks before each whether there is room for it too. */
class Taking {
  /** Under which a repetition finds what was done. */
  receipt = ''
  readonly #request: AppendBatch
  readonly #key: string
  readonly #ports: BatchPorts
  #count = 0
  #bytes = 0
  #room: Room | undefined

  constructor(request: AppendBatch, key: string, ports: BatchPorts) {
    this.#request = request
    this.#key = key
    this.#ports = ports
  }

  async *messages(): AsyncGenerator<DraftMessage> {
    for await (const message of this.#request.messages) {
      if (this.#count === 0 && message.mailId !== '') this.receipt = `m:${message.mailId}`
      this.#count++
      if (this.#count > MESSAGES_MAX) throw new Fault('too-large', 'There are too many messages')
      const { blob, size, details } = await this.#take(message)
      const { flags, internalDate, mailId } = message
      yield { flags, internalDate, mailId, blob, size, details }
    }
  }

  /** What an earlier time has done: it needs no more room. */
  async findDone(): Promise<BatchAppended | undefined> {
    if (this.receipt === '') return undefined
    const done = await findReceipt(this.#key, this.receipt, this.#ports)
    if (done === undefined) return undefined
    const mailbox = this.#ports.committer.mailbox(this.#key)
    const { uidValidity, modSeq } = await mailbox.read(false, (now) => now.mailbox)
    const { uids } = done
    return { mailbox: mailboxIdOf(this.#key), uidValidity, uids, modSeq, repeated: true, bytes: 0 }
  }

  [Symbol.dispose](): void {
    this.#room?.[Symbol.dispose]()
  }

  async #take(message: BatchMessage): Promise<Taken> {
    const { blobs, at, messageBytesMax } = this.#ports
    const known = checkAnnounced(message, messageBytesMax)
    await this.#admit(this.#bytes + known)
    at('blob')
    const taken = await blobs.take(this.#request.tenant, message.content)
    this.#bytes += taken.size
    if (taken.size > known) await this.#admit(this.#bytes)
    return taken
  }

  /** Room for all messages up to now, in place of what was asked for before. */
  async #admit(bytes: number): Promise<void> {
    this.#room?.giveBack()
    this.#room = undefined
    const { account, tenant, domain = '', quotas } = this.#request
    const holder: Holder = { account, tenant, domain }
    this.#room = await this.#ports.quotas.admit(holder, { bytes, messages: this.#count }, quotas)
  }
}

function batchChange(
  drafted: Draft,
  receipt: string,
  tenant: string,
): Change<Omit<BatchAppended, 'bytes'>> {
  return {
    view: false,
    receipt,
    weight: drafted.weight + WEIGHT,
    passesMoves: true,
    plan(plan) {
      plan.requireTenant(tenant)
      const done = plan.receipt(receipt)
      if (done && countUids(parseUidSet(done.uids)) !== drafted.count) {
        throw new Fault('invalid', 'The mail id belongs to something else')
      }
      const uids = done?.uids ?? formatUidSet(drafted.addTo(plan))
      if (!done) plan.addReceipt({ key: receipt, uids })
      return ({ mailbox }) => ({
        mailbox: mailboxIdOf(mailbox._id),
        uidValidity: mailbox.uidValidity,
        uids,
        modSeq: mailbox.modSeq,
        repeated: done !== undefined,
      })
    },
  }
}
