import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { connect } from 'node:tls'
import { loadTls } from '#lib/node/tls.ts'
import { Client, openEdge } from './testing.ts'

async function openSecureEdge() {
  const stack = new AsyncDisposableStack()
  const folder = mkdtempSync(join(tmpdir(), 'hk-edge-'))
  stack.defer(() => rmSync(folder, { recursive: true }))
  const tls = stack.use(await loadTls({ selfSignedFolder: folder, hosts: ['mx.example.test'] }))
  const edge = stack.use(await openEdge({ secureContext: () => tls.context() }))
  return { ...edge, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

test('STARTTLS starts from the beginning, and forgets what was sent ahead. RFC 3207 §4.2', async () => {
  await using edge = await openSecureEdge()
  using clear = await edge.connect()
  await clear.play(`
    S: 220
    C: STARTTLS now
    S: 501
    C: EHLO x
    S: 250-mx.example.test / 250-PIPELINING / 250-SIZE 1000000 / 250-STARTTLS
    C: MAIL FROM:<injected@b.test>
    S: 250
  `)
  clear.send('STARTTLS\r\nRCPT TO:<alice@example.test>\r\n')
  await clear.play('S: 220 2.0.0')
  clear.socket.removeAllListeners('data')
  clear.socket.setEncoding()
  const socket = connect({ socket: clear.socket, rejectUnauthorized: false })
  await once(socket, 'secureConnect')

  using client = new Client(socket)
  client.send('MAIL FROM:<a@b.test>\r\n')
  await client.play(`
    S: 503 5.5.1
    C: EHLO y
    S: 250-mx.example.test / 250-PIPELINING / 250-SIZE 1000000 / 250-ENHANCED
    C: STARTTLS
    S: 503 5.5.1
    C: MAIL FROM:<a@b.test>
    S: 250
    C: RCPT TO:<alice@example.test>
    S: 250
    C: DATA
    S: 354
    C: .
    S: 250
    C: QUIT
    S: 221
    S: closed
  `)
  const { envelope, body } = edge.published[0] ?? assert.fail('nothing published')
  assert.equal(envelope.client.tls, true)
  assert.match(body.toString(), /from y .*with ESMTPS/s)
})

test('a handshake that fails ends the session, and no other', async () => {
  await using edge = await openSecureEdge()
  using client = await edge.connect()
  await client.play('S: 220\nC: EHLO x\nS: 250\nC: STARTTLS\nS: 220')
  client.send('this is no handshake\r\n')
  await once(client.socket, 'close')
  using other = await edge.connect()
  await other.play('S: 220')
})
