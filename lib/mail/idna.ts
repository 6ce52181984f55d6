/**
 * Domains in U-label form to A-labels, as far as mail addresses need it: what a domain may hold is
 * checked by class of character, not by the tables of RFC 5892.
 */

const LABEL_OCTETS_MAX = 63
const BASE = 36
const T_MIN = 1
const T_MAX = 26
const SKEW = 38
const DAMP = 700
const INITIAL_BIAS = 72
const INITIAL_N = 0x80
const DIGITS = 'abcdefghijklmnopqrstuvwxyz0123456789'

/** Dots that Asian keyboards produce. RFC 3490 §3.1 */
const DOTS = /[.\u3002\uFF0E\uFF61]/
const LDH = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/
/** Letters, marks, digits, and the joiners and middle dots that RFC 5892 §2.6 allows. */
const U_LABEL =
  /^(?:[a-z0-9-]|(?![!-~])[\p{L}\p{M}\p{N}\u00B7\u0375\u05F3\u05F4\u30FB]|\u200C|\u200D)+$/u

/**
 * The lower-case A-label form of a domain; undefined when it cannot be one. Underscores pass, since
 * DNS has them and mail comes from such hosts. RFC 5890 §2.3, RFC 5321 §2.3.5
 */
export function toAsciiDomain(domain: string): string | undefined {
  const labels = domain.split(DOTS).map(toAsciiLabel)
  return labels.includes(undefined) ? undefined : labels.join('.')
}

function toAsciiLabel(text: string): string | undefined {
  const label = text.toLowerCase().normalize('NFKC')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them
  if (/^[\x00-\x7f]*$/.test(label)) {
    return label.length <= LABEL_OCTETS_MAX && LDH.test(label) ? label : undefined
  }
  if (label.length > 2 * LABEL_OCTETS_MAX) return undefined
  if (!U_LABEL.test(label) || label.startsWith('-') || label.endsWith('-')) return undefined
  const ascii = `xn--${encodePunycode(label)}`
  return ascii.length <= LABEL_OCTETS_MAX ? ascii : undefined
}

/** Writes a label with the letters of ASCII alone. RFC 3492 §6.3 */
export function encodePunycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0)
  const basic = points.filter((point) => point < INITIAL_N)
  let output = String.fromCodePoint(...basic)
  if (basic.length > 0) output += '-'
  let handled = basic.length
  let n = INITIAL_N
  let delta = 0
  let bias = INITIAL_BIAS
  while (handled < points.length) {
    const next = Math.min(...points.filter((point) => point >= n))
    delta += (next - n) * (handled + 1)
    n = next
    for (const point of points) {
      if (point < n) delta++
      if (point !== n) continue
      output += formatDelta(delta, bias)
      bias = adapt(delta, handled + 1, handled === basic.length)
      delta = 0
      handled++
    }
    delta++
    n++
  }
  return output
}

/** One delta as a generalized variable-length integer. RFC 3492 §3.3 */
function formatDelta(delta: number, bias: number): string {
  let text = ''
  let rest = delta
  for (let k = BASE; ; k += BASE) {
    const t = Math.min(Math.max(k - bias, T_MIN), T_MAX)
    if (rest < t) return text + formatDigit(rest)
    text += formatDigit(t + ((rest - t) % (BASE - t)))
    rest = Math.floor((rest - t) / (BASE - t))
  }
}

function formatDigit(digit: number): string {
  return DIGITS.charAt(digit)
}

/** RFC 3492 §6.1 */
function adapt(delta: number, points: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? DAMP : 2))
  rest += Math.floor(rest / points)
  let k = 0
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN))
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + SKEW))
}
