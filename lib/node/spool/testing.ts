/** Three nats-servers of one cluster, for tests. */

import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { natsServerConfig } from '../nats-config.ts'
import type { Endpoint } from '../setting.ts'
import { freePort, startNatsServer } from '../testing.ts'

const HOST = '127.0.0.1'
const COUNT = 3

export interface TestNatsCluster extends AsyncDisposable {
  /** The servers are in the order of their names: `n0`, `n1`, `n2`. */
  readonly settings: { readonly NATS_SERVERS: readonly Endpoint[]; readonly NATS_TOKEN: string }
  signal(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void
  /** SIGKILL; resolves when it is gone. */
  kill(name: string): Promise<void>
  /** After `kill`, on the same ports and folder. */
  restart(name: string): Promise<void>
}

interface Server {
  readonly name: string
  readonly port: number
  readonly config: string
  child: ChildProcess
}

export async function startNatsCluster(): Promise<TestNatsCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'hk-nats-cluster-'))
  const token = randomBytes(16).toString('hex')
  const secret = randomBytes(16).toString('hex')
  const names = Array.from({ length: COUNT }, (_, n) => `n${n}`)
  const ports = await Promise.all(names.map(freePort))
  const routes = (await Promise.all(names.map(freePort))).map((port) => ({ host: HOST, port }))
  const start = async (name: string, n: number): Promise<Server> => {
    const config = join(folder, `${name}.conf`)
    const port = ports[n] as number
    const route = routes[n] as { host: string; port: number }
    const text = natsServerConfig({
      ...{ host: HOST, port, token, serverName: name, storeDir: join(folder, name) },
      cluster: { route, routes: routes.filter((other) => other !== route), secret },
    })
    writeFileSync(config, text)
    return { name, port, config, child: await startNatsServer(config, port) }
  }
  const servers = await Promise.all(names.map(start))
  const find = (name: string) => servers.find((one) => one.name === name) as Server
  const kill = async (name: string) => {
    const { child } = find(name)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill('SIGKILL')
    await exit
  }
  return {
    settings: { NATS_SERVERS: ports.map((port) => ({ host: HOST, port })), NATS_TOKEN: token },
    signal: (name, signal) => void find(name).child.kill(signal),
    kill,
    async restart(name) {
      await kill(name)
      const server = find(name)
      server.child = await startNatsServer(server.config, server.port)
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(names.map(kill))
      rmSync(folder, { recursive: true })
    },
  }
}
