/** What only the tests, or the cluster on one machine, need. What cannot be had is left out, with the reason, and set-up goes on. */

import { tryRun } from './command.js'
import { install, mayInstall } from './debian.js'
import { provideHaproxy } from './haproxy.js'
import { provideMongo } from './mongo.js'
import { say } from './say.js'

/** Other people's programs that the interop and system tests use, and Debian's packages of them. */
const PACKAGES = new Map([
  // Without its library for TLS, which is only recommended, swaks knows no STARTTLS.
  ['swaks', ['swaks', 'libnet-ssleay-perl']],
  ['curl', ['curl']],
  ['mutt', ['mutt']],
  // The same with isync and the mechanisms of SASL.
  ['mbsync', ['isync', 'libsasl2-modules']],
  ['offlineimap', ['offlineimap3']],
  ['fetchmail', ['fetchmail']],
  // Both log in by SCRAM.
  ['msmtp', ['msmtp']],
  ['gsasl', ['gsasl']],
  ['python3', ['python3']],
  ['dkimverify', ['python3-dkim', 'python3-nacl']],
  ['openssl', ['openssl']],
  ['script', ['bsdutils']],
])

/** @typedef {Pick<import('./tools.js').Tools, 'mongo' | 'haproxy' | 'leftOut'>} Found */

/**
 * @param {string} cache
 * @returns {Promise<Found>}
 */
export async function provideForTests(cache) {
  const { leftOut = [], ...found } = await provideForCluster(cache)
  const missing = await providePrograms()
  if (missing.length > 0) leftOut.push(`${missing.join(', ')} (install to run the tests with them)`)
  for (const what of leftOut) say(`left out: ${what}`)
  return { ...found, leftOut }
}

/**
 * What the cluster on one machine needs beyond what one machine needs anyway.
 *
 * @param {string} cache
 * @returns {Promise<Found>}
 */
export async function provideForCluster(cache) {
  const leftOut = []
  const mongo = await provideMongo(cache, process.env)
  if (typeof mongo === 'string') leftOut.push(`a MongoDB-speaking server (${mongo})`)
  const haproxy = await provideHaproxy(cache)
  if (typeof haproxy === 'string') leftOut.push(haproxy)
  else say(`haproxy ${haproxy.version} (${haproxy.by})`)
  return {
    leftOut,
    ...(typeof mongo === 'string' ? {} : { mongo }),
    ...(typeof haproxy === 'string' ? {} : { haproxy: haproxy.path }),
  }
}

/** @returns {Promise<string[]>} those that cannot be had */
async function providePrograms() {
  const missing = await missingPrograms()
  if (missing.length === 0 || !mayInstall()) return missing
  await install(missing.flatMap((program) => PACKAGES.get(program) ?? program))
  return missingPrograms()
}

async function missingPrograms() {
  const programs = [...PACKAGES.keys()]
  const found = await Promise.all(programs.map((program) => tryRun('which', [program])))
  return programs.filter((_, index) => found[index] === undefined)
}
