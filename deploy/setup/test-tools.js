/** What only the tests need. What cannot be had is left out, with the reason, and set-up goes on. */

import { tryRun } from './command.js'
import { install, mayInstall } from './debian.js'
import { provideMongo } from './mongo.js'
import { say } from './say.js'

/** Programs that the interop and system tests use, each in the Debian package of its name. */
const PROGRAMS = ['swaks', 'curl']

/**
 * @param {string} cache
 * @returns {Promise<Pick<import('./tools.js').Tools, 'mongo' | 'leftOut'>>}
 */
export async function provideForTests(cache) {
  const leftOut = []
  const mongo = await provideMongo(cache, process.env)
  if (typeof mongo === 'string') leftOut.push(`a MongoDB-speaking server (${mongo})`)
  const missing = await providePrograms()
  if (missing.length > 0) leftOut.push(`${missing.join(', ')} (install to run the tests with them)`)
  for (const what of leftOut) say(`left out: ${what}`)
  return typeof mongo === 'string' ? { leftOut } : { mongo, leftOut }
}

/** @returns {Promise<string[]>} those that cannot be had */
async function providePrograms() {
  const missing = await missingPrograms()
  if (missing.length === 0 || !mayInstall()) return missing
  await install(missing)
  return missingPrograms()
}

async function missingPrograms() {
  const found = await Promise.all(PROGRAMS.map((name) => tryRun('which', [name])))
  return PROGRAMS.filter((_, index) => found[index] === undefined)
}
