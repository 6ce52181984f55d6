/** The order to look: the first way that works is taken, and the reasons of the others are kept. */

import { lastLine } from './command.js'

/**
 * One way to have something. `find` returns it, or says in a few words why this way is closed;
 * it may also throw, which says the same.
 *
 * @template T
 * @typedef {{ name: string, find: () => Promise<T | string> }} Way
 */

/**
 * @template {object} T
 * @param {Way<T>[]} ways
 * @returns {Promise<{ found: T, by: string } | { reasons: string }>}
 */
export async function choose(ways) {
  const reasons = []
  for (const way of ways) {
    const found = await way.find().catch(lastLine)
    if (typeof found === 'object') return { found, by: way.name }
    reasons.push(`${way.name}: ${found}`)
  }
  return { reasons: reasons.join('; ') }
}
