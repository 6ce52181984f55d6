/** Where a child's output goes. The child writes to the file itself; we only keep it from growing for ever. */

import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'

const LOOK_EVERY_MS = 30_000
const END_BYTES_MAX = 64 * 1024

export interface LogFile extends Disposable {
  readonly path: string
  /** Open for appending: give it to the child. */
  readonly fd: number
  sizeBytes(): number
}

/**
 * Opens `path` for appending. When it has more than `bytesMax`, its content is copied to `path.1` and the file
 * emptied in place, since the child goes on writing to it; a line written at that very instant may be lost.
 */
export function openLogFile(path: string, bytesMax: number): LogFile {
  const fd = openSync(path, 'a', 0o600)
  const sizeBytes = () => statSync(path, { throwIfNoEntry: false })?.size ?? 0
  const setAside = () => {
    if (sizeBytes() <= bytesMax) return
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  }
  setAside()
  const timer = setInterval(setAside, LOOK_EVERY_MS).unref()
  return {
    path,
    fd,
    sizeBytes,
    [Symbol.dispose]() {
      clearInterval(timer)
      closeSync(fd)
    },
  }
}

/** The last whole lines of what was written to a log after it had `fromBytes`; of all of it when it was emptied since. */
export function readLogEnd(path: string, fromBytes: number): string {
  const bytes = readFileSync(path)
  const begin = bytes.length < fromBytes ? 0 : fromBytes
  const cut = bytes.length - END_BYTES_MAX
  if (cut <= begin) return bytes.subarray(begin).toString()
  return bytes.subarray(bytes.indexOf('\n', cut - 1) + 1).toString()
}
