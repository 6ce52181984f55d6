/**
 * The one folder outside the project that set-up writes to: what it fetched or built, by name and
 * version, so that a second clone need not do it again.
 */

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** @param {NodeJS.ProcessEnv} env */
export function cacheFolder(env) {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'hikyaku')
}

/**
 * The folder `name` of the cache, made by `build` when it is not there yet.
 *
 * Built beside its place and renamed when complete: what has its name in the cache is whole, also
 * when set-up was killed, or runs twice at once. Then the first to finish wins.
 *
 * @param {string} cache
 * @param {string} name
 * @param {(folder: string) => Promise<void>} build
 * @returns {Promise<string>}
 */
export async function keep(cache, name, build) {
  const place = join(cache, name)
  if (existsSync(place)) return place
  mkdirSync(cache, { recursive: true })
  removeAbandoned(cache)
  const building = join(cache, `.building-${process.pid}-${name}`)
  try {
    mkdirSync(building)
    await build(building)
    if (!existsSync(place)) renameSync(building, place)
  } catch (error) {
    if (!existsSync(place)) throw error
  } finally {
    rmSync(building, { recursive: true, force: true })
  }
  return place
}

/** @param {string} cache */
function removeAbandoned(cache) {
  for (const name of readdirSync(cache)) {
    const pid = /^\.building-(\d+)-/.exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    rmSync(join(cache, name), { recursive: true, force: true })
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
