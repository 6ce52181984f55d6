/** Another host's SMTP server for tests: takes mail, or misbehaves at the place it is told to. */

import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { makeSelfSigned } from '#lib/node/tls/self-signed.ts'
import type { Endpoint } from '../world.ts'
import { PeerSession, PeerWorld } from './peer-session.ts'

/** `connect` is before the greeting, `content` while the message comes, `dot` after its end. */
export type Stage =
  | 'connect'
  | 'greeting'
  | 'ehlo'
  | 'helo'
  | 'starttls'
  | 'auth'
  | 'mail'
  | 'rcpt'
  | 'data'
  | 'content'
  | 'dot'
  | 'rset'
  | 'quit'

/**
 * What to do instead of the usual. A text is the reply: its lines, without the last CRLF. `drop` closes the
 * connection without one (at `dot`: after the message was taken), `silent` says nothing any more and goes on reading; a reply at
 * `content` is the last word.
 */
export type Behaviour =
  | 'accept'
  | 'drop'
  | 'silent'
  | (string & {})
  /** The usual answer, or `reply`, after a time. */
  | { readonly afterMs: number; readonly reply?: string }
  /** A tar pit: the answer, one byte each so many milliseconds. */
  | { readonly dripMs: number; readonly reply?: string }
  /** At `content`: closes the connection after so many bytes of the message. */
  | { readonly dropAfterBytes: number }

/** A list is used one by one, and then it is `accept`; a function is asked each time with the line. */
export type Script =
  | Behaviour
  | readonly Behaviour[]
  | ((line: string, session: { readonly connection: number }) => Behaviour | undefined)

export interface PeerOptions {
  /** An address of the loopback: several peers may share a port, each on its own. */
  readonly host?: string
  readonly port?: number
  readonly hostname?: string
  /** What EHLO offers beside STARTTLS. */
  readonly extensions?: readonly string[]
  /** `broken` answers STARTTLS with 220, and then with rubbish; `none` (the default) does not offer it. */
  readonly tls?: 'good' | 'broken' | 'none'
  readonly on?: Readonly<Partial<Record<Stage, Script>>>
  /** Answers DATA with 354 though no recipient was taken. RFC 2920 §3.1 */
  readonly wantsContentForNobody?: boolean
  /** Whether the bytes of mails are kept; a size and a digest are in any case. */
  readonly keep?: boolean
}

/** A mail whose final dot came, whatever was answered. */
export interface PeerMail {
  /** What stood in MAIL and in each accepted RCPT: path and parameters. */
  readonly mail: string
  readonly rcpt: readonly string[]
  /** Without the dots that SMTP adds. */
  readonly bytes: Buffer
  readonly sizeBytes: number
  readonly sha256: string
  readonly tls: boolean
  readonly helo: string
  /** Counted from 1. */
  readonly connection: number
  readonly remote: string
  /** Whether it was answered 250. */
  readonly accepted: boolean
  /** When the dot came: milliseconds since 1970. */
  readonly at: number
  /** Whether anything came after it on its connection; if not, the other side may never have heard the answer. */
  readonly followed: boolean
}

export interface Peer extends AsyncDisposable {
  readonly host: string
  readonly port: number
  readonly endpoint: Endpoint
  readonly mails: PeerMail[]
  /** Every command line: `1 MAIL FROM:<a@b.test>` came on the first connection. */
  readonly commands: string[]
  readonly connections: { readonly total: number; readonly open: number; readonly openMax: number }
  /** Changes what it does from now on. */
  on(stage: Stage, script: Script): void
  /** Resolves when so many mails were accepted. */
  accepted(count: number): Promise<void>
  /** Closes every connection there is, without a word. */
  hangUp(): void
}

/** Starts a server that takes every mail, but for what `on` says. */
export async function startPeer(options: PeerOptions = {}): Promise<Peer> {
  const world = new PeerWorld(options)
  const context = options.tls === 'good' ? await testContext() : undefined
  const server = createServer((socket) => {
    world.sockets.add(socket)
    world.connections.total += 1
    world.connections.open += 1
    world.connections.openMax = Math.max(world.connections.openMax, world.connections.open)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      world.sockets.delete(socket)
      world.connections.open -= 1
    })
    const session = new PeerSession(world, socket, context)
    // What ends a session is the end of its connection; a bug of this file shows as an answer that never comes.
    session.run().catch(() => socket.destroy())
  })
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1')
  await once(server, 'listening')
  const { address: host, port } = server.address() as AddressInfo
  return {
    ...{ host, port, endpoint: { host, port } },
    ...{ mails: world.mails, commands: world.commands, connections: world.connections },
    on(stage, script) {
      world.scripts.set(stage, script)
      world.used.delete(stage)
    },
    accepted: (count) =>
      new Promise((resolve) => {
        const check = () => {
          if (world.mails.filter((mail) => mail.accepted).length < count) return
          world.waiting.delete(check)
          resolve()
        }
        world.waiting.add(check)
        check()
      }),
    hangUp() {
      for (const socket of world.sockets) socket.destroy()
    },
    async [Symbol.asyncDispose]() {
      for (const socket of world.sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

let madeContext: Promise<SecureContext> | undefined

function testContext(): Promise<SecureContext> {
  madeContext ??= makeSelfSigned(['mx.peer.test', 'localhost', '127.0.0.1'], Date.now()).then(
    (pem) => createSecureContext({ key: pem, cert: pem }),
  )
  return madeContext
}
