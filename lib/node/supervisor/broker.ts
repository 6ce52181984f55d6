/** A nats-server of ours: which program, and with which configuration. */

import { accessSync, constants, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type NatsServerSettings, natsServerConfig } from '../nats-config.ts'
import { StartProblem } from './problem.ts'
import type { ProcessPlan } from './processes.ts'

const TOOLS_FILE = new URL('../../../node_modules/.hikyaku-tools.json', import.meta.url)

/**
 * JetStream keeps blocks that it wrote or read for ten seconds, so that a large mail would lie in memory whole: 575 MB after
 * four mails of 1.1 GB in all. Go gives most of them back when it collects, and collecting often costs some 10 % of what a large
 * mail costs anyway: then it is 170 MB. A share of what is in use, not GOMEMLIMIT: a spool that itself needs more than a
 * limit would keep Go collecting all the time.
 */
const ENVIRONMENT = { GOGC: '25' }

export interface BrokerOptions {
  readonly name: string
  readonly node?: string
  readonly settings: NatsServerSettings
  readonly configFile: string
  readonly program: string
}

/** Writes its configuration and says how to start it. */
export async function planBroker(options: BrokerOptions): Promise<ProcessPlan> {
  const { name, node, settings, configFile, program } = options
  await writeFile(configFile, natsServerConfig(settings), { mode: 0o600 })
  return {
    name,
    service: 'nats-server',
    ...(node === undefined ? {} : { node }),
    program,
    arguments: ['-c', configFile],
    env: ENVIRONMENT,
    ready: { answersOn: { host: settings.host, port: settings.port } },
  }
}

/** The nats-server to run. @throws {StartProblem} when it cannot be */
export function findNatsServer(given: string | undefined): string {
  const program = given ?? foundBySetUp()
  try {
    // A name without a slash is looked for in PATH when it is started.
    if (program.includes('/')) accessSync(program, constants.X_OK)
  } catch (cause) {
    const remedy = 'Run `npm start`, which gets one, or name yours: NATS_SERVER_PATH=/path/to/it'
    throw new StartProblem(`There is no nats-server to run at ${program}.\n  ${remedy}`, { cause })
  }
  return program
}

/** What set-up found, or whatever the PATH has. */
function foundBySetUp(): string {
  return readTools().natsServer ?? 'nats-server'
}

/** What set-up wrote down; nothing when it has not run. */
export function readTools(): { readonly natsServer?: string; readonly haproxy?: string } {
  try {
    return JSON.parse(readFileSync(TOOLS_FILE, 'utf8'))
  } catch {
    return {}
  }
}
