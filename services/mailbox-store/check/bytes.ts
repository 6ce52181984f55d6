/** Whether the bytes of messages are there, all of them, and on request whether they are the right ones. */

import type { Part } from '#lib/mime/structure.ts'
import { parseDetails } from '../details.ts'
import type { BlobDocument, MessageDocument } from '../documents.ts'
import type { Problem } from './kinds.ts'
import type { CheckOptions, CheckPorts } from './options.ts'

const PIECES_AT_ONCE = 500
const SOUND_MAX = 100_000

type Head = Pick<BlobDocument, '_id' | 'size' | 'layout'>

export interface BytesProblem extends Problem {
  readonly message: MessageDocument
}

/** Looks at messages a page at a time; what it has found sound it does not read again. */
export class BytesCheck {
  readonly #ports: CheckPorts
  readonly #options: CheckOptions
  /** Blobs whose bytes are the right ones. */
  readonly #sound = new Set<string>()

  constructor(ports: CheckPorts, options: CheckOptions) {
    this.#ports = ports
    this.#options = options
  }

  /** Messages that live, with `details` when bytes are to be read. */
  async *examine(messages: readonly MessageDocument[]): AsyncGenerator<BytesProblem> {
    const heads = await this.#heads(messages)
    const missing = await this.#missingPieces([...heads.values()])
    for (const message of messages) {
      const problem = await this.#examineOne(message, heads.get(message.blob), missing)
      if (problem === undefined) continue
      // It may have been expunged since it was read; then its bytes may have gone, too.
      if (await this.#isThere(message)) yield { ...problem, message }
    }
  }

  async #examineOne(
    message: MessageDocument,
    head: Head | undefined,
    missing: ReadonlySet<string>,
  ): Promise<Problem | undefined> {
    const uids = `${message.uid}`
    const named = `mail id ${message.mailId || 'none'}, ${message.blob}`
    if (head === undefined) return { kind: 'missing-blob', uids, detail: named }
    const gone = (head.layout ?? []).filter(
      ({ piece }) => piece !== undefined && missing.has(piece),
    )
    if (gone.length > 0) {
      const detail = `${named}: ${gone.length} of ${head.layout?.length} pieces`
      return { kind: 'missing-blob', uids, detail }
    }
    const laid = head.layout?.reduce((sum, { size }) => sum + size, 0) ?? head.size
    if (head.size !== message.size || laid !== head.size) {
      const detail = `${message.size}, its bytes ${head.size}, in pieces ${laid}; ${named}`
      return { kind: 'size', uids, detail }
    }
    if (!this.#options.bytes) return undefined
    const damage = await this.#findDamage(message)
    if (damage !== undefined) return { kind: 'damaged-blob', uids, detail: `${named}: ${damage}` }
    const nonsense = findNonsense(message)
    return nonsense === undefined ? undefined : { kind: 'details', uids, detail: nonsense }
  }

  async #heads(messages: readonly MessageDocument[]): Promise<Map<string, Head>> {
    const heads = new Map<string, Head>()
    const ids = [...new Set(messages.map(({ blob }) => blob))]
    if (ids.length === 0) return heads
    const options = { fields: ['size', 'layout'] }
    for await (const head of this.#ports.collections.blobs.find({ _id: { $in: ids } }, options)) {
      heads.set(head._id, head)
    }
    return heads
  }

  async #missingPieces(heads: readonly Head[]): Promise<Set<string>> {
    const missing = new Set<string>()
    for (const { layout = [] } of heads) {
      for (const { piece } of layout) if (piece !== undefined) missing.add(piece)
    }
    const ids = [...missing]
    for (let i = 0; i < ids.length; i += PIECES_AT_ONCE) {
      const some = { _id: { $in: ids.slice(i, i + PIECES_AT_ONCE) } }
      const found = this.#ports.collections.pieces.find(some, { fields: ['usedDay'] })
      for await (const { _id } of found) missing.delete(_id)
    }
    return missing
  }

  async #findDamage({ blob, size }: MessageDocument): Promise<string | undefined> {
    if (this.#sound.has(blob)) return undefined
    const [tenant = ''] = blob.split('/')
    try {
      const id = await this.#ports.blobs.idOf(tenant, this.#ports.blobs.read(blob, 0, size))
      if (id !== blob) return 'other bytes than were stored'
    } catch (error) {
      // What a frame throws that cannot be inflated; when the database is away, that is no damage.
      if (error instanceof Error && error.name === 'Fault') throw error
      return `they cannot be read (${(error as Error).message})`
    }
    if (this.#sound.size < SOUND_MAX) this.#sound.add(blob)
    return undefined
  }

  async #isThere({ _id, blob }: MessageDocument): Promise<boolean> {
    const now = await this.#ports.collections.messages.findOne({ _id }, { fields: ['blob'] })
    return now?.blob === blob
  }
}

/** Computes the details of a message again. Doing it twice is safe. */
export async function mendDetails(message: MessageDocument, ports: CheckPorts): Promise<boolean> {
  const { _id, blob, size } = message
  const [tenant = ''] = blob.split('/')
  const taken = await ports.blobs.take(tenant, ports.blobs.read(blob, 0, size))
  if (taken.blob !== blob) return false
  const set = { $set: { details: taken.details } }
  return (await ports.collections.messages.updateOne({ _id, blob }, set)).matched === 1
}

function findNonsense({ details: text, size }: MessageDocument): string | undefined {
  try {
    const { headerEnd, envelope, structure } = parseDetails(text)
    if (!(headerEnd >= 0 && headerEnd <= size)) return `Its header ends at ${headerEnd}`
    if (!Array.isArray(envelope.from)) return 'It has no envelope'
    return findBadPart(structure, size)
  } catch (error) {
    return `They cannot be read (${(error as Error).message})`
  }
}

function findBadPart(part: Part, size: number): string | undefined {
  const { headerStart, bodyStart, end, parts, message } = part
  const ordered = 0 <= headerStart && headerStart <= bodyStart && bodyStart <= end && end <= size
  if (!ordered) return `A part lies at ${headerStart}, ${bodyStart}, ${end} of ${size}`
  for (const child of [...parts, ...(message ? [message.structure] : [])]) {
    const bad = findBadPart(child, size)
    if (bad !== undefined) return bad
  }
  return undefined
}
