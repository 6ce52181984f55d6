/** The haproxy before the nodes: which program, and with which configuration. */

import { accessSync, constants } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { type Endpoint, parseAddress } from '#lib/node/setting.ts'
import { readTools } from '#lib/node/supervisor/broker.ts'
import { StartProblem } from '#lib/node/supervisor/problem.ts'
import type { ProcessPlan } from '#lib/node/supervisor/processes.ts'
import { type HaproxySettings, haproxyConfig } from '../haproxy-config.ts'

export interface HaproxyOptions {
  readonly program: string
  readonly configFile: string
  readonly settings: HaproxySettings
}

/** Writes its configuration and says how to start it: with a master, so that a reload loses nobody. */
export async function planHaproxy(options: HaproxyOptions): Promise<ProcessPlan> {
  const { program, configFile, settings } = options
  await writeFile(configFile, haproxyConfig(settings), { mode: 0o600 })
  return {
    name: 'haproxy',
    service: 'haproxy',
    program,
    arguments: ['-W', '-db', '-f', configFile],
    env: {},
    ready: { answersOn: parseAddress(settings.stats) },
  }
}

/** The haproxy to run; `path` is where programs are looked for. @throws {StartProblem} when there is none */
export function findHaproxy(given: string | undefined, path = ''): string {
  const program = given ?? readTools().haproxy ?? 'haproxy'
  const places = program.includes('/')
    ? [program]
    : path.split(delimiter).map((folder) => join(folder, program))
  const found = places.find(isProgram)
  if (found !== undefined) return found
  const remedy = 'Install it (Debian: apt-get install haproxy), or name yours: HAPROXY_PATH=…'
  throw new StartProblem(`There is no haproxy to run (${program}).\n  ${remedy}`)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** An address as haproxy spells it. */
export function spell(endpoint: Endpoint): string {
  if ('path' in endpoint) return `unix@${endpoint.path}`
  const { host, port } = endpoint
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
