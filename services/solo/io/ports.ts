/** Finds out before anything starts whether the ports are free, and picks one where any will do. */

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { type Endpoint, formatAddress } from '#lib/node/setting.ts'
import { formatTaken, type Row } from '../announce.ts'
import type { Config } from '../config.ts'
import { StartProblem } from '../problem.ts'

/**
 * Below the range that systems give to outgoing connections: what is free now is then still free when the
 * service binds it, or binds it again after a crash.
 */
const PICK_FROM = 20_000
const PICK_TO = 32_000
const PICKS_MAX = 100

/** Why it cannot be listened on, as the system's error code; undefined when it can. */
async function whyTaken(endpoint: Endpoint): Promise<string | undefined> {
  if ('path' in endpoint) return undefined
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  const server = createServer()
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  server.listen(endpoint.port, endpoint.host, () => server.close(() => resolve(undefined)))
  return promise
}

/** The endpoint itself, or for port 0 the same host with a free port. */
export async function withPort(endpoint: Endpoint): Promise<Endpoint> {
  if ('path' in endpoint || endpoint.port !== 0) return endpoint
  for (let pick = 0; pick < PICKS_MAX; pick++) {
    const candidate = { host: endpoint.host, port: randomInt(PICK_FROM, PICK_TO) }
    if ((await whyTaken(candidate)) === undefined) return candidate
  }
  throw new Error(`No free port found on ${endpoint.host}`)
}

export interface Listener extends Row {
  readonly key: string
}

const LISTENERS = [
  { key: 'smtp', what: 'SMTP', setting: 'EDGE_LISTEN' },
  { key: 'imap', what: 'IMAP (STARTTLS)', setting: 'IMAP_LISTEN' },
  { key: 'imaps', what: 'IMAP (TLS)', setting: 'IMAPS_LISTEN' },
  { key: 'http', what: 'health, metrics', setting: 'HTTP_LISTEN' },
] as const

/** Where each listener will be, with a port for those that have none. @throws {StartProblem} naming all taken ones */
export async function chooseListens(config: Config): Promise<Listener[]> {
  const chosen: Listener[] = []
  const problems: string[] = []
  for (const listener of LISTENERS) {
    const endpoint = await withPort(config[listener.setting])
    const row = { ...listener, where: formatAddress(endpoint) }
    const code = await whyTaken(endpoint)
    if (code !== undefined) problems.push(formatTaken(row, code))
    chosen.push(row)
  }
  if (problems.length > 0) throw new StartProblem(problems.join('\n'))
  return chosen
}
