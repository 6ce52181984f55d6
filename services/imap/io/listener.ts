import type { SecureContext } from 'node:tls'
import type { FindCharset } from '#lib/imap/parse-command.ts'
import { decodeText } from '#lib/mime/charset.ts'
import { type Guest, Guests } from '#lib/node/drain/guests.ts'
import { type Connection as Accepted, type ListenerOptions, listenTcp } from '#lib/node/listener.ts'
import type { Endpoint } from '#lib/node/setting.ts'
import { Connection } from '../connection.ts'
import type { Backend } from '../session.ts'
import { SocketWire } from './socket-wire.ts'

/** Fewer clients than fill the grace go at this pace: twenty come back in a second. */
const GOODBYE_GAP_MS = 50
const STOPPING = 'The server is going down, come back'

export interface ImapListenerOptions {
  readonly backend: Backend
  readonly secureContext: () => SecureContext
  readonly idleMs: number
  /** How long commands may still run when the service stops. */
  readonly graceMs: number
  readonly tcp: Omit<ListenerOptions, 'name' | 'busyLine'>
}

export interface ImapListener extends AsyncDisposable {
  readonly address: string
}

/**
 * Serves IMAP at an address, with STARTTLS or from the start over TLS. Disposing it stops accepting, sends
 * the clients away one after the other, each when its commands are done, and waits for that.
 */
export async function listenImap(
  endpoint: Endpoint,
  name: 'imap' | 'imaps',
  options: ImapListenerOptions,
): Promise<ImapListener> {
  const guests = new Guests<Guest>()
  const accept = (accepted: Accepted) => {
    const wire = new SocketWire(accepted.socket, { ...options, ...accepted })
    const connection = new Connection(options.backend, wire, findCharset)
    wire.onIdle = () => connection.timeOut()
    const guest = guestOf(connection, wire)
    guests.add(guest)
    void serve(connection, wire, name, options).finally(() => guests.remove(guest))
  }
  const listener = await listenTcp(endpoint, accept, {
    ...options.tcp,
    name,
    busyLine: '* BYE [UNAVAILABLE] Too many connections',
  })
  return {
    address: listener.address,
    [Symbol.asyncDispose]() {
      const { graceMs } = options
      const arrivals = listener[Symbol.asyncDispose]() as Promise<void>
      return guests.end(arrivals, { graceMs, gapMs: GOODBYE_GAP_MS })
    },
  }
}

function guestOf(connection: Connection, wire: SocketWire): Guest {
  return {
    get idle() {
      return connection.idle
    },
    leave: () => connection.leave(STOPPING),
    cut: () => connection.cut(STOPPING),
    destroy: () => wire.destroy(),
  }
}

/** Never rejects. */
async function serve(
  connection: Connection,
  wire: SocketWire,
  name: 'imap' | 'imaps',
  { backend }: ImapListenerOptions,
): Promise<void> {
  if (name === 'imaps' && !(await handshake(wire, backend))) return
  await connection.serve()
}

/** Most who fail here have never meant to speak IMAP. */
async function handshake(wire: SocketWire, backend: Backend): Promise<boolean> {
  const done = new AbortController()
  const { loginMs } = backend.settings
  if (Number.isFinite(loginMs)) {
    backend.sleep(loginMs, done.signal).then(
      () => wire.destroy(),
      () => undefined,
    )
  }
  try {
    await wire.startTls()
    return true
  } catch {
    wire.destroy()
    return false
  } finally {
    done.abort()
  }
}

const findCharset: FindCharset = (name) =>
  decodeText(Buffer.alloc(0), name).known
    ? (bytes) => decodeText(Buffer.from(bytes, 'latin1'), name).text
    : undefined
