/** haproxy, which stands before the services of a cluster on one machine: finds one, or unpacks Debian's into the cache. */

import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { keep } from './cache.js'
import { choose } from './choose.js'
import { run, tryRun } from './command.js'
import { mayInstall } from './debian.js'
import { sayWhile } from './say.js'
import { findVersion, isAtLeast } from './version.js'

/** `http-check send`, `option redispatch` with a number, reloads that lose no connection. */
const VERSION_MIN = '2.4'
const FOLDER = 'haproxy-debian'

/** @typedef {{ path: string, version: string }} Program */

/**
 * @param {string} cache
 * @returns {Promise<Program & { by: string } | string>} or what to install, in one line
 */
export async function provideHaproxy(cache) {
  const chosen = await choose([
    { name: 'PATH', find: () => checked('haproxy') },
    { name: 'sbin', find: () => checked('/usr/sbin/haproxy') },
    { name: 'cache', find: () => checked(join(cache, FOLDER, 'haproxy')) },
    { name: 'Debian package', find: () => byDebian(cache) },
  ])
  if ('found' in chosen) return { ...chosen.found, by: chosen.by }
  return `haproxy ≥ ${VERSION_MIN}: install it, on Debian apt-get install haproxy (${chosen.reasons})`
}

/**
 * @param {string} path
 * @returns {Promise<Program | string>}
 */
async function checked(path) {
  const version = findVersion((await tryRun(path, ['-v'])) ?? '')
  if (version === undefined) return 'not there'
  return isAtLeast(version, VERSION_MIN) ? { path, version } : `${version} is too old`
}

/** @param {string} cache */
async function byDebian(cache) {
  if ((await tryRun('apt-get', ['--version'])) === undefined) return 'not a Debian'
  const folder = await keep(cache, FOLDER, (building) =>
    sayWhile("unpacking Debian's haproxy", () => unpack(building)),
  )
  return checked(join(folder, 'haproxy'))
}

/**
 * Unpacked, not installed: the package would start a service of its own on this machine.
 *
 * @param {string} folder
 */
async function unpack(folder) {
  const debs = join(folder, 'debs')
  const root = join(folder, 'root')
  mkdirSync(debs)
  mkdirSync(root)
  await run('apt-get', ['download', ...(await missingPackages())], { cwd: debs })
  for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), root])
  const places = ['usr/lib', 'lib'].filter((place) => existsSync(join(root, place)))
  const libraries = places.flatMap((place) =>
    readdirSync(join(root, place))
      .filter((name) => name.includes('-linux-'))
      .map((name) => `$here/root/${place}/${name}`),
  )
  const script = [
    '#!/bin/sh',
    // Found from where it lies, as the folder gets its name only once it is complete.
    `here="\${0%/*}"`,
    `LD_LIBRARY_PATH="${libraries.join(':')}" exec "$here/root/usr/sbin/haproxy" "$@"`,
    '',
  ]
  writeFileSync(join(folder, 'haproxy'), script.join('\n'))
  chmodSync(join(folder, 'haproxy'), 0o755)
  const program = await checked(join(folder, 'haproxy'))
  if (typeof program === 'string') throw new Error(program)
}

/** haproxy and the libraries of it that this machine lacks. */
async function missingPackages() {
  const simulate = ['install', '--simulate', '--no-install-recommends', 'haproxy']
  let plan = await tryRun('apt-get', simulate)
  if (plan === undefined && mayInstall()) {
    // A fresh image knows no packages yet.
    await run('apt-get', ['update'])
    plan = await tryRun('apt-get', simulate)
  }
  const names = [...(plan ?? '').matchAll(/^Inst (\S+)/gm)].map(([, name = '']) => name)
  if (!names.includes('haproxy')) throw new Error('apt-get knows no haproxy')
  return names
}
