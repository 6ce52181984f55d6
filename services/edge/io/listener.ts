import { createServer, type Server, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import { type Endpoint, formatAddress } from '#lib/node/setting.ts'
import { Connection, type SessionLimits } from './connection.ts'
import { logTo } from './haraka.ts'
import { type EdgeRules, type EdgeServer, registerEdgePlugin } from './plugin.ts'

export interface SmtpOptions {
  readonly hostname: string
  readonly limits: SessionLimits
  readonly rules: EdgeRules
  secureContext(): SecureContext
}

/** Where sessions come from. Disposed, it takes no new ones and ends those that are open, each at its next answer. */
export interface SmtpListener extends AsyncDisposable {
  readonly address: string
}

export async function listenSmtp(listen: Endpoint, options: SmtpOptions): Promise<SmtpListener> {
  const { rules } = options
  const sessions = new Set<Connection>()
  let allGone = () => {}
  registerEdgePlugin()
  logTo(rules.events.library)

  let bound = { address: '', port: 0 }
  const server: EdgeServer = {
    ...options,
    has_tls: false,
    notes: {},
    address: () => bound,
    closed(session) {
      sessions.delete(session)
      rules.events.disconnected(sessions.size)
      if (sessions.size === 0) allGone()
    },
  }
  const tcp = createServer({ noDelay: true }, (socket: Socket) => {
    sessions.add(new Connection(socket, server, socket.remoteAddress ?? ''))
    rules.events.connected(sessions.size)
  })
  bound = await bind(tcp, listen)
  return {
    address: formatAddress({ host: bound.address, port: bound.port }),
    async [Symbol.asyncDispose]() {
      tcp.close()
      const gone = Promise.withResolvers<void>()
      allGone = gone.resolve
      for (const session of [...sessions]) session.leave()
      if (sessions.size > 0) await gone.promise
    },
  }
}

async function bind(tcp: Server, listen: Endpoint): Promise<{ address: string; port: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  tcp.once('error', reject)
  tcp.listen(listen, resolve)
  await promise
  const address = tcp.address()
  return address !== null && typeof address === 'object' ? address : { address: '', port: 0 }
}
