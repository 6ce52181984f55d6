/** Finds out before anything starts whether the ports are free, and picks one where any will do. */

import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'
import { type Endpoint, formatAddress } from '../setting.ts'
import { formatTaken, formatTwice, type Row } from './announce.ts'
import { StartProblem } from './problem.ts'

/**
 * Below the range that systems give to outgoing connections: what is free now is then still free when the
 * service binds it, or binds it again after a crash.
 */
const PICK_FROM = 20_000
const PICK_TO = 32_000
const PICKS_MAX = 100

/** Something that is to listen. */
export interface Asked {
  readonly key: string
  readonly what: string
  readonly setting: string
  readonly endpoint: Endpoint
}

export interface Listener extends Row, Asked {}

/**
 * Where each will listen, with a port for those that have none. All are held until all are chosen, so that
 * no two get the same. `command` is what the reader types again.
 *
 * @throws {StartProblem} naming all taken ones
 */
export async function chooseListens(asked: readonly Asked[], command: string): Promise<Listener[]> {
  await using held = new AsyncDisposableStack()
  const chosen: Listener[] = []
  const problems: string[] = []
  for (const one of asked) {
    const { endpoint, code } = await choose(one.endpoint, held)
    const listener = { ...one, endpoint, where: formatAddress(endpoint) }
    const twin = chosen.find(({ where }) => where === listener.where)
    if (twin !== undefined) problems.push(formatTwice(listener, twin))
    else if (code !== undefined) problems.push(formatTaken(listener, code, command))
    chosen.push(listener)
  }
  if (problems.length > 0) throw new StartProblem(problems.join('\n'))
  return chosen
}

/** Whether this machine lets us listen on `host`. */
export async function mayListenOn(host: string): Promise<boolean> {
  const holder = await hold({ host, port: 0 })
  if (typeof holder === 'string') return false
  await holder[Symbol.asyncDispose]()
  return true
}

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
