import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect as connectTls } from 'node:tls'
import { systemClock } from '#lib/node/clock.ts'
import { recordTelemetry } from '#lib/node/testing.ts'
import { loadTls } from '#lib/node/tls.ts'
import { openBackend, pack, viewOf } from '../testing.ts'
import { listenImap } from './listener.ts'
import { openScratch } from './scratch.ts'

const HUGE = 30_000_000

/** A listener with a made-up store, on a free port. */
async function open(
  name: 'imap' | 'imaps' = 'imap',
  { loginMs = 60_000, idleMs = 60_000, graceMs = 4000 } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'imap-'))
  const tls = await loadTls({ selfSignedFolder: folder, hosts: ['localhost'] })
  const backend = {
    ...openBackend({ settings: { loginMs, messageBytesMax: HUGE } }, new Set(), []),
    sleep: systemClock.sleep,
    setAside: await openScratch(folder, () => 'x'),
  }
  backend.store.view = async () => viewOf({ uids: [1], flags: [1] })
  backend.store.changes = async () => ({
    startOver: false,
    counts: viewOf({}).mailbox.counts,
    keywords: [],
    changed: pack([]),
    vanished: [],
  })
  const listener = await listenImap({ host: '127.0.0.1', port: 0 }, name, {
    backend,
    secureContext: () => tls.context(),
    idleMs,
    graceMs,
    tcp: {
      proxyFrom: [],
      connectionsMax: 10,
      perAddressMax: 3,
      telemetry: recordTelemetry(),
    },
  })
  return {
    backend,
    listener,
    port: Number(listener.address.split(':')[1]),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      tls[Symbol.dispose]()
      await rm(folder, { recursive: true })
    },
  }
}

/** Reads what comes; `until` waits for it. */
function reader(socket: Socket) {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => undefined)
  return {
    async until(pattern: RegExp): Promise<string> {
      while (!pattern.test(text)) {
        if (socket.destroyed) assert.fail(`closed after ${text.slice(-500)}`)
        await Promise.race([once(socket, 'data'), once(socket, 'close')])
      }
      const seen = text
      text = ''
      return seen
    },
  }
}

test('commands pipelined behind STARTTLS never run. RFC 9051 §6.2.1', async () => {
  await using server = await open()
  const plain = connect(server.port, '127.0.0.1')
  const clear = reader(plain)
  await clear.until(/ready\r\n$/)
  plain.write('a STARTTLS\r\nb NOOP\r\nc LOGIN x y\r\n')
  assert.equal(await clear.until(/a OK.*\r\n$/), 'a OK Begin TLS negotiation now\r\n')
  plain.removeAllListeners('data')
  const encrypted = connectTls({ socket: plain, rejectUnauthorized: false })
  await once(encrypted, 'secureConnect')
  const secret = reader(encrypted)
  encrypted.write('d NOOP\r\ne LOGIN alice secret\r\n')
  assert.match(await secret.until(/e OK.*\r\n$/), /^d OK NOOP completed\r\ne OK \[CAPABILITY /)
  encrypted.write('f LOGOUT\r\n')
  await secret.until(/f OK LOGOUT completed\r\n$/)
  encrypted.destroy()
})

test('IMAP over TLS from the first byte, and goodbye when the server stops', async () => {
  const server = await open('imaps')
  const socket = connectTls({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false })
  const client = reader(socket)
  assert.match(await client.until(/\r\n$/), /AUTH=PLAIN\] hikyaku ready\r\n$/)
  socket.write('a LOGIN alice secret\r\nb SELECT INBOX\r\nc IDLE\r\n')
  await client.until(/\+ idling\r\n$/)
  const ended = once(socket, 'end')
  const stopped = server[Symbol.asyncDispose]()
  assert.match(await client.until(/BYE/), /\* BYE The server is going down, come back\r\n$/)
  await Promise.all([stopped, ended])
})

test('what is no TLS handshake gets nothing, and costs nothing', async () => {
  await using server = await open('imaps')
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write('a LOGIN alice secret\r\n')
  socket.resume()
  await once(socket, 'close')
})

test('who does not log in is sent away', async () => {
  await using server = await open('imap', { loginMs: 20 })
  const socket = connect(server.port, '127.0.0.1')
  await reader(socket).until(/\* BYE Log in sooner\r\n$/)
})

test('who says nothing is sent away', async () => {
  await using server = await open('imap', { idleMs: 20 })
  const socket = connect(server.port, '127.0.0.1')
  await reader(socket).until(/\* BYE Idle for too long\r\n$/)
})

test('more connections than an address may have are told so', async () => {
  await using server = await open()
  const sockets = Array.from({ length: 4 }, () => connect(server.port, '127.0.0.1'))
  const said = await Promise.all(sockets.map((socket) => reader(socket).until(/\r\n$/)))
  const refused = said.filter((text) => text.startsWith('* BYE [UNAVAILABLE]'))
  assert.equal(refused.length, 1)
  for (const socket of sockets) socket.destroy()
})

/** Logs in, and has INBOX selected. */
async function logIn(port: number) {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  const client = reader(socket)
  await client.until(/ready\r\n$/)
  socket.write('a LOGIN alice secret\r\nb SELECT INBOX\r\n')
  await client.until(/b OK.*\r\n$/)
  return { socket, client }
}

test('a client that does not read stops the reading from the store', async () => {
  await using server = await open('imaps')
  let sent = 0
  const stuck = Promise.withResolvers<void>()
  server.backend.store.fetch = async function* () {
    const shape = { internalDate: 0, envelope: null, structure: null, header: null, content: null }
    yield { ...shape, uid: 1, sizeBytes: HUGE, headerEnd: 0 }
  }
  server.backend.store.read = async function* (_key, _uid, { end }) {
    for (; sent < end; sent += Math.min(10_000, end - sent)) {
      yield Buffer.alloc(Math.min(10_000, end - sent))
      // A turn of the event loop in which nothing was taken: it is stuck, and stays so.
      const before = sent
      setTimeout(() => sent <= before + 10_000 && stuck.resolve(), 100)
    }
  }
  const { socket } = await logIn(server.port)
  socket.removeAllListeners('data')
  socket.pause()
  socket.write('c FETCH 1 BODY.PEEK[]\r\n')
  await stuck.promise
  assert.ok(sent < HUGE / 2, `${sent} bytes were read`)
  let tail = ''
  let bytes = 0
  for await (const chunk of socket) {
    bytes += chunk.length
    tail = (tail + chunk.toString('latin1')).slice(-100)
    if (tail.endsWith('c OK FETCH completed\r\n')) break
  }
  assert.ok(bytes > HUGE)
  assert.equal(sent, HUGE)
  socket.destroy()
})

test('a message comes through as it was sent, however large', async () => {
  await using server = await open('imaps')
  let received = 0
  server.backend.store.append = async (_request, content) => {
    assert.ok(!(content instanceof Uint8Array))
    for await (const chunk of content) {
      assert.ok(chunk.length <= 65_536)
      assert.ok(chunk.every((byte) => byte === 120))
      received += chunk.length
    }
    return { uidValidity: 1, uid: 2 }
  }
  const { socket, client } = await logIn(server.port)
  socket.write('c APPEND INBOX {20000000}\r\n')
  await client.until(/^\+ .*\r\n$/)
  socket.write(Buffer.alloc(20_000_000, 'x'))
  socket.write('\r\n')
  await client.until(/c OK \[APPENDUID 1 2\]/)
  assert.equal(received, 20_000_000)
  socket.destroy()
})

test('clients are sent away one after the other, who runs a command last, after its answer', async () => {
  const server = await open('imaps')
  const first = await logIn(server.port)
  const busy = await logIn(server.port)
  const last = await logIn(server.port)
  const asked = Promise.withResolvers<void>()
  const listed = Promise.withResolvers<{ mailboxes: []; subscribedNames: [] }>()
  server.backend.store.list = () => {
    asked.resolve()
    return listed.promise
  }
  busy.socket.write('c LSUB "" *\r\n')
  await asked.promise
  const gone: string[] = []
  const goes = async (name: string, { client }: typeof first, pattern: RegExp) => {
    await client.until(pattern)
    gone.push(name)
    return performance.now()
  }
  const bye = /^\* BYE The server is going down, come back\r\n$/
  const [one, two] = [goes('first', first, bye), goes('last', last, bye)]
  const three = goes('busy', busy, /^c OK LSUB completed\r\n\* BYE .*\r\n$/)
  const stopped = server[Symbol.asyncDispose]()
  const between = (await two) - (await one)
  listed.resolve({ mailboxes: [], subscribedNames: [] })
  await three
  await stopped
  assert.deepEqual(gone, ['first', 'last', 'busy'])
  assert.ok(between > 25, `${between} ms between two goodbyes`)
})

test('a TLS handshake under way comes to its end, and then to the BYE', async () => {
  const server = await open('imaps')
  const raw = connect(server.port, '127.0.0.1')
  await once(raw, 'connect')
  const other = await logIn(server.port)
  const stopped = server[Symbol.asyncDispose]()
  await other.client.until(/BYE/)
  const socket = connectTls({ socket: raw, rejectUnauthorized: false })
  // It may have come before its turn to leave: then there is a greeting before it.
  await reader(socket).until(/\* BYE The server is going down, come back\r\n$/)
  await stopped
})

test('who does not come to an end is cut off in time', async () => {
  const server = await open('imaps', { graceMs: 200 })
  const { socket, client } = await logIn(server.port)
  socket.write('c APPEND INBOX {1000}\r\n')
  await client.until(/^\+ /)
  socket.write('half a mess')
  await server[Symbol.asyncDispose]()
  await client.until(/^\* BYE The server is going down, come back\r\n$/)
})
