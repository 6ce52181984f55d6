import { join } from 'node:path'
import { type Endpoint, formatAddress, parseAddress } from '#lib/node/setting.ts'
import { formatNext, formatTable } from '#lib/node/supervisor/announce.ts'
import { findNatsServer, planBroker } from '#lib/node/supervisor/broker.ts'
import { Crew } from '#lib/node/supervisor/crew.ts'
import {
  type DataFolder,
  openDataFolder,
  readSecrets,
  takeFolder,
  writeSoloFile,
} from '#lib/node/supervisor/data-folder.ts'
import { DOORS, STATUS_PAGE } from '#lib/node/supervisor/doors.ts'
import { chooseListens, type Listener } from '#lib/node/supervisor/ports.ts'
import { StartProblem } from '#lib/node/supervisor/problem.ts'
import { databaseOn, planServices } from '#lib/node/supervisor/processes.ts'
import { serveStatus } from '#lib/node/supervisor/status-page.ts'
import type { Surrounds } from '#lib/node/supervisor/supervise.ts'
import type { Config } from './config.ts'

const COMMAND = 'npm start'
const BROKER = 'nats-server'
const STOP_WAVES = [['edge', 'submission', 'imap'], ['delivery'], ['mailbox-store'], ['directory']]

const LISTENERS = [
  ...DOORS,
  STATUS_PAGE,
  { key: 'nats', what: 'NATS', setting: 'NATS_LISTEN' },
] as const

/**
 * Starts nats-server and one of each service as child processes and keeps them alive. Disposed, it ends the services
 * in their order.
 *
 * @throws {StartProblem} when something is missing or taken; nothing is left running then
 * @throws the reason of `stop`
 */
export async function start(config: Config, around: Surrounds): Promise<AsyncDisposable> {
  const { say, stop, kill } = around
  await using opened = new AsyncDisposableStack()
  const folder = openDataFolder(config.DATA, COMMAND)
  say(`Data in ${folder.path} (${folder.found ? 'found again' : 'new'})`)
  opened.use(await takeFolder(folder, say, COMMAND))
  const all = await chooseListens(
    LISTENERS.map((listener) => ({ ...listener, endpoint: config[listener.setting] })),
    COMMAND,
  )
  const listeners = all.filter(({ key }) => key !== 'nats')
  const natsEndpoint = all.find(({ key }) => key === 'nats')?.endpoint
  if (natsEndpoint === undefined || 'path' in natsEndpoint) {
    throw new StartProblem('NATS_LISTEN must be host:port')
  }
  const program = findNatsServer(config.NATS_SERVER_PATH)

  const secrets = await readSecrets(folder)
  const socketOf = socketIn(folder)
  const about = {
    clusterSecret: secrets.cluster,
    directory: [socketOf('directory')],
    mailboxStore: [socketOf('mailbox-store')],
    delivery: [socketOf('delivery')],
    listens: Object.fromEntries(listeners.map(({ key, where }) => [key, where])),
  }
  const crew = new Crew({
    dataFolder: folder.path,
    runFolder: folder.runFolder,
    logSizeBytes: config.LOG_SIZE,
    graceMs: config.SHUTDOWN_GRACE + config.SHUTDOWN_DELAY,
    tellEach: true,
    say,
    changed: () => writeSoloFile(folder, { pid: process.pid, ...about, processes: crew.pids() }),
  })
  opened.defer(() => crew.stop([...STOP_WAVES, [BROKER]]))
  stop.addEventListener('abort', () => crew.giveUp(stop.reason))
  kill.addEventListener('abort', () => crew.kill())
  const plans = planServices({
    ...settingsOf(folder, listeners, natsEndpoint),
    // Whoever sits before it hears soon that a database cannot be reached.
    env: { START_PATIENCE: '3s', ...around.env },
    secrets,
    databaseOf: (service) => databaseOf(config, service, folder.path),
  })
  stop.throwIfAborted()
  const broker = await planBroker({
    name: BROKER,
    settings: { ...natsEndpoint, storeDir: join(folder.path, 'nats'), token: secrets.nats },
    configFile: join(folder.path, 'nats.conf'),
    program,
  })
  await crew.start([broker])
  const watched = () =>
    crew
      .members()
      .filter(({ plan }) => plan.service !== BROKER)
      .map(({ plan, page }) => ({ service: plan.service, ops: page?.ops }))
  opened.use(await serveStatus(parseAddress(about.listens.http ?? ''), watched))
  await crew.start(plans)

  say(`\nhikyaku runs.\n${formatTable(listeners)}\n`)
  const { smtp = '', submission = '', imap = '' } = about.listens
  say(`${formatNext({ smtp, submission, imap })}\nCtrl-C stops it.`)
  return opened.move()
}

/** What follows for the services from where everything is. */
function settingsOf(folder: DataFolder, listeners: readonly Listener[], nats: Endpoint) {
  const socketOf = socketIn(folder)
  return {
    folder: folder.path,
    tlsFolder: `${folder.path}/tls`,
    listens: {
      ...Object.fromEntries(listeners.map(({ setting, where }) => [setting, where])),
      DIRECTORY_LISTEN: socketOf('directory'),
      MAILBOX_STORE_LISTEN: socketOf('mailbox-store'),
      DELIVERY_LISTEN: socketOf('delivery'),
    },
    servers: {
      NATS_SERVERS: formatAddress(nats),
      DIRECTORY_SERVERS: socketOf('directory'),
      MAILBOX_STORE_SERVERS: socketOf('mailbox-store'),
    },
    readyFileOf: (service: string) => `${folder.runFolder}/${service}.ready.json`,
  }
}

function socketIn(folder: DataFolder): (service: string) => string {
  return (service) => `unix:${folder.runFolder}/${service}.sock`
}

function databaseOf(config: Config, service: string, folder: string): string {
  const { MONGODB_URL: url, DATABASE_PREFIX: prefix } = config
  return url === undefined ? `sqlite:${folder}/${service}.db` : databaseOn(url, prefix, service)
}
