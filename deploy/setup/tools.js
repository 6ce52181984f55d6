/** What set-up found on this machine: written by set-up, read by `npm start` and by the tests. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../node_modules/.hikyaku-tools.json', import.meta.url))

/**
 * `mongo` is the MongoDB-speaking server that the tests and the cluster on one machine may start,
 * `haproxy` what stands before that cluster, `leftOut` what could not be had and why. All are there
 * only after set-up for the tests, or for the cluster.
 *
 * @typedef {{ kind: 'given' }
 *   | { kind: 'docker', image: string }
 *   | { kind: 'ferretdb', ferretdb: string, root: string, template: string }} Mongo
 * @typedef {{ natsServer: string, haproxy?: string, mongo?: Mongo, leftOut?: string[] }} Tools
 */

/**
 * @returns {Tools}
 * @throws {Error} before set-up has run
 */
export function readTools() {
  const tools = findTools()
  if (tools) return tools
  throw new Error('Set-up has not run here: start with `npm start` or `npm test`')
}

/** @returns {Tools | undefined} */
export function findTools() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {Tools} tools */
export function writeTools(tools) {
  const beside = `${FILE}.${process.pid}`
  writeFileSync(beside, `${JSON.stringify(tools, null, 2)}\n`)
  renameSync(beside, FILE)
}
