import type { SecureContext } from 'node:tls'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { Guests } from '#lib/node/drain/guests.ts'
import { listenTcp } from '#lib/node/listener.ts'
import type { Cidr, Endpoint } from '#lib/node/setting.ts'
import { Connection } from './connection.ts'
import { logTo } from './haraka.ts'
import { type EdgeRules, type EdgeServer, registerEdgePlugin } from './plugin.ts'
import type { SessionLimits } from './server.ts'

export interface SmtpOptions {
  readonly hostname: string
  readonly limits: SessionLimits
  readonly rules: EdgeRules
  readonly proxyFrom: readonly Cidr[]
  readonly connectionsMax: number
  readonly perAddressMax: number
  readonly telemetry: Telemetry
  /** How long messages under way may take when it is disposed. */
  readonly graceMs: number
  secureContext(): SecureContext
}

/** Where sessions come from. Disposed, it takes no new ones and ends those that are open, each at its next answer. */
export interface SmtpListener extends AsyncDisposable {
  readonly address: string
}

export async function listenSmtp(endpoint: Endpoint, options: SmtpOptions): Promise<SmtpListener> {
  const { events } = options.rules
  const sessions = new Guests<Connection>()
  registerEdgePlugin()
  logTo(events.library)

  const server: EdgeServer = {
    hostname: options.hostname,
    limits: options.limits,
    rules: options.rules,
    secureContext: options.secureContext,
    has_tls: false,
    notes: {},
    broken: (session, error) => events.broken(session.peer.address, error),
    address: () => ({ address: '127.0.0.1', port: 0 }),
    closed(session) {
      sessions.remove(session)
      events.disconnected(sessions.size)
    },
  }
  const listener = await listenTcp(
    endpoint,
    ({ socket, remoteAddress }) => {
      // The client may have gone already; Haraka would take that badly.
      if (socket.destroyed) return
      sessions.add(new Connection(socket, server, remoteAddress))
      events.connected(sessions.size)
    },
    {
      name: 'smtp',
      proxyFrom: options.proxyFrom,
      connectionsMax: options.connectionsMax,
      perAddressMax: options.perAddressMax,
      busyLine: '421 4.7.0 Too many connections, come again later',
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
