/** Postfix's smtp-sink from Debian: another host that takes everything, and counts it. */

import { spawn } from 'node:child_process'
import { untilOpen } from '../ingest/dovecot.ts'

export interface Sink extends AsyncDisposable {
  readonly port: number
  /** Resolves with the time, in milliseconds since 1970, at which so many messages had come since it was started. */
  untilTaken(count: number): Promise<number>
}

const BACKLOG = 1000

export async function startSink(port: number): Promise<Sink> {
  const args = ['-c', '-u', 'nobody', '-m', '500', `127.0.0.1:${port}`, String(BACKLOG)]
  const child = spawn('smtp-sink', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const failed = new Promise<never>((_, reject) => child.once('error', reject))
  let taken = 0
  const waiting = new Set<{ count: number; resolve: (at: number) => void }>()
  child.stdout.setEncoding('latin1').on('data', (text: string) => {
    for (const [, count] of text.matchAll(/mesg=(\d+)/g)) taken = Math.max(taken, Number(count))
    for (const one of waiting) {
      if (taken < one.count) continue
      waiting.delete(one)
      one.resolve(performance.timeOrigin + performance.now())
    }
  })
  await Promise.race([untilOpen(port), failed])
  return {
    port,
    untilTaken: (count) =>
      new Promise((resolve) => {
        if (taken >= count) resolve(performance.timeOrigin + performance.now())
        else waiting.add({ count, resolve })
      }),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
