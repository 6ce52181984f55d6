/** Faults are undone also when the drill is killed: by a shell that waits beside it. */

import { execFileSync, spawn } from 'node:child_process'

/** Undoes it now, once. */
export type Undoing = () => void

/** Arranges that `command` runs after so many seconds, or when what is returned is called: whatever is first. */
export function undoLater(seconds: number, command: string): Undoing {
  const watch = spawn('sh', ['-c', `sleep ${Math.ceil(seconds)}; ${command}`], {
    detached: true,
    stdio: 'ignore',
  })
  watch.unref()
  let undone = false
  return () => {
    if (undone) return
    undone = true
    if (watch.pid !== undefined) kill(watch.pid)
    execFileSync('sh', ['-c', command], { stdio: 'ignore' })
  }
}

/** Its sleep too: it leads a group of its own. */
function kill(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has come to its end by itself.
  }
}

/** Runs `command` when this process is gone, however it went; returns what lets that be. */
export function undoWhenGone(command: string): Undoing {
  const wait = `while kill -0 ${process.pid} 2>/dev/null; do sleep 1; done`
  const watch = spawn('sh', ['-c', `${wait}; ${command}`], { detached: true, stdio: 'ignore' })
  watch.unref()
  return () => {
    if (watch.pid !== undefined) kill(watch.pid)
  }
}
