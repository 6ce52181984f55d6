import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { formatAddress, parseAddress } from '#lib/node/setting.ts'
import { formatNext, formatTable } from '#lib/node/supervisor/announce.ts'
import { findNatsServer } from '#lib/node/supervisor/broker.ts'
import { Crew } from '#lib/node/supervisor/crew.ts'
import {
  openDataFolder,
  readSecret,
  readSecrets,
  takeFolder,
  writeSoloFile,
} from '#lib/node/supervisor/data-folder.ts'
import { DOORS, STATUS_PAGE } from '#lib/node/supervisor/doors.ts'
import type { Listener } from '#lib/node/supervisor/ports.ts'
import { serveStatus } from '#lib/node/supervisor/status-page.ts'
import type { Surrounds } from '#lib/node/supervisor/supervise.ts'
import type { Config } from './config.ts'
import { describeCluster } from './describe.ts'
import { findHaproxy, planHaproxy, spell } from './io/haproxy.ts'
import { untilBrokersHealthy, untilServicesReady } from './io/health.ts'
import { planNodes } from './io/nodes.ts'
import { choosePlaces, type NodePlaces, placeOf } from './io/places.ts'
import { type ClusterParts, planBrokers, planDatabase, planNodeServices } from './io/plans.ts'

const COMMAND = 'npm run cluster'
const STOP_WAVES = [
  ['edge', 'submission', 'imap'],
  ['haproxy', 'delivery'],
  ['mailbox-store'],
  ['directory'],
  ['nats-server', 'mongo-server'],
]

/** Longer than imap or submission wait for a client that says nothing. */
const IDLE_SECONDS = 35 * 60

/**
 * Starts three nats-servers, a database server unless there is one, and one of every service on each node, all behind
 * haproxy, and keeps them alive. Disposed, it ends them in their order.
 *
 * @throws {StartProblem} when something is missing or taken; nothing is left running then
 * @throws the reason of `stop`
 */
export async function start(config: Config, around: Surrounds): Promise<AsyncDisposable> {
  const { say, stop, kill, env } = around
  await using opened = new AsyncDisposableStack()
  const folder = openDataFolder(config.DATA, COMMAND)
  say(`Data in ${folder.path} (${folder.found ? 'found again' : 'new'})`)
  opened.use(await takeFolder(folder, say, COMMAND))
  const programs = {
    nats: findNatsServer(config.NATS_SERVER_PATH),
    haproxy: findHaproxy(config.HAPROXY_PATH, env.PATH),
  }
  const asked = [...DOORS, STATUS_PAGE].map((door) => ({ ...door, endpoint: config[door.setting] }))
  const places = await choosePlaces(asked, planNodes(config.CLUSTER_NODES), COMMAND)
  const secrets = { ...(await readSecrets(folder)), route: await readSecret(folder, 'route') }
  const databaseUrl =
    config.MONGODB_URL ?? `mongodb://${formatAddress(places.database)}/?directConnection=true`
  const parts: ClusterParts = { config, env, folder, nodes: places.nodes, secrets, databaseUrl }
  for (const { name } of places.nodes) {
    mkdirSync(join(folder.path, name), { recursive: true, mode: 0o700 })
  }

  const listens = Object.fromEntries(places.doors.map(({ key, where }) => [key, where]))
  const crew = new Crew({
    dataFolder: folder.path,
    runFolder: folder.runFolder,
    logSizeBytes: config.LOG_SIZE,
    graceMs: config.SHUTDOWN_GRACE + config.SHUTDOWN_DELAY,
    tellEach: false,
    say,
    changed: () =>
      writeSoloFile(folder, {
        pid: process.pid,
        clusterSecret: secrets.cluster,
        listens,
        ...describeCluster(crew.members(), places),
      }),
  })
  opened.defer(() => crew.stop(STOP_WAVES))
  stop.addEventListener('abort', () => crew.giveUp(stop.reason))
  kill.addEventListener('abort', () => crew.kill())
  stop.throwIfAborted()

  const database =
    config.MONGODB_URL === undefined ? [planDatabase(places.database, folder, env)] : []
  await crew.start([...database, ...(await planBrokers(parts, programs.nats))])
  const pages = places.nodes.filter(({ withBroker }) => withBroker)
  const brokers = pages.map((node) => placeOf(node, 'nats-server', 'ops').where)
  await crew.orHopeless(untilBrokersHealthy(brokers, stop))
  say(`${[...database.map(() => 'database'), 'NATS'].join(' and ')} ready`)

  const watched = () =>
    crew
      .members()
      .filter(({ plan }) => 'file' in plan.ready)
      .map(({ plan, page }) => ({ service: plan.service, node: plan.node, ops: page?.ops }))
  opened.use(await serveStatus(parseAddress(listens.http ?? ''), watched))
  await crew.start(planNodeServices(parts))
  await crew.orHopeless(untilServicesReady(watched(), stop))
  const settings = {
    doors: toDoors(places.doors, places.nodes),
    stats: places.stats,
    socket: join(folder.runFolder, 'haproxy.sock'),
    idleSeconds: IDLE_SECONDS,
  }
  const configFile = join(folder.path, 'haproxy.cfg')
  await crew.start([await planHaproxy({ program: programs.haproxy, configFile, settings })])
  tellThatItRuns(places.doors, places.nodes, { say, data: config.DATA })
  return opened.move()
}

function toDoors(doors: readonly Listener[], nodes: readonly NodePlaces[]) {
  return DOORS.map(({ key, service }) => {
    const door = doors.find((one) => one.key === key)
    if (door === undefined) throw new Error(`No door ${key}`)
    const backends = nodes
      .filter(({ withServices }) => withServices)
      .map((node) => ({
        name: node.name,
        address: placeOf(node, service, key).where,
        ops: placeOf(node, service, 'ops').where,
      }))
    return { name: key, bind: spell(door.endpoint), backends }
  })
}

function tellThatItRuns(
  doors: readonly Listener[],
  nodes: readonly NodePlaces[],
  { say, data }: { say: Surrounds['say']; data: string },
): void {
  const [smtp = '', submission = '', , imap = ''] = doors.map(({ where }) => where)
  const command = `HIKYAKU_DATA=${data} npx hikyaku`
  const serving = nodes.filter(({ withServices }) => withServices).length
  say(`\nhikyaku runs.\n${formatTable(doors)}\n`)
  say(
    `${serving} nodes behind haproxy, three NATS servers: for trying and for drills, on one machine.`,
  )
  say(
    'What survives the loss of a machine is a cluster of machines: that is what the Helm chart is for.\n',
  )
  say(formatNext({ smtp, submission, imap }, command))
  say(`  ${command} roll\nCtrl-C stops it.`)
}
