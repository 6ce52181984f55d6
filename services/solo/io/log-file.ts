/** Where a child's output goes. The child writes to the file itself; we only keep it from growing for ever. */

import { closeSync, copyFileSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs'

const LOOK_EVERY_MS = 30_000

export interface LogFile extends Disposable {
  readonly path: string
  /** Open for appending: give it to the child. */
  readonly fd: number
}

/**
 * Opens `path` for appending. When it has more than `bytesMax`, its content is copied to `path.1` and the file
 * emptied in place, since the child goes on writing to it; a line written at that very instant may be lost.
 */
export function openLogFile(path: string, bytesMax: number): LogFile {
  const fd = openSync(path, 'a', 0o600)
  const setAside = () => {
    const sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (sizeBytes <= bytesMax) return
    copyFileSync(path, `${path}.1`)
    truncateSync(path)
  }
  setAside()
  const timer = setInterval(setAside, LOOK_EVERY_MS).unref()
  return {
    path,
    fd,
    [Symbol.dispose]() {
      clearInterval(timer)
      closeSync(fd)
    },
  }
}

/** The end of a log, for somebody who has to find out why a process does not start. */
export function lastLines(path: string): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
}
