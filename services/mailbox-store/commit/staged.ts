/**
 * Messages on their way into a mailbox, all in one step however many they are. What does not fit into the mailbox
 * document is written beside it first; nobody sees it until a commit names it.
 */

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { fromUtf8, toUtf8 } from '#lib/base/bytes.ts'
import type { Clock, Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { newId } from '#lib/base/id.ts'
import { type Range, toUidSet, type UidSet } from '#lib/mail/uid-set.ts'
import { type Collections, type StagedDocument, stagedKey } from '../documents.ts'
import type { Failpoint } from './apply.ts'
import type { NewMessage } from './operation.ts'
import type { Plan, StagedEntry } from './plan.ts'

/** What stands in the mailbox document itself, and in one staged document. */
export interface StagingLimits {
  readonly inlineMax: number
  readonly partMax: number
}
export const STAGING: StagingLimits = { inlineMax: 200, partMax: 1000 }
const INLINE_WEIGHT_MAX = 1024 * 1024
const PART_WEIGHT_MAX = 1024 * 1024
const MESSAGE_WEIGHT = 300
const STAGED_WEIGHT = 20_000
/** Far less than the day after which what was staged, and bytes that were stored for it, are taken for abandoned. */
const STAGED_MS_MAX = 12 * 3_600_000

/** A message without its place, and with the names of its flags: another mailbox has other bits for them. */
export type DraftMessage = Omit<NewMessage, 'uid' | 'flags'> & {
  readonly flags: readonly string[]
}

export interface DraftPorts {
  readonly collections: Pick<Collections, 'staged'>
  readonly clock: Clock
  readonly random: Random
  readonly at: Failpoint
  /** How many messages are too many. */
  readonly staging?: StagingLimits
}

export interface Draft {
  readonly count: number
  readonly bytes: number
  /** Bytes that it adds to an operation, roughly. */
  readonly weight: number
  /** Adds all messages, in order; answers their UIDs. */
  addTo(plan: Plan): UidSet
  /** Removes what was staged: only for who knows that no commit names it. */
  discard(): Promise<void>
}

/** Takes messages one by one, and holds few of them at a time; of the others, what a view has to know. */
export async function draft(
  mailbox: string,
  messages: AsyncIterable<DraftMessage> | Iterable<DraftMessage>,
  ports: DraftPorts,
): Promise<Draft> {
  const staging = new Staging(mailbox, ports)
  try {
    for await (const message of messages) await staging.add(message)
    return await staging.end()
  } catch (error) {
    // The error counts; what stays behind is found when it is old.
    await staging.discard().catch(() => undefined)
    throw error
  }
}

export function decodeStaged({ messages }: Pick<StagedDocument, 'messages'>): DraftMessage[] {
  return JSON.parse(toUtf8(zstdDecompressSync(messages))) as DraftMessage[]
}

class Staging {
  readonly #mailbox: string
  readonly #ports: DraftPorts
  readonly #limits: StagingLimits
  readonly #id: string
  readonly #startedAt: number
  #waiting: DraftMessage[] = []
  #weight = 0
  #bytes = 0
  readonly #counts: number[] = []
  readonly #entries: StagedEntry[] = []
  readonly #names = new Map<string, readonly string[]>()

  constructor(mailbox: string, ports: DraftPorts) {
    this.#mailbox = mailbox
    this.#ports = ports
    this.#limits = ports.staging ?? STAGING
    this.#id = newId(ports.clock, ports.random)
    this.#startedAt = ports.clock.now()
  }

  async add(message: DraftMessage): Promise<void> {
    this.#waiting.push(message)
    this.#bytes += message.size
    this.#weight += message.details.length + MESSAGE_WEIGHT
    if (this.#waiting.length === this.#limits.partMax || this.#weight > PART_WEIGHT_MAX)
      await this.#write()
  }

  async end(): Promise<Draft> {
    if (this.#counts.length === 0 && this.#waiting.length <= this.#limits.inlineMax) {
      if (this.#weight <= INLINE_WEIGHT_MAX) return this.#inline()
    }
    if (this.#waiting.length > 0) await this.#write()
    return {
      count: this.#entries.length,
      bytes: this.#bytes,
      weight: STAGED_WEIGHT + this.#counts.length,
      addTo: (plan) => this.#addTo(plan),
      discard: () => this.discard(),
    }
  }

  async discard(): Promise<void> {
    const { staged } = this.#ports.collections
    for (const part of this.#counts.keys()) {
      await staged.deleteOne({ _id: stagedKey(this.#mailbox, this.#id, part) })
    }
  }

  #inline(): Draft {
    const messages = this.#waiting
    return {
      count: messages.length,
      bytes: this.#bytes,
      weight: this.#weight,
      addTo: (plan) => {
        this.#checkAge(plan)
        return toUidSet(
          messages.map((message) => plan.add({ ...message, flags: plan.words(message.flags) })),
        )
      },
      discard: async () => undefined,
    }
  }

  #addTo(plan: Plan): readonly Range[] {
    this.#checkAge(plan)
    return plan.addStaged({ id: this.#id, counts: this.#counts }, this.#entries)
  }

  /** Until then nobody takes what it refers to for abandoned. */
  #checkAge({ now }: Plan): void {
    if (now - this.#startedAt > STAGED_MS_MAX) throw new Fault('unavailable', 'It took too long')
  }

  async #write(): Promise<void> {
    const { clock, collections, at } = this.#ports
    const messages = this.#waiting
    at('stage')
    // Counted first: when the answer is lost, it may have been written.
    const part = this.#counts.push(messages.length) - 1
    await collections.staged.insertOne({
      _id: stagedKey(this.#mailbox, this.#id, part),
      messages: zstdCompressSync(fromUtf8(JSON.stringify(messages))),
      createdAt: new Date(clock.now()),
    })
    for (const { flags, size, internalDate } of messages) {
      this.#entries.push({ flags: this.#shared(flags), size, internalDate })
    }
    this.#waiting = []
    this.#weight = 0
  }

  #shared(flags: readonly string[]): readonly string[] {
    const key = flags.join(' ')
    const known = this.#names.get(key) ?? flags
    this.#names.set(key, known)
    return known
  }
}
