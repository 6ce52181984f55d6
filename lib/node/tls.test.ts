import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { connect, createServer } from 'node:tls'
import { makeSelfSigned } from './tls/self-signed.ts'
import { loadTls } from './tls.ts'

const HOSTS = ['mail.example.test', 'localhost', '127.0.0.1', '2001:db8::7']

function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hk-tls-'))
  t.after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a certificate of our own is valid for its names, for years, and no others', async () => {
  const now = Date.UTC(2026, 0, 2)
  const certificate = new X509Certificate(await makeSelfSigned(HOSTS, now))
  assert.equal(certificate.checkHost('mail.example.test'), 'mail.example.test')
  assert.equal(certificate.checkHost('other.example.test'), undefined)
  assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1')
  assert.equal(certificate.checkIP('2001:db8::7'), '2001:db8::7')
  assert.equal(certificate.validFromDate.getTime(), Date.UTC(2026, 0, 1))
  assert.equal(certificate.validToDate.getUTCFullYear(), 2035)
  assert.equal(certificate.verify(certificate.publicKey), true)
  assert.equal(certificate.ca, false)
})

test('services that start at the same instant share one certificate, and find it again', async (t) => {
  const settings = { selfSignedFolder: join(tempFolder(t), 'tls'), hosts: HOSTS }
  const loaded = await Promise.all([1, 2, 3].map(() => loadTls(settings)))
  using again = await loadTls(settings)
  for (const tls of loaded) {
    assert.deepEqual(tls.options(), again.options())
    tls[Symbol.dispose]()
  }
  assert.equal(statSync(again.certFile).mode & 0o777, 0o600)
})

test('a client that trusts it can speak with the server', async (t) => {
  using tls = await loadTls({ selfSignedFolder: tempFolder(t), hosts: HOSTS })
  const server = createServer(tls.options(), (socket) => socket.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect({ port, host: '127.0.0.1', ca: tls.options().cert })
  const [greeting] = await once(client, 'data')
  assert.equal(String(greeting), 'hello')
  client.destroy()
  server.close()
})

test('new files are taken; a pair that does not fit leaves the old one', async (t) => {
  const folder = tempFolder(t)
  const certFile = join(folder, 'cert.pem')
  const keyFile = join(folder, 'key.pem')
  const write = async () => {
    const both = await makeSelfSigned(HOSTS, Date.UTC(2026, 0, 2))
    const cut = both.indexOf('-----BEGIN CERTIFICATE')
    writeFileSync(keyFile, both.slice(0, cut))
    writeFileSync(certFile, both.slice(cut))
  }
  await write()
  using tls = await loadTls({ certFile, keyFile, selfSignedFolder: folder, hosts: HOSTS })
  const context = tls.context()
  await write()
  await tls.reload()
  assert.notEqual(tls.context(), context)
  assert.equal(tls.options().cert, readFileSync(certFile, 'utf8'))

  const good = tls.context()
  writeFileSync(keyFile, await makeSelfSigned(HOSTS, 0))
  await assert.rejects(tls.reload())
  assert.equal(tls.context(), good)
})

test('a certificate without its key is a wrong setting', async (t) => {
  const folder = tempFolder(t)
  const settings = { certFile: join(folder, 'x.pem'), selfSignedFolder: folder, hosts: HOSTS }
  await assert.rejects(loadTls(settings), /not its key/)
})
