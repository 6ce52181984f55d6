import type { ReceivedReply } from '#lib/smtp/reply-reader.ts'
import type { Failure } from '../bounces/classify.ts'

/** Where a connection goes. */
export interface Target {
  /** As the MX record or the route names it. */
  readonly host: string
  /** One of its IP addresses. */
  readonly address: string
  readonly port: number
}

/**
 * A connection to another host's mail server: what a session needs of a socket. Every wait has a limit in all, so that
 * a byte a minute keeps nobody.
 */
export interface Wire {
  readonly target: Target
  /** Our own address on it. */
  readonly source: string
  /** Protocol and cipher, once it is encrypted. */
  readonly tls: string | undefined
  /** Whether it is open, and nothing came that nobody asked for. */
  readonly sound: boolean
  /** Resolves when the kernel has the bytes. @throws {Broken} */
  send(bytes: string | readonly Buffer[], timeoutMs: number): Promise<void>
  /** The next reply; one that came before the connection ended is still told. @throws {Broken} */
  reply(timeoutMs: number): Promise<ReceivedReply>
  /** A reply that is there already. */
  early(): ReceivedReply | undefined
  /**
   * Shakes hands; what came in plain text before is never taken for an answer. `verified`: only with who has a certificate for
   * the name of the target. @throws {Broken}
   */
  startTls(timeoutMs: number, verified: boolean): Promise<void>
  /** Closes it at once, without a word; whoever waits is told why. */
  destroy(why?: string): void
}

/** The connection is of no use any more: it ended, was silent for too long, or what came was no SMTP. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

/** Nothing more can be done in this session, and why. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly failure: Failure
  /** The handshake broke: without encryption it may work. */
  readonly tlsBroken: boolean

  constructor(failure: Failure, { tlsBroken = false }: { readonly tlsBroken?: boolean } = {}) {
    super(failure.text)
    this.failure = failure
    this.tlsBroken = tlsBroken
  }
}

/** The failure that a reply is. */
export function refusal(stage: Failure['stage'], reply: ReceivedReply, text: string): Failure {
  const { code, status } = reply
  return { stage, code, ...(status !== undefined && { status }), text }
}
