import type { Writable } from 'node:stream'
import { Fault } from '#lib/base/fault.ts'
import {
  connectDeliveryAdmin,
  connectDirectoryAdmin,
  connectMailboxStore,
  connectMailboxStoreAdmin,
  connectSchemaAdmin,
} from '#lib/node/clients.ts'
import { systemClock, systemRandom } from '#lib/node/clock.ts'
import { type Command, type Given, UsageError } from './command.ts'
import { COMMANDS } from './commands.ts'
import { parseCommandLine } from './io/arguments.ts'
import { openCluster } from './io/cluster.ts'
import { openDns } from './io/dns.ts'
import { findPlatform, NoPlatform, type Platform } from './io/platform.ts'
import { askPassword, type Input, readFirstLine, readText } from './io/terminal.ts'
import { openOutput } from './output.ts'

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Input
  readonly stdout: Writable
  readonly stderr: Writable
}

const FAILED = 1
const NOT_UNDERSTOOD = 2

/** Does what the command line says; resolves to the exit code. */
export async function start(argv: readonly string[], around: Surroundings): Promise<number> {
  let command: Command | undefined
  try {
    const wish = parseCommandLine(argv, COMMANDS)
    if (wish.kind === 'run') {
      command = wish.command
      return await run(wish.command, wish.given, around)
    }
    around.stdout.write(wish.text)
    return 0
  } catch (error) {
    const text = explain(error)
    around.stderr.write(text.startsWith('usage:') ? text : `hikyaku: ${text}\n`)
    return error instanceof UsageError ? NOT_UNDERSTOOD : (command?.failureCode ?? FAILED)
  }
}

async function run(command: Command, given: Given, around: Surroundings): Promise<number> {
  const { env, stdin, stdout, stderr } = around
  const platform = findPlatform(env, given.text('data'))
  const { servers, stores, deliveries, secret, listens } = platform
  using admin = connectDirectoryAdmin({ DIRECTORY_SERVERS: servers, CLUSTER_SECRET: secret })
  const storeLinks = { MAILBOX_STORE_SERVERS: stores, CLUSTER_SECRET: secret }
  using store = stores.length === 0 ? undefined : connectMailboxStore(storeLinks)
  using storeAdmin = stores.length === 0 ? undefined : connectMailboxStoreAdmin(storeLinks)
  const deliveryLinks = { DELIVERY_SERVERS: deliveries, CLUSTER_SECRET: secret }
  using deliveryAdmin = deliveries.length === 0 ? undefined : connectDeliveryAdmin(deliveryLinks)
  using schemas = openSchemas(platform)
  const output = openOutput(given.has('json'), {
    out: (text) => stdout.write(text),
    error: (text) => stderr.write(text),
    terminal: 'isTTY' in stderr && stderr.isTTY === true,
    now: () => systemClock.monotonic(),
  })
  using _shown = { [Symbol.dispose]: () => output.end() }
  const done = await command.run(given, {
    admin,
    store,
    storeAdmin,
    deliveryAdmin,
    schemas: schemas.admins,
    listens,
    cluster: openCluster(platform.description),
    dns: openDns(env),
    hostname: env.EDGE_HOSTNAME || undefined,
    random: systemRandom,
    output,
    askPassword: (login) => askPassword(login, stdin, stderr),
    readPassword: () => readFirstLine(stdin),
    readText: (file, encoding) => readText(file, encoding, stdin),
    pause: (ms) => systemClock.sleep(ms),
    now: () => systemClock.now(),
  })
  return done === false ? FAILED : 0
}

/** Of each service with a database: they are asked one by one, each has its own. */
function openSchemas({ servers, stores, deliveries, secret }: Platform) {
  const opened = new DisposableStack()
  const named = { directory: servers, 'mailbox-store': stores, delivery: deliveries }
  const admins = Object.entries(named)
    .filter(([, places]) => places.length > 0)
    .map(([service, places]) => {
      const client = opened.use(connectSchemaAdmin(places, { CLUSTER_SECRET: secret }))
      return { service, show: client.show, start: client.start }
    })
  return { admins, [Symbol.dispose]: () => opened.dispose() }
}

/** One line for whom the command failed; the stack only of what nobody expected. */
function explain(error: unknown): string {
  if (error instanceof Fault && error.code === 'unavailable') {
    return 'The platform does not answer; is the platform running (npm start)?'
  }
  if (error instanceof Fault || error instanceof UsageError || error instanceof NoPlatform) {
    return error.message
  }
  if (error instanceof Error && 'code' in error && 'path' in error) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
