/**
 * A MongoDB-speaking server for the tests: which one this machine can have, made ready to start.
 * mongo-server.js starts it.
 */

import { choose } from './choose.js'
import { run, tryRun } from './command.js'
import { provideFerretDb } from './ferretdb.js'
import { say, sayWhile } from './say.js'

const IMAGE = 'mongo:8.0'

/** @typedef {import('./tools.js').Mongo} Mongo */

/**
 * @param {string} cache
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Mongo | string>} or why there is none
 */
export async function provideMongo(cache, env) {
  const chosen = await choose([
    { name: 'MONGODB_URL', find: async () => (env.MONGODB_URL ? { kind: 'given' } : 'not set') },
    { name: 'Docker', find: byDocker },
    { name: 'FerretDB', find: () => provideFerretDb(cache) },
  ])
  if ('reasons' in chosen) return chosen.reasons
  say(`MongoDB-speaking server for the tests: ${chosen.by}`)
  return /** @type {Mongo} */ (chosen.found)
}

/** @returns {Promise<Mongo | string>} */
async function byDocker() {
  if ((await tryRun('docker', ['image', 'inspect', IMAGE])) === undefined) {
    if ((await tryRun('docker', ['info'])) === undefined) return 'no engine runs'
    await sayWhile(`pulling ${IMAGE} with Docker`, () => run('docker', ['pull', IMAGE]))
  }
  return { kind: 'docker', image: IMAGE }
}
