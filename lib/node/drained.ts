import type { Writable } from 'node:stream'

/** Resolves when a stream that was full takes more, or never will again. */
export function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      for (const event of EVENTS) stream.off(event, settle)
      resolve()
    }
    for (const event of EVENTS) stream.on(event, settle)
    if (stream.destroyed) settle()
  })
}

const EVENTS = ['drain', 'close', 'error']
