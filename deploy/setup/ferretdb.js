/**
 * FerretDB, which speaks MongoDB's protocol, and PostgreSQL with the DocumentDB extension, which
 * executes it, kept in a Debian tree of its own in the cache. For machines without Docker.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { keep } from './cache.js'
import { run, tryRun } from './command.js'
import { install, mayInstall } from './debian.js'
import { goInstall, hasGo } from './go.js'
import { sayWhile } from './say.js'

const FERRETDB_VERSION = '2.7.0'

/** Counts up when what is done to the tree, or to the empty database in it, changes. */
const TREE = 'documentdb-18-1'

const SUITE = 'sid'
const PACKAGES = ['postgresql-18', 'postgresql-18-documentdb']

/** The program that runs inside namespaces of its own, see there. */
export const IN_NAMESPACE = fileURLToPath(new URL('documentdb.sh', import.meta.url))

/**
 * @param {string} cache
 * @returns {Promise<import('./tools.js').Mongo | string>} or why there is none
 */
export async function provideFerretDb(cache) {
  if (!mayInstall()) return 'needs root on Debian'
  if ((await tryRun('unshare', ['--mount', '--pid', '--fork', 'true'])) === undefined) {
    return 'needs to make namespaces'
  }
  const ferretdb = await keep(cache, `ferretdb-${FERRETDB_VERSION}`, async (building) => {
    if (!(await hasGo())) throw new Error('needs Go')
    await goInstall(`github.com/FerretDB/FerretDB/v2/cmd/ferretdb@v${FERRETDB_VERSION}`, building)
  })
  const tree = await keep(cache, TREE, (building) =>
    sayWhile('building PostgreSQL with DocumentDB in a Debian tree', () => buildTree(building)),
  )
  return {
    kind: 'ferretdb',
    ferretdb: join(ferretdb, 'ferretdb'),
    root: join(tree, 'root'),
    template: join(tree, 'template'),
  }
}

/** @param {string} tree */
async function buildTree(tree) {
  if ((await tryRun('which', ['debootstrap'])) === undefined) await install(['debootstrap'])
  const root = join(tree, 'root')
  await inNamespace(['debootstrap', '--variant=minbase', SUITE, root])
  mkdirSync(join(root, 'etc/postgresql-common'), { recursive: true })
  const noCluster = 'create_main_cluster = false\n'
  writeFileSync(join(root, 'etc/postgresql-common/createcluster.conf'), noCluster)
  await inNamespace(['sh', IN_NAMESPACE, 'install', root, ...PACKAGES])
  mkdirSync(join(tree, 'template'))
  await inNamespace(['sh', IN_NAMESPACE, 'initialize', root, join(tree, 'template')])
}

/**
 * Mounts made in there are seen by nobody else and end with the program, however it ends; so do
 * processes that it leaves.
 *
 * @param {string[]} command
 */
async function inNamespace(command) {
  await run('unshare', [...NAMESPACES, ...command])
}

export const NAMESPACES = ['--mount', '--pid', '--fork', '--kill-child']
