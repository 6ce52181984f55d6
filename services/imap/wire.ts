/** One client's connection, as the sessions see it. The adapter is in io/socket-wire.ts. */
export interface Wire {
  readonly remoteAddress: string
  /** Whether it is encrypted. */
  readonly secure: boolean
  /** The next bytes; undefined when the client has gone, or after `interrupt`. One at a time. */
  read(): Promise<Uint8Array | undefined>
  /** Ends the read that waits, and all later ones. */
  interrupt(): void
  /** Queues text (sent as UTF-8) or bytes. */
  write(output: string | Uint8Array): void
  /** Whether the client has yet to take what was written. */
  readonly blocked: boolean
  /**
   * Resolves once the client has taken so much that more may be written.
   *
   * @throws {Disconnected}
   */
  drained(): Promise<void>
  /** Encrypts what follows; drops clear text that came too early. RFC 9051 §6.2.1 */
  startTls(): Promise<void>
  /** Sends what is queued and hangs up. */
  end(): Promise<void>
  /** Hangs up at once. */
  destroy(): void
}

/** The client has gone. Nobody's fault, and nothing to answer. */
export class Disconnected extends Error {
  override readonly name = 'Disconnected'
}
