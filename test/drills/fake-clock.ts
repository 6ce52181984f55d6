/** Clocks that can be changed, by libfaketime in front of libc, for the processes of one node. */

import { globSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FILE = 'hikyaku-drill-clock'
const LIBRARIES = ['/usr/lib/*/faketime/libfaketime.so.1', '/usr/lib/faketime/libfaketime.so.1']

export function whyNoFakeClock(): string | undefined {
  return libraryOf() === undefined ? 'needs libfaketime (Debian: faketime)' : undefined
}

/** Settings of processes whose clock follows a file in the folder that they are run from, where there is one. */
export function fakeClockEnv(): Record<string, string> {
  const library = libraryOf()
  if (library === undefined) return {}
  return {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: FILE,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_DONT_RESET: '1',
  }
}

/** Makes a tree that is the same as `root`, but for a clock of its own. */
export function makeTreeWithClock(root: string, tree: string): void {
  mkdirSync(tree, { recursive: true })
  for (const name of readdirSync(root)) {
    if (!name.startsWith('.')) symlinkSync(join(root, name), join(tree, name))
  }
  setFakeClock(tree, 0)
}

/** Whoever is run from the tree is so many seconds off from now on, and what runs there within a second. */
export function setFakeClock(tree: string, seconds: number): void {
  writeFileSync(join(tree, FILE), `${seconds < 0 ? '' : '+'}${seconds}\n`)
}

function libraryOf(): string | undefined {
  return globSync(LIBRARIES)[0]
}
