/** Disks that can be filled: a tmpfs of a given size in place of a folder. Needs root. */

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

const MARK = 'hikyaku-drill'
const BALLAST = '.ballast'
const PIECE = Buffer.alloc(1024 * 1024)

export interface TightDisk extends Disposable {
  readonly path: string
  /** Takes all that is left. */
  fill(): void
  /** Gives it back. */
  empty(): void
}

export function whyNoTightDisk(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'needs root'
}

/** Unmounts what drills left that were killed; each is named after the process that mounted it. */
export function removeOldDisks(): void {
  if (whyNoTightDisk() !== undefined) return
  for (const line of readFileSync('/proc/mounts', 'utf8').split('\n')) {
    const [source = '', path = ''] = line.split(' ')
    const pid = new RegExp(`^${MARK}-(\\d+)$`).exec(source)?.[1]
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) execFileSync('umount', ['-l', path])
  }
}

export function mountTightDisk(path: string, sizeBytes: number): TightDisk {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const options = `size=${sizeBytes},mode=700`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, `${MARK}-${process.pid}`, path])
  const ballast = join(path, BALLAST)
  return {
    path,
    fill: () => fill(path, ballast),
    empty: () => rmSync(ballast, { force: true }),
    [Symbol.dispose]() {
      rmSync(ballast, { force: true })
      execFileSync('umount', ['-l', path])
    },
  }
}

function fill(path: string, ballast: string): void {
  const file = openSync(ballast, 'a')
  try {
    for (;;) {
      const { bavail, bsize } = statfsSync(path)
      const left = bavail * bsize
      if (left === 0) return
      writeSync(file, PIECE, 0, Math.min(left, PIECE.length))
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  } finally {
    closeSync(file)
  }
}
