/** Versions as programs print them: found in a line of text, and compared number by number. */

/**
 * The first version in a text such as `nats-server: v2.15.2`, or undefined.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function findVersion(text) {
  return /\d+\.\d+(?:\.\d+)?/.exec(text)?.[0]
}

/**
 * Whether `version` is `minimum` or newer. Parts that are not written count as 0.
 *
 * @param {string} version
 * @param {string} minimum
 */
export function isAtLeast(version, minimum) {
  const have = version.split('.').map(Number)
  const want = minimum.split('.').map(Number)
  for (let part = 0; part < Math.max(have.length, want.length); part++) {
    const difference = (have[part] ?? 0) - (want[part] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return true
}
