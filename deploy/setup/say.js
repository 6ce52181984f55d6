/** Says what set-up does, one line a step, so that nobody waits before a silent screen. */

/** @param {string} line */
export function say(line) {
  process.stdout.write(`set-up: ${line}\n`)
}

/**
 * Announces a step that takes a while, does it, and says how long it took.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} step
 * @returns {Promise<T>}
 */
export async function sayWhile(what, step) {
  say(`${what} …`)
  const start = performance.now()
  const result = await step()
  say(`${what}: done in ${Math.ceil((performance.now() - start) / 1000)} s`)
  return result
}
