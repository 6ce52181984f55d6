/** Postfix's own test server takes what we send: not only our own idea of a server does. */

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { NEVER, openOutbound, outgoingTo } from './testing.ts'

const PROGRAM = '/usr/sbin/smtp-sink'
const skip = existsSync(PROGRAM) ? false : 'needs smtp-sink of the package postfix'
const MAIL = { to: 'b@example.test', body: '7bit' } as const

async function startSink(options: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'hikyaku-sink-'))
  const port = await freePort()
  // As root it wants to be somebody else, who then has to be able to write there.
  await chmod(folder, 0o777)
  const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn(PROGRAM, [...user, ...options, `127.0.0.1:${port}`, '100'], { cwd: folder })
  const exited = new Promise((resolve) => child.once('exit', resolve))
  while (!(await answers(port))) assert.equal(child.exitCode, null, 'smtp-sink runs')
  return {
    ...{ port, folder },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
      await rm(folder, { recursive: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const at = server.address()
      server.close(() => resolve(typeof at === 'object' && at ? at.port : 0))
    })
  })
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('data', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => setTimeout(() => resolve(false), 20))
  })
}

test('smtp-sink gets the message byte for byte', { skip, timeout: 30_000 }, async () => {
  await using sink = await startSink(['-D', 'dump'])
  await using outbound = await openOutbound({
    settings: { DELIVERY_SMTP_PORT: String(sink.port) },
  })
  const text = 'Subject: x\r\n\r\nline\r\n.\r\n..dots\r\n'
  const bytes = Buffer.from(text)
  const mail = {
    sizeBytes: bytes.length,
    async *stream() {
      yield bytes
    },
  }
  const [result] = await outbound.send({ ...MAIL, ...mail })
  assert.deepEqual([result?.outcome, result?.dsnHandedOver], ['relayed', true])
  const dump = await readFile(join(sink.folder, 'dump'), 'utf8')
  assert.ok(dump.includes(`X-Mail-Args: <a@us.test>\n`), dump)
  assert.ok(dump.includes(text.replaceAll('\r\n', '\n')), dump)
})

test('smtp-sink in each of its moods', { skip, timeout: 60_000 }, async () => {
  const moods: [options: string[], outcome: string][] = [
    [['-p'], 'relayed'],
    [['-e'], 'relayed'],
    [['-8', '-N', '-E'], 'relayed'],
    [['-f', 'RCPT'], 'failed'],
    [['-f', '.'], 'failed'],
    [['-r', 'DATA'], 'deferred'],
    [['-q', '.'], 'deferred'],
    [['-q', 'MAIL'], 'deferred'],
    [['-q', 'CONNECT'], 'deferred'],
  ]
  for (const [options, outcome] of moods) {
    const about = options.join(' ')
    // What answers at `CONNECT` is not asked whether it is there.
    await using sink = await startSink(about === '-q CONNECT' ? ['-f', 'CONNECT'] : options)
    await using outbound = await openOutbound({
      settings: { DELIVERY_SMTP_PORT: String(sink.port) },
    })
    const [result] = await outbound.send(MAIL)
    assert.equal(result?.outcome, outcome, `${about}: ${result?.reply}`)
  }
})

test('many messages at once all arrive', { skip, timeout: 60_000 }, async () => {
  await using sink = await startSink([])
  await using outbound = await openOutbound({
    settings: { DELIVERY_SMTP_PORT: String(sink.port), DELIVERY_CONNECTIONS: '20' },
  })
  let left = 1000
  const work = async () => {
    while (left-- > 0) {
      const where = { domain: 'example.test', pool: 'default' }
      const result = await outbound.transport(where, outgoingTo(MAIL), NEVER)
      assert.equal(result.kind === 'attempted' && result.results[0]?.outcome, 'relayed')
    }
  }
  await Promise.all(Array.from({ length: 20 }, work))
})
