/**
 * Starts the MongoDB-speaking server that set-up made ready, with an empty database, and stops it
 * without a trace. Used by test/run.ts and by single tests, and by hand:
 *
 *   node deploy/setup/mongo-server.js [--keep FOLDER] [--port PORT]
 *                                         prints its address, serves until Ctrl-C
 *
 * With a folder to keep, the databases are there again at the next start with it.
 */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { run, tryRun } from './command.js'
import { IN_NAMESPACE, NAMESPACES } from './ferretdb.js'
import { readTools } from './tools.js'

const OUTPUT_LINES_MAX = 30

/** @typedef {{ url: string, stop: () => Promise<void> }} MongoServer */
/** @typedef {{ dir?: string, keep?: string | undefined, port?: number | undefined }} Options */
/** @typedef {Extract<import('./tools.js').Mongo, { kind: 'ferretdb' }>} FerretDb */

/**
 * Starts the server. Its url names no database: whoever uses it chooses one.
 *
 * Everything is gone after `stop`, and also when this process dies without calling it, unless there
 * is a folder to keep it in.
 *
 * @param {Options} [options] `dir`: where to keep the data while it runs; made and removed
 * @returns {Promise<MongoServer>}
 */
export async function start({ dir = tmpdir(), keep, port } = {}) {
  const { mongo } = readTools()
  if (mongo?.kind === 'docker') return startDocker(mongo.image, { keep, port })
  if (mongo?.kind === 'ferretdb') return startFerretDb(mongo, { dir, keep, port })
  throw new Error('Set-up found no MongoDB-speaking server to start')
}

/**
 * @param {FerretDb} mongo
 * @param {Options & { dir: string }} options
 * @returns {Promise<MongoServer>}
 */
async function startFerretDb({ ferretdb, root, template }, { dir, keep, port }) {
  const folder = keep ?? mkdtempSync(join(dir, 'hikyaku-mongo-'))
  try {
    mkdirSync(join(folder, 'state'), { recursive: true })
    if (!existsSync(join(folder, 'data'))) {
      const draft = join(folder, 'draft')
      rmSync(draft, { recursive: true, force: true })
      await run('cp', ['-a', '--reflink=auto', template, draft])
      renameSync(draft, join(folder, 'data'))
    }
    const [postgresPort, freePort] = await freePorts()
    const mongoPort = port ?? freePort
    const what = [root, folder, `${postgresPort}`, ferretdb, `${mongoPort}`]
    const stop = await serveInNamespace([...what, keep === undefined ? 'remove' : 'keep'])
    return { url: `mongodb://127.0.0.1:${mongoPort}/`, stop }
  } catch (error) {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Starts documentdb.sh and waits until it is ready. It ends when the pipe to it is closed, which
 * happens by itself when this process dies; its own session keeps Ctrl-C away from it.
 *
 * @param {string[]} what the parameters of its job `serve`
 * @returns {Promise<() => Promise<void>>} what ends it
 */
async function serveInNamespace(what) {
  const parameters = [...NAMESPACES, 'sh', IN_NAMESPACE, 'serve', ...what]
  const child = spawn('unshare', parameters, { detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
  /** @type {string[]} */
  const output = []
  createInterface(child.stderr).on('line', (line) => {
    output.push(line)
    if (output.length > OUTPUT_LINES_MAX) output.shift()
  })
  const ended = once(child, 'close')
  const ready = once(createInterface(child.stdout), 'line')
  const failed = ended.then(() => {
    throw new Error(`The MongoDB-speaking server did not start:\n${output.join('\n')}`)
  })
  await Promise.race([ready, failed])
  failed.catch(() => {})
  return async () => {
    child.stdin.end()
    await ended
  }
}

/**
 * @param {string} image
 * @param {Options} options
 * @returns {Promise<MongoServer>}
 */
async function startDocker(image, { keep, port: given }) {
  const [freePort] = await freePorts()
  const port = given ?? freePort
  const serve = ['--replSet', 'rs0', '--bind_ip_all']
  const publish = ['--publish', `127.0.0.1:${port}:27017`]
  const kept = keep === undefined ? [] : await keptInDocker(keep)
  const detached = ['run', '--detach', '--rm', ...kept, ...publish, image, ...serve]
  const id = (await run('docker', detached)).trim()
  const stop = async () => {
    await run('docker', keep === undefined ? ['kill', id] : ['stop', id])
  }
  try {
    // mongosh waits for the server by itself; a set of one has elected itself when it may write.
    const initiate = `
      try { rs.status() } catch {
        rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: '127.0.0.1:27017' }] })
      }
      while (!db.hello().isWritablePrimary) sleep(50)`
    await untilDone(() => run('docker', ['exec', id, 'mongosh', '--quiet', '--eval', initiate]))
    // The member's name is true inside the container only.
    return { url: `mongodb://127.0.0.1:${port}/?directConnection=true`, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/**
 * The parameters for a container that keeps its data in the folder. One that was left over is ended.
 *
 * @param {string} keep
 */
async function keptInDocker(keep) {
  const name = `hikyaku-${createHash('sha256').update(keep).digest('hex').slice(0, 12)}`
  await tryRun('docker', ['rm', '--force', name])
  mkdirSync(keep, { recursive: true })
  return ['--name', name, '--volume', `${keep}:/data/db`]
}

/** @param {() => Promise<unknown>} step */
async function untilDone(step) {
  for (let tries = 1; ; tries++) {
    try {
      await step()
      return
    } catch (error) {
      if (tries === 20) throw error
    }
  }
}

/** @returns {Promise<[number, number]>} */
async function freePorts() {
  const servers = [createServer(), createServer()]
  const ports = []
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    ports.push(/** @type {import('node:net').AddressInfo} */ (server.address()).port)
  }
  for (const server of servers) server.close()
  const [first = 0, second = 0] = ports
  return [first, second]
}

if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({ options: { keep: { type: 'string' }, port: { type: 'string' } } })
  const port = values.port === undefined ? undefined : Number(values.port)
  // Also when whoever started us is gone without a word.
  const over = ['SIGINT', 'SIGTERM', 'disconnect'].map((event) => once(process, event))
  const server = await start({ keep: values.keep, port })
  console.log(server.url)
  await Promise.race(over)
  await server.stop()
  if (process.connected) process.disconnect?.()
}
