/**
 * The one address type of the platform. The local part is kept unquoted, as Unicode text; the domain in
 * lower-case A-label form, or as an address literal with its brackets.
 */
export interface Address {
  readonly local: string
  readonly domain: string
  /** RFC 5321 forbids its dots (`a..b`, `.a`, `a.`), but Japanese carriers issued such for years. */
  readonly legacy: boolean
}
