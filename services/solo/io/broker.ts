/** The nats-server that solo runs: which program, and with which configuration. */

import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { natsServerConfig } from '#lib/node/nats-config.ts'
import type { Endpoint } from '#lib/node/setting.ts'
import type { ProcessPlan } from '../processes.ts'

const TOOLS_FILE = new URL('../../../node_modules/.hikyaku-tools.json', import.meta.url)

export interface BrokerOptions {
  readonly endpoint: Extract<Endpoint, { port: number }>
  readonly dataFolder: string
  readonly token: string
  readonly program: string
}

/** Writes its configuration and says how to start it. */
export async function planBroker(options: BrokerOptions): Promise<ProcessPlan> {
  const { host, port } = options.endpoint
  const file = join(options.dataFolder, 'nats.conf')
  const storeDir = join(options.dataFolder, 'nats')
  const text = natsServerConfig({ host, port, storeDir, token: options.token })
  await writeFile(file, text, { mode: 0o600 })
  return { name: 'nats-server', program: options.program, arguments: ['-c', file], env: {} }
}

/** What set-up found, or whatever the PATH has. */
export function findNatsServer(): string {
  try {
    return JSON.parse(readFileSync(TOOLS_FILE, 'utf8')).natsServer
  } catch {
    return 'nats-server'
  }
}
