/** The ways a request can fail that are not bugs. Each protocol has one table that translates them. */
export type FaultCode =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not-found'
  | 'exists'
  | 'over-quota'
  | 'too-large'
  | 'conflict'
  | 'busy'
  | 'unavailable'

const TRANSIENT: ReadonlySet<FaultCode> = new Set(['over-quota', 'conflict', 'busy', 'unavailable'])

/**
 * A failure we expected, that the client may read about.
 *
 * `message` goes out on the wire, so it names no host, path or setting. `cause` goes to the log.
 */
export class Fault extends Error {
  override readonly name = 'Fault'
  readonly code: FaultCode

  constructor(code: FaultCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Refused before anything was begun, because there is too much to do here: another replica may have room. Never for what
 * would be refused there as well (a limit per account, a mailbox that too many change).
 */
export class Shed extends Fault {
  constructor(message: string, options?: ErrorOptions) {
    super('busy', message, options)
  }
}

/**
 * Whether trying again may help. What is not a Fault is our own bug, and mail must outlive our
 * bugs: it stays queued, it does not bounce.
 */
export function isTransient(error: unknown): boolean {
  return !(error instanceof Fault) || TRANSIENT.has(error.code)
}
