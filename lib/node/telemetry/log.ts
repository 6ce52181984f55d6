/** One JSON line per event on standard output: `{time, level, service, event, …}`. */

import { type Logger, pino } from 'pino'

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** Lines that may wait for a reader that is slow; what is beyond it is dropped rather than kept in memory. */
const WAITING_BYTES_MAX = 16 * 1024 * 1024
const WRITTEN_MS_MAX = 500
const CAUSES_MAX = 5

export interface Log {
  readonly logger: Logger
  /** Resolves when the lines so far are written, or nobody reads them. */
  written(): Promise<void>
}

/** Writes to file descriptor `fd`, standard output unless said otherwise. */
export function openLog(service: string, level: LogLevel, fd = 1): Log {
  // With a `minLength` of 0 a flush answers at once, whatever is still to be written.
  const options = { dest: fd, sync: false, minLength: 1, maxLength: WAITING_BYTES_MAX }
  const destination = pino.destination(options)
  // Whoever read our output has gone; that must not end the service.
  destination.on('error', () => undefined)
  const logger = pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
    },
    destination,
  )
  const written = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, WRITTEN_MS_MAX)
      destination.flush(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  return { logger, written }
}

/** Name, text, stack and causes; no other property, for those of libraries hold sockets and passwords. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const { name, message, stack, cause } = error
  const { code } = error as { code?: unknown }
  const errors = error instanceof AggregateError ? error.errors.slice(0, CAUSES_MAX) : []
  const deeper = depth < CAUSES_MAX
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause !== undefined && deeper ? { cause: describeError(cause, depth + 1) } : {}),
    ...(errors.length > 0 && deeper
      ? { errors: errors.map((one) => describeError(one, depth + 1)) }
      : {}),
  }
}
