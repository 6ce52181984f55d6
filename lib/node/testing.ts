/** What tests of other folders need of this one. */

import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Telemetry } from '#lib/base/telemetry.ts'
import { natsServerConfig } from './nats-config.ts'
import type { Endpoint } from './setting.ts'

/** One call of a Telemetry function. */
interface Told {
  readonly kind: 'log' | 'warn' | 'count' | 'observe' | 'gauge'
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly value: number
}

export interface RecordTelemetry extends Telemetry {
  readonly told: Told[]
  /** Resolves when something of this name, with a fitting value, was told last or is told next. */
  seen(name: string, fits?: (value: number) => boolean): Promise<Told>
}

/** A Telemetry that keeps what it is told. */
export function recordTelemetry(): RecordTelemetry {
  const told: Told[] = []
  const waiting = new Set<(one: Told) => void>()
  const keep = (kind: Told['kind'], name: string, fields: Told['fields'] = {}, value = 1) => {
    const one = { kind, name, fields, value }
    told.push(one)
    for (const check of waiting) check(one)
  }
  return {
    told,
    seen: (name, fits = () => true) =>
      new Promise((resolve) => {
        const check = (one: Told | undefined) => {
          if (one?.name !== name || !fits(one.value)) return
          waiting.delete(check)
          resolve(one)
        }
        waiting.add(check)
        check(told.findLast((one) => one.name === name))
      }),
    log: (event, fields) => keep('log', event, fields),
    warn: (event, fields) => keep('warn', event, fields),
    count: (name, labels, by) => keep('count', name, labels, by),
    observe: (name, seconds, labels) => keep('observe', name, labels, seconds),
    gauge: (name, value, labels) => keep('gauge', name, labels, value),
  }
}

/** A nats-server with JetStream that syncs every write, in a folder of its own. */
export interface TestNats extends AsyncDisposable {
  readonly settings: { NATS_SERVERS: Endpoint[]; NATS_TOKEN: string }
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
  /** Starts it again, on the same port and folder. */
  restart(): Promise<void>
}

/** Starts the nats-server that the set-up found, on a free port of the loopback. */
export async function startNats(): Promise<TestNats> {
  const folder = mkdtempSync(join(tmpdir(), 'hk-nats-'))
  const port = await freePort()
  const token = randomBytes(16).toString('hex')
  const config = join(folder, 'nats.conf')
  const settings = { host: '127.0.0.1', port, storeDir: join(folder, 'store'), token }
  writeFileSync(config, natsServerConfig(settings))
  let child = await startNatsServer(config, port)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  return {
    settings: { NATS_SERVERS: [{ host: '127.0.0.1', port }], NATS_TOKEN: token },
    kill,
    async restart() {
      await kill()
      child = await startNatsServer(config, port)
    },
    async [Symbol.asyncDispose]() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Resolves when it serves. */
export async function startNatsServer(config: string, port: number): Promise<ChildProcess> {
  const child = spawn(natsServerPath(), ['-c', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text
    if (log.includes('Server is ready')) resolve()
  })
  child.once('exit', () => reject(new Error(`nats-server on port ${port} ended:\n${log}`)))
  child.once('error', reject)
  await promise
  return child
}

function natsServerPath(): string {
  const tools = new URL('../../node_modules/.hikyaku-tools.json', import.meta.url)
  try {
    const { natsServer } = JSON.parse(readFileSync(tools, 'utf8')) as { natsServer?: string }
    return natsServer ?? 'nats-server'
  } catch {
    return 'nats-server'
  }
}
