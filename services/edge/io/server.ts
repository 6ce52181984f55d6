import type { SecureContext } from 'node:tls'
import type { Connection } from './connection.ts'
import type { HarakaServer } from './haraka.ts'

/** RFC 5321 §3.8, RFC 3463 §3.4 */
export const STOPPING = '4.3.2 The service is stopping, come again'

export interface SessionLimits {
  readonly sizeBytesMax: number
  readonly lineBytesMax: number
  readonly commandBytesMax: number
  readonly errorsMax: number
  readonly commandTimeoutMs: number
  readonly dataTimeoutMs: number
  readonly temporaryFolder: string | undefined
}

/** What a session has from the listener it came by; the same for all of them. */
export interface SessionServer extends HarakaServer {
  readonly hostname: string
  readonly limits: SessionLimits
  secureContext(): SecureContext
  closed(session: Connection): void
  /** Told of our own bugs. */
  broken(session: Connection, error: unknown): void
}
