import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { type Connection, type ListenerOptions, listenTcp } from './listener.ts'
import { parseAddress, parseCidrs } from './setting.ts'
import { recordTelemetry } from './testing.ts'
import { makeSelfSigned } from './tls/self-signed.ts'

const EVERYONE = parseCidrs('127.0.0.0/8,::1')

/** A server that greets with whom it sees, and echoes what it is told. */
async function openEcho(settings: Partial<ListenerOptions> = {}) {
  const telemetry = recordTelemetry()
  const options: ListenerOptions = {
    name: 'echo',
    proxyFrom: EVERYONE,
    connectionsMax: Number.POSITIVE_INFINITY,
    perAddressMax: Number.POSITIVE_INFINITY,
    telemetry,
    ...settings,
  }
  const sockets = new Set<Socket>()
  const echo = ({ socket, remoteAddress, remotePort }: Connection) => {
    sockets.add(socket)
    socket.write(`${remoteAddress} ${remotePort}\n`)
    socket.pipe(socket)
  }
  const listener = await listenTcp({ host: '127.0.0.1', port: 0 }, echo, options)
  const endpoint = parseAddress(listener.address) as { host: string; port: number }
  return {
    telemetry,
    endpoint,
    close: () => listener[Symbol.asyncDispose](),
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function dial(endpoint: { host: string; port: number }): Promise<Socket> {
  const socket = connect(endpoint)
  await once(socket, 'connect')
  return socket
}

test('a load balancer tells who the client is; what follows is not lost', async () => {
  await using server = await openEcho()
  const socket = await dial(server.endpoint)
  socket.end('PROXY TCP4 192.0.2.7 192.0.2.1 56324 25\r\nEHLO there')
  assert.equal(await text(socket), '192.0.2.7 56324\nEHLO there')
})

test('a header in single bytes is read too', async () => {
  await using server = await openEcho()
  const socket = await dial(server.endpoint)
  socket.setNoDelay(true)
  for (const byte of 'PROXY TCP6 2001:db8::7 2001:db8::1 9 25\r\nx') {
    await new Promise<void>((resolve) => socket.write(byte, () => resolve()))
  }
  socket.end()
  assert.equal(await text(socket), '2001:db8::7 9\nx')
})

test('a trusted client that sends no header is greeted soon, as itself', async () => {
  await using server = await openEcho()
  const socket = await dial(server.endpoint)
  const [greeting] = await once(socket, 'data')
  assert.match(String(greeting), /^127\.0\.0\.1 [0-9]+\n$/)
  socket.end('late')
  assert.equal(await text(socket), 'late')
})

test('a header that came while we were busy is seen', async () => {
  await using server = await openEcho()
  const accepted = server.telemetry.seen('connections')
  const socket = await dial(server.endpoint)
  await accepted
  socket.end('PROXY TCP4 192.0.2.7 192.0.2.1 56324 25\r\n')
  for (const until = performance.now() + 200; performance.now() < until; );
  assert.equal(await text(socket), '192.0.2.7 56324\n')
})

test('a trusted client that speaks first keeps every byte', async () => {
  await using server = await openEcho({ proxyWaitMs: 10_000 })
  const socket = await dial(server.endpoint)
  socket.end('a LOGIN')
  assert.match(await text(socket), /^127\.0\.0\.1 [0-9]+\na LOGIN$/)
})

test('a header from a stranger is only text', async () => {
  await using server = await openEcho({ proxyFrom: [] })
  const socket = await dial(server.endpoint)
  socket.end('PROXY TCP4 192.0.2.7 192.0.2.1 56324 25\r\n')
  assert.match(await text(socket), /^127\.0\.0\.1 [0-9]+\nPROXY TCP4/)
})

test('a broken header ends the connection, unseen by its owner', async () => {
  await using server = await openEcho()
  const socket = await dial(server.endpoint)
  socket.write('PROXY TCP4 nonsense\r\n')
  assert.equal(await text(socket), '')
  const outcomes = server.telemetry.told.filter(({ name }) => name === 'connections_total')
  assert.deepEqual(
    outcomes.map(({ fields }) => fields.outcome),
    ['bad-proxy'],
  )
})

test('TLS begins right behind the header', async () => {
  const pair = await makeSelfSigned(['localhost'], 1_767_312_000_000)
  const greet = ({ socket, remoteAddress }: Connection) => {
    const secure = new TLSSocket(socket, { isServer: true, key: pair, cert: pair })
    secure.end(remoteAddress)
  }
  const options: ListenerOptions = {
    name: 'tls',
    proxyFrom: EVERYONE,
    connectionsMax: 10,
    perAddressMax: 10,
    telemetry: recordTelemetry(),
  }
  await using listener = await listenTcp({ host: '127.0.0.1', port: 0 }, greet, options)
  const socket = await dial(parseAddress(listener.address) as { host: string; port: number })
  socket.write('PROXY TCP4 192.0.2.7 192.0.2.1 56324 25\r\n')
  const secure = connectTls({ socket, rejectUnauthorized: false })
  assert.equal(await text(secure), '192.0.2.7')
})

test('there is a limit for each address, and one for all, each with its answer', async () => {
  await using server = await openEcho({ perAddressMax: 2, connectionsMax: 4, busyLine: '421 Busy' })
  const via = async (address: string) => {
    const socket = await dial(server.endpoint)
    socket.write(`PROXY TCP6 ${address} ::1 1 2\r\n`)
    const [answer] = await once(socket, 'data')
    return { socket, answer: String(answer) }
  }
  const first = await via('2001:db8::1')
  await via('2001:db8::2')
  assert.equal((await via('2001:db8::3')).answer, '421 Busy\r\n', 'the same /64')
  assert.match((await via('2001:db8:0:1::1')).answer, /^2001:db8:0:1::1 /)
  first.socket.destroy()
  await server.telemetry.seen('connections', (value) => value === 2)
  assert.match((await via('2001:db8::3')).answer, /^2001:db8::3 /)
  await via('2001:db8:0:2::1')
  const socket = await dial(server.endpoint)
  assert.equal(await text(socket), '421 Busy\r\n', 'no room for anyone')
})

test('a listener that is disposed accepts no more', async () => {
  const server = await openEcho()
  const socket = await dial(server.endpoint)
  await once(socket, 'data')
  await server[Symbol.asyncDispose]()
  await assert.rejects(dial(server.endpoint), { code: 'ECONNREFUSED' })
  await once(socket, 'close')
})

test('who was let in by the system before the end is served', async () => {
  const server = await openEcho({ proxyFrom: [] })
  const sockets = Array.from({ length: 300 }, () => connect(server.endpoint))
  const greeted = sockets.map(async (socket) => {
    const [greeting] = (await once(socket, 'data')) as [Buffer]
    return greeting.toString()
  })
  // They are on their way once they have been asked for; nobody has looked at them yet.
  await new Promise(process.nextTick)
  const closed = server.close()
  assert.equal((await Promise.all(greeted)).length, 300)
  await closed
  for (const socket of sockets) socket.destroy()
})

test('who has not said yet who it is when the end comes is still served', async () => {
  const server = await openEcho({ proxyWaitMs: 60_000 })
  const socket = await dial(server.endpoint)
  socket.write('PROXY TCP4 192.0.2.7 ')
  await server.telemetry.seen('connections', (open) => open === 1)
  const closed = server.close()
  let over = false
  void closed.then(() => {
    over = true
  })
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  assert.equal(over, false)
  socket.end('192.0.2.1 56324 25\r\n')
  assert.equal(await text(socket), '192.0.2.7 56324\n')
  await closed
})

test('who never says who it is does not hold up the end', async () => {
  const server = await openEcho({ proxyWaitMs: 60_000 })
  const socket = await dial(server.endpoint)
  socket.write('PROXY TCP4 192.0.2.7 ')
  await server.telemetry.seen('connections', (open) => open === 1)
  await server.close()
  assert.equal(await text(socket).catch(() => ''), '')
})
