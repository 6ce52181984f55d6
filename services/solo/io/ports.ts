/** Finds out before anything starts whether the ports are free, and picks one where any will do. */

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { type Endpoint, formatAddress } from '#lib/node/setting.ts'
import { formatTaken, formatTwice, type Row } from '../announce.ts'
import type { Config } from '../config.ts'
import { StartProblem } from '../problem.ts'

/**
 * Below the range that systems give to outgoing connections: what is free now is then still free when the
 * service binds it, or binds it again after a crash.
 */
const PICK_FROM = 20_000
const PICK_TO = 32_000
const PICKS_MAX = 100

/** Listens there until it is disposed; or why that is not possible, as the system's error code. */
async function hold(endpoint: Endpoint): Promise<AsyncDisposable | string> {
  if ('path' in endpoint) return new AsyncDisposableStack()
  const { promise, resolve } = Promise.withResolvers<AsyncDisposable | string>()
  const server = createServer((socket) => socket.destroy())
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
  server.listen(endpoint.port, endpoint.host, () => resolve(server))
  return promise
}

/** The endpoint itself, or for port 0 the same host with a free port; held until `held` is disposed. */
async function choose(endpoint: Endpoint, held: AsyncDisposableStack): Promise<Choice> {
  const picks = 'path' in endpoint || endpoint.port !== 0 ? 1 : PICKS_MAX
  let code = ''
  for (let pick = 0; pick < picks; pick++) {
    const candidate = picks === 1 ? endpoint : { ...endpoint, port: randomInt(PICK_FROM, PICK_TO) }
    const holder = await hold(candidate)
    if (typeof holder !== 'string') {
      held.use(holder)
      return { endpoint: candidate }
    }
    code = holder
  }
  return { endpoint, code }
}

interface Choice {
  readonly endpoint: Endpoint
  /** Why it cannot be listened on. */
  readonly code?: string
}

interface Listener extends Row {
  readonly key: string
}

const LISTENERS = [
  { key: 'smtp', what: 'SMTP', setting: 'EDGE_LISTEN' },
  { key: 'submission', what: 'SMTP of users (STARTTLS)', setting: 'SUBMISSION_LISTEN' },
  { key: 'submissions', what: 'SMTP of users (TLS)', setting: 'SUBMISSIONS_LISTEN' },
  { key: 'imap', what: 'IMAP (STARTTLS)', setting: 'IMAP_LISTEN' },
  { key: 'imaps', what: 'IMAP (TLS)', setting: 'IMAPS_LISTEN' },
  { key: 'http', what: 'health, metrics', setting: 'HTTP_LISTEN' },
] as const

/**
 * Where each listener will be, with a port for those that have none. All are held until all are chosen, so that
 * no two get the same.
 *
 * @throws {StartProblem} naming all taken ones
 */
export async function chooseListens(config: Config): Promise<Listens> {
  await using held = new AsyncDisposableStack()
  const chosen: Listener[] = []
  const problems: string[] = []
  for (const listener of LISTENERS) {
    const { endpoint, code } = await choose(config[listener.setting], held)
    const row = { ...listener, where: formatAddress(endpoint) }
    const twin = chosen.find(({ where }) => where === row.where)
    if (twin !== undefined) problems.push(formatTwice(row, twin))
    else if (code !== undefined) problems.push(formatTaken(row, code))
    chosen.push(row)
  }
  const { endpoint: nats, code } = await choose(config.NATS_LISTEN, held)
  if ('path' in nats) throw new StartProblem('NATS_LISTEN must be host:port')
  const natsRow = { what: 'NATS', where: formatAddress(nats), setting: 'NATS_LISTEN' }
  if (code !== undefined) problems.push(formatTaken(natsRow, code))
  if (problems.length > 0) throw new StartProblem(problems.join('\n'))
  return { listeners: chosen, nats }
}

export interface Listens {
  readonly listeners: readonly Listener[]
  readonly nats: Extract<Endpoint, { port: number }>
}
