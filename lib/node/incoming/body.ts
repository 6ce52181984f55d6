import { randomUUID } from 'node:crypto'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pieces } from '#lib/base/bytes.ts'
import { Fault } from '#lib/base/fault.ts'

/** From here on a message's bytes lie in a file. */
const MEMORY_BYTES_MAX = 512 * 1024
/** Of all messages together: beyond it, small ones go to files too. A thousand clients must not fill the memory. */
const SHARED_BYTES_MAX = 128 * 1024 * 1024
/** What may wait to be written before the client has to. */
const WAITING_BYTES_MAX = 1024 * 1024
const PIECE_BYTES = 256 * 1024

let sharedBytes = 0

/**
 * The bytes of a message that is coming in. The file of a large one has no name any more from its first moment:
 * whatever becomes of us, nothing stays behind.
 */
export class Body {
  readonly #folder: string | undefined
  #pieces: Buffer[] = []
  #heldBytes = 0
  #file: FileHandle | undefined
  #writing: Promise<void> | undefined
  #fileBytes = 0
  #error: unknown
  #closed = false

  /** Without a folder, the system's is used. */
  constructor(folder: string | undefined) {
    this.#folder = folder
  }

  /** Takes bytes. Returns a promise when the sender should wait for it; it never rejects. */
  add(bytes: Buffer): Promise<void> | undefined {
    if (this.#closed || this.#error !== undefined) return undefined
    this.#pieces.push(bytes)
    this.#hold(bytes.length)
    const fits = this.#heldBytes <= MEMORY_BYTES_MAX && sharedBytes <= SHARED_BYTES_MAX
    if (fits && !this.#spilled) return undefined
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined
    })
    // Beyond what all may hold, nobody sends more before his bytes are in the file.
    const full = this.#heldBytes > WAITING_BYTES_MAX || sharedBytes > SHARED_BYTES_MAX
    return full ? this.#writing : undefined
  }

  /** The bytes with `header` before them; a stream closes the file at its end. */
  after(header: Uint8Array): Pieces {
    return this.#spilled ? this.#stream(header) : [header, ...this.#pieces]
  }

  /** Lets go of everything. */
  close(): void {
    this.#closed = true
    this.#drop()
    const file = this.#file
    this.#file = undefined
    if (file === undefined || this.#writing !== undefined) return
    void file.close().catch(() => {})
  }

  get #spilled(): boolean {
    return this.#writing !== undefined || this.#fileBytes > 0 || this.#error !== undefined
  }

  #hold(bytes: number): void {
    this.#heldBytes += bytes
    sharedBytes += bytes
  }

  #drop(): void {
    this.#pieces = []
    this.#hold(-this.#heldBytes)
  }

  async #write(): Promise<void> {
    try {
      this.#file ??= await openNameless(this.#folder ?? tmpdir())
      const file = this.#file
      while (this.#pieces.length > 0 && !this.#closed) {
        const pieces = this.#pieces
        const bytes = this.#heldBytes
        this.#pieces = []
        await file.writev(pieces)
        this.#fileBytes += bytes
        if (!this.#closed) this.#hold(-bytes)
      }
      if (this.#closed) await file.close()
    } catch (error) {
      this.#error = error
      this.#drop()
    }
  }

  async *#stream(header: Uint8Array): AsyncGenerator<Uint8Array> {
    while (this.#writing !== undefined) await this.#writing
    if (this.#error !== undefined || this.#file === undefined) {
      throw new Fault('busy', 'No room for the message now', { cause: this.#error })
    }
    yield header
    for (let at = 0; at < this.#fileBytes; ) {
      const { bytesRead, buffer } = await this.#file.read(
        Buffer.alloc(PIECE_BYTES),
        0,
        PIECE_BYTES,
        at,
      )
      if (bytesRead === 0) throw new Error('The file of a message is shorter than it was')
      at += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  }
}

async function openNameless(folder: string): Promise<FileHandle> {
  const path = join(folder, `hikyaku-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600)
  await unlink(path)
  return file
}
