/** What the server of another host offers, as its answer to EHLO says. RFC 5321 §4.1.1.1 */
export interface Extensions {
  /** RFC 2920 §3 */
  readonly pipelining: boolean
  /** The largest message; undefined when it names none. RFC 1870 §4 */
  readonly sizeBytesMax: number | undefined
  /** Whether MAIL may say SIZE=. */
  readonly size: boolean
  /** RFC 6152 §2 */
  readonly eightBitMime: boolean
  /** RFC 6531 §3.1 */
  readonly smtpUtf8: boolean
  /** RFC 3461 §4 */
  readonly dsn: boolean
  /** RFC 3207 §4 */
  readonly startTls: boolean
  /** Mechanisms in upper case. RFC 4954 §3 */
  readonly auth: readonly string[]
}

/** What a server has that knows HELO only. */
export const NO_EXTENSIONS: Extensions = parseExtensions([])

/** Reads the lines of the answer to EHLO; the first, with the server's name, may be any. */
export function parseExtensions(lines: readonly string[]): Extensions {
  const words = new Map<string, string[]>()
  for (const line of lines.slice(1)) {
    // `AUTH=LOGIN` is how servers said it before there was an RFC.
    const [keyword = '', ...values] = line
      .trim()
      .replace(/^AUTH=/i, 'AUTH ')
      .split(/\s+/)
    const key = keyword.toUpperCase()
    words.set(key, [...(words.get(key) ?? []), ...values])
  }
  const [size = ''] = words.get('SIZE') ?? []
  // No number, or 0, is no limit. RFC 1870 §4
  const limit = /^[0-9]{1,15}$/.test(size) ? Number(size) : 0
  return {
    pipelining: words.has('PIPELINING'),
    sizeBytesMax: limit > 0 ? limit : undefined,
    size: words.has('SIZE'),
    eightBitMime: words.has('8BITMIME'),
    smtpUtf8: words.has('SMTPUTF8'),
    dsn: words.has('DSN'),
    startTls: words.has('STARTTLS'),
    auth: (words.get('AUTH') ?? []).map((mechanism) => mechanism.toUpperCase()),
  }
}
