import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatAddress, parseAddress } from '#lib/node/setting.ts'
import { formatNext, formatTable } from './announce.ts'
import type { Config } from './config.ts'
import { findNatsServer, planBroker } from './io/broker.ts'
import { Crew } from './io/crew.ts'
import {
  type DataFolder,
  emptyRunFolder,
  openDataFolder,
  readSecret,
  soloFile,
} from './io/data-folder.ts'
import { chooseListens } from './io/ports.ts'
import { bePresent, endLeftovers, isPresent } from './io/presence.ts'
import { serveStatus } from './io/status-page.ts'
import { StartProblem } from './problem.ts'
import { planServices, socket } from './processes.ts'

/** Away with the packages that it holds the compiled code of. */
const COMPILE_CACHE = join(import.meta.dirname, '../../node_modules/.cache/compile')

/** What solo is told from outside its settings. */
export interface Surrounds {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Prints a line for whoever started us. */
  say(text: string): void
  /** Aborts when we are to stop: a start that is under way is given up. */
  readonly stop: AbortSignal
  /** Aborts when that takes too long: ends everything at once, as a power cut would. */
  readonly kill: AbortSignal
}

/**
 * Starts nats-server and one of each service as child processes and keeps them alive. Disposed, it ends the services
 * in their order.
 *
 * @throws {StartProblem} when something is missing or taken; nothing is left running then
 * @throws the reason of `stop`
 */
export async function start(config: Config, around: Surrounds): Promise<AsyncDisposable> {
  const { env, say, stop, kill } = around
  await using opened = new AsyncDisposableStack()
  const folder = openDataFolder(config.DATA)
  say(`Data in ${folder.path} (${folder.found ? 'found again' : 'new'})`)
  await takeFolder(folder, say)
  const { listeners, nats: natsEndpoint } = await chooseListens(config)
  const program = findNatsServer(config.NATS_SERVER_PATH)
  emptyRunFolder(folder)
  opened.use(await bePresent(presenceSocket(folder)))

  const secrets = await readSecrets(folder)
  const about = {
    clusterSecret: secrets.cluster,
    directory: [socket(folder, 'directory')],
    mailboxStore: [socket(folder, 'mailbox-store')],
    delivery: [socket(folder, 'delivery')],
    listens: Object.fromEntries(listeners.map(({ key, where }) => [key, where])),
  }
  const crew = new Crew({
    dataFolder: folder.path,
    runFolder: folder.runFolder,
    logSizeBytes: config.LOG_SIZE,
    graceMs: config.SHUTDOWN_GRACE,
    say,
    changed: (processes) => writeSoloFile(folder, { pid: process.pid, ...about, processes }),
  })
  opened.defer(() => crew.stop())
  stop.addEventListener('abort', () => crew.giveUp(stop.reason))
  kill.addEventListener('abort', () => crew.kill())
  const broker = { endpoint: natsEndpoint, dataFolder: folder.path, token: secrets.nats, program }
  const plans = planServices({
    env: definedOnly(env),
    dataFolder: folder.path,
    runFolder: folder.runFolder,
    natsAddress: formatAddress(natsEndpoint),
    compileCache: COMPILE_CACHE,
    listens: Object.fromEntries(listeners.map(({ setting, where }) => [setting, where])),
    secrets,
    ...mongodbOf(config),
  })
  stop.throwIfAborted()
  await crew.startBroker(await planBroker(broker), natsEndpoint)
  opened.use(await serveStatus(parseAddress(about.listens.http ?? ''), () => crew.watched()))
  await crew.startServices(plans)

  say(`\nhikyaku runs.\n${formatTable(listeners)}\n`)
  const { smtp = '', submission = '', imap = '' } = about.listens
  say(formatNext({ smtp, submission, imap }))
  return opened.move()
}

/** Makes sure that nobody else works on the folder, and that nobody left over does. */
async function takeFolder(folder: DataFolder, say: Surrounds['say']): Promise<void> {
  if (await isPresent(presenceSocket(folder))) {
    throw new StartProblem(
      `hikyaku runs already on ${folder.path}.\n  Stop it first, or choose another folder: DATA=./other npm start`,
    )
  }
  const ended = await endLeftovers(soloFile(folder.path))
  if (ended.length > 0) say(`Ended what a killed run had left behind: ${ended.join(', ')}`)
}

function presenceSocket(folder: DataFolder): string {
  return `${folder.runFolder}/solo.sock`
}

async function readSecrets(folder: DataFolder) {
  return {
    cluster: await readSecret(folder, 'cluster'),
    blob: await readSecret(folder, 'blob'),
    nats: await readSecret(folder, 'nats'),
    seal: await readSecret(folder, 'seal'),
  }
}

function mongodbOf(config: Config) {
  const { MONGODB_URL: url, DATABASE_PREFIX: prefix } = config
  return url === undefined ? {} : { mongodb: { url, prefix } }
}

/** Replaced as a whole, so that whoever reads it never sees half of it. */
function writeSoloFile(folder: DataFolder, content: object): void {
  const file = soloFile(folder.path)
  writeFileSync(`${file}.draft`, JSON.stringify(content), { mode: 0o600 })
  renameSync(`${file}.draft`, file)
}

function definedOnly(env: Surrounds['env']): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  )
  return Object.fromEntries(given)
}
