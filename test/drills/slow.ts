/** A TCP proxy that can be slow, silent or away: put in front of the database, or in the way of ports by nftables. */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { Endpoint } from '../world.ts'

/** `away` closes what there is and lets nobody in; `silent` carries nothing any more, and closes nothing. */
export type Mood = 'open' | 'away' | 'silent'

export interface SlowLink extends AsyncDisposable {
  readonly endpoint: Endpoint
  /** What it is from now on; each piece takes `delayMs` on its way, in both directions. */
  set(mood: Mood, delayMs?: number): void
}

export interface SlowOptions {
  readonly target: Endpoint
  /** From which address of the loopback it connects on, so that rules can tell it. */
  readonly from?: string
}

export async function startSlowLink({ target, from }: SlowOptions): Promise<SlowLink> {
  const sockets = new Set<Socket>()
  const held = new Set<() => void>()
  let mood: Mood = 'open'
  let delayMs = 0
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const carry = (source: Socket, sink: Socket) => {
    // In their order: a timer of the same length never overtakes one that was set before it.
    let order = Promise.resolve()
    const deliver = (then: () => unknown) => {
      const waited = delayMs === 0 ? undefined : new Promise((done) => setTimeout(done, delayMs))
      order = order.then(async () => {
        await waited
        while (mood === 'silent') await new Promise<void>((resolve) => held.add(resolve))
        then()
      })
    }
    source.on('data', (bytes) => deliver(() => sink.destroyed || sink.write(bytes)))
    source.on('end', () => deliver(() => sink.end()))
    source.on('close', () => deliver(() => sink.destroy()))
  }
  const server = createServer((socket) => {
    keep(socket)
    if (mood === 'away') {
      socket.resetAndDestroy()
      return
    }
    const onward = connect({ ...target, ...(from === undefined ? {} : { localAddress: from }) })
    keep(onward)
    carry(socket, onward)
    carry(onward, socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: { host: '127.0.0.1', port },
    set(next, ms = 0) {
      mood = next
      delayMs = ms
      if (mood === 'away') for (const socket of sockets) socket.resetAndDestroy()
      for (const resume of [...held]) {
        held.delete(resume)
        resume()
      }
    },
    async [Symbol.asyncDispose]() {
      mood = 'open'
      for (const resume of held) resume()
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
