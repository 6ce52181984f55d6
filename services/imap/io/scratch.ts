import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '#lib/base/fault.ts'
import type { SetAside } from '../mail-store.ts'

const CHUNK_BYTES = 65_536

/**
 * Lays large messages on the disk while they come in, so that a slow client occupies neither our memory
 * nor one of the few places that the mailbox-store has for large messages. The files have no name: they
 * are gone with the process.
 */
export async function openScratch(
  folder: string,
  newId: () => string,
): Promise<(pieces: AsyncIterable<Uint8Array>) => Promise<SetAside>> {
  await mkdir(folder, { recursive: true })
  return async (pieces) => {
    const path = join(folder, `hikyaku-imap-${newId()}`)
    const file = await orBusy(() => open(path, 'wx+', 0o600))
    try {
      await orBusy(() => unlink(path))
      for await (const piece of pieces) await orBusy(() => writeAll(file, piece))
    } catch (error) {
      await file.close()
      throw error
    }
    return { read: () => readAll(file), [Symbol.asyncDispose]: () => file.close() }
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, at)
    at += bytesWritten
  }
}

async function* readAll(file: FileHandle): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; ; ) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, at)
    if (bytesRead === 0) return
    at += bytesRead
    yield buffer.subarray(0, bytesRead)
  }
}

/** A full disk is no bug, and passes. */
async function orBusy<Done>(work: () => Promise<Done>): Promise<Done> {
  try {
    return await work()
  } catch (cause) {
    throw new Fault('busy', 'There is no room for a large message now', { cause })
  }
}
