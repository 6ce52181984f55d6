import type { Telemetry } from '#lib/base/telemetry.ts'
import { Guests } from '#lib/node/drain/guests.ts'
import { listenTcp } from '#lib/node/listener.ts'
import type { Cidr, Endpoint } from '#lib/node/setting.ts'
import { Connection } from './connection.ts'
import { type ServerOptions, SubmissionServer } from './server.ts'

export interface ListenerOptions extends Omit<ServerOptions, 'implicitTls' | 'closed'> {
  readonly proxyFrom: readonly Cidr[]
  readonly connectionsMax: number
  readonly perAddressMax: number
  readonly telemetry: Telemetry
  /** How long messages under way may take when it is disposed. */
  readonly graceMs: number
  /** Of both listeners together. */
  readonly sessions: Set<Connection>
}

/** Where sessions come from. Disposed, it takes no new ones and ends those that are open, each at its next answer. */
export interface SubmissionListener extends AsyncDisposable {
  readonly address: string
}

/** Takes mail from users at an address, with STARTTLS or over TLS from the start. */
export async function listenSubmission(
  endpoint: Endpoint,
  name: 'submission' | 'submissions',
  options: ListenerOptions,
): Promise<SubmissionListener> {
  const { rules, sessions: all } = options
  const sessions = new Guests<Connection>()
  const server = new SubmissionServer({
    ...options,
    implicitTls: name === 'submissions',
    closed(session) {
      if (!sessions.remove(session as Connection)) return
      all.delete(session as Connection)
      rules.events.disconnected(all.size)
    },
  })
  const listener = await listenTcp(
    endpoint,
    ({ socket, remoteAddress }) => {
      // The client may have gone already.
      if (socket.destroyed) return
      const session = new Connection(server, socket, remoteAddress)
      sessions.add(session)
      all.add(session)
      rules.events.connected(all.size)
      session.init()
    },
    {
      name,
      proxyFrom: options.proxyFrom,
      connectionsMax: options.connectionsMax,
      perAddressMax: options.perAddressMax,
      ...(name === 'submission' && {
        busyLine: '421 4.7.0 Too many connections, come again later',
      }),
      telemetry: options.telemetry,
    },
  )
  return {
    address: listener.address,
    [Symbol.asyncDispose]() {
      return sessions.end(listener[Symbol.asyncDispose]() as Promise<void>, options)
    },
  }
}
