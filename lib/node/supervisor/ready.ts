/** Tells when a process has written its ready file, or answers on its port. */

import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import type { Endpoint } from '../setting.ts'

const PORT_POLL_MS = 20

/** What lib/node/service.ts writes once a service is able to work. */
export interface Ready {
  readonly pid: number
  readonly ops: string
  readonly listens: Readonly<Record<string, string>>
}

/** Calls back whenever a file in `folder` changes; the end of a wait, not its content. */
export function watchFolder(folder: string, changed: () => void): Disposable {
  const watcher = watch(folder, changed)
  return { [Symbol.dispose]: () => watcher.close() }
}

/** The ready file as process `pid` wrote it; undefined while it has not, or an earlier process did. */
export async function readReady(file: string, pid: number | undefined): Promise<Ready | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const ready = JSON.parse(text) as Ready
  return ready.pid === pid ? ready : undefined
}

/** True when something accepts connections there; false when `wanted` says no before. */
export async function untilAnswered(endpoint: Endpoint, wanted: () => boolean): Promise<boolean> {
  while (wanted()) {
    if (await answers(endpoint)) return wanted()
    await new Promise((resolve) => setTimeout(resolve, PORT_POLL_MS))
  }
  return false
}

async function answers(endpoint: Endpoint): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect(endpoint)
  socket.once('connect', () => resolve(true))
  socket.once('error', () => resolve(false))
  return promise.finally(() => socket.destroy())
}
