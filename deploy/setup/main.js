/**
 * Set-up: makes sure that everything the platform needs is there, with `--for-tests` what its tests
 * need as well, and with `--for-cluster` what a cluster on one machine needs. Safe to repeat; does nothing when nothing is missing. Writes to this
 * project's node_modules and to its cache folder, nowhere else, except by Debian's package manager.
 *
 * Runs on the machine's own Node and uses no packages, because it is what installs them.
 */

import { homedir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cacheFolder } from './cache.js'
import { provideNats } from './nats.js'
import { installPackages, linkCommand, provideNode } from './npm.js'
import { say } from './say.js'
import { provideForCluster, provideForTests } from './test-tools.js'
import { findTools, writeTools } from './tools.js'
import { isAtLeast } from './version.js'

const NODE_MIN = '20'
const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** @param {string[]} parameters */
async function setUp(parameters) {
  if (!isAtLeast(process.versions.node, NODE_MIN)) {
    throw new Error(`Node ${process.versions.node} is too old: install Node ${NODE_MIN} or newer`)
  }
  const cache = cacheFolder(process.env)

  await installPackages(ROOT)
  const node = await provideNode(ROOT)
  linkCommand(ROOT, 'hikyaku', '../../deploy/bin/hikyaku.js')
  say(`npm packages as locked, Node ${node}`)

  const nats = await provideNats(cache)
  say(`nats-server ${nats.version} (${nats.by}: ${nats.path.replace(homedir(), '~')})`)

  writeTools({ ...(await findOthers(cache, parameters)), natsServer: nats.path })
}

/**
 * @param {string} cache
 * @param {string[]} parameters
 */
async function findOthers(cache, parameters) {
  if (parameters.includes('--for-tests')) return provideForTests(cache)
  const known = findTools()
  if (!parameters.includes('--for-cluster')) return known
  const { mongo, haproxy, leftOut = [] } = await provideForCluster(cache)
  for (const what of leftOut) say(`missing for a cluster: ${what}`)
  return { ...known, ...(mongo && { mongo }), ...(haproxy && { haproxy }) }
}

try {
  await setUp(process.argv.slice(2))
} catch (error) {
  say(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
}
