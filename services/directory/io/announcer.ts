import { connect, type NatsConnection } from '@nats-io/transport-node'
import { type Endpoint, formatAddress } from '#lib/node/setting.ts'
import type { Change } from '../registry.ts'

const SUBJECT = 'directory.changed'

interface Links {
  readonly NATS_SERVERS: readonly Endpoint[]
  readonly NATS_TOKEN?: string | undefined
}

export interface Announcer extends AsyncDisposable {
  announce(change: Change): void
}

/**
 * Tells over NATS which answers may have changed, as JSON. Nothing waits for it: without NATS the
 * directory works, and the caches of the others forget by themselves within seconds.
 */
export function openAnnouncer(links: Links): Announcer {
  let connection: NatsConnection | undefined
  let closed = false
  const connecting = connect({
    name: 'directory',
    servers: links.NATS_SERVERS.map(formatAddress),
    ...(links.NATS_TOKEN !== undefined && { token: links.NATS_TOKEN }),
    // For ever, from the first try on: NATS may come later than we do, and go away at any time.
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
  })
  connecting.then(
    (connected) => {
      connection = connected
      if (closed) void connected.close()
    },
    () => undefined,
  )
  return {
    announce(change) {
      if (closed || connection === undefined || connection.isClosed()) return
      connection.publish(SUBJECT, JSON.stringify(change))
    },
    async [Symbol.asyncDispose]() {
      closed = true
      if (connection !== undefined && !connection.isClosed()) await connection.drain()
    },
  }
}
