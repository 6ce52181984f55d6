/** What set-up found on this machine: written by set-up, read by `npm start` and by the tests. */

import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../node_modules/.hikyaku-tools.json', import.meta.url))

/**
 * `mongo` is the MongoDB-speaking server that the tests may start, `leftOut` what could not be had
 * and why. Both are there only after set-up for the tests.
 *
 * @typedef {{ kind: 'given' }
 *   | { kind: 'docker', image: string }
 *   | { kind: 'ferretdb', ferretdb: string, root: string, template: string }} Mongo
 * @typedef {{ natsServer: string, mongo?: Mongo, leftOut?: string[] }} Tools
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
