import type { Telemetry } from '#lib/base/telemetry.ts'
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
  const sessions = new Set<object>()
  let allGone = () => {}
  const server = new SubmissionServer({
    ...options,
    implicitTls: name === 'submissions',
    closed(session) {
      if (!sessions.delete(session)) return
      all.delete(session as Connection)
      rules.events.disconnected(all.size)
      if (sessions.size === 0) allGone()
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
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      const gone = Promise.withResolvers<void>()
      allGone = gone.resolve
      for (const session of [...sessions] as Connection[]) session.leave()
      if (sessions.size === 0) return
      const timer = setTimeout(() => {
        for (const session of [...sessions] as Connection[]) session.destroy()
      }, options.graceMs)
      await gone.promise
      clearTimeout(timer)
    },
  }
}
