import { Fault } from '#lib/base/fault.ts'

/** The flags that every mailbox has. RFC 9051 §2.3.2 */
export const SYSTEM_FLAGS = ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'] as const
export type SystemFlag = (typeof SYSTEM_FLAGS)[number]

/** Keywords that clients agreed on, in the spelling they are registered with. RFC 5788 §3.4 */
const KNOWN_KEYWORDS = ['$Forwarded', '$MDNSent', '$Junk', '$NotJunk', '$Phishing', '$Important']

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...SYSTEM_FLAGS, ...KNOWN_KEYWORDS].map((flag) => [flag.toLowerCase(), flag]),
)

const KEYWORD_CHARACTERS_MAX = 100
/** An atom of IMAP. RFC 9051 §9, rule flag-keyword */
const KEYWORD = /^[!#$&'+,./0-9:;<=>?@A-Z[^_`a-z|}~-]+$/

/**
 * The one spelling of a flag: system flags and known keywords as their RFCs write them, other keywords as
 * given. `\Recent` is refused, since nobody can set it.
 *
 * @throws {Fault} invalid
 */
export function normalizeFlag(text: string): string {
  const known = SPELLINGS.get(text.toLowerCase())
  if (known !== undefined) return known
  if (text.startsWith('\\')) throw new Fault('invalid', 'There is no such system flag')
  if (text.length > KEYWORD_CHARACTERS_MAX || !KEYWORD.test(text)) {
    throw new Fault('invalid', 'A keyword must be an atom')
  }
  return text
}

/** What two spellings of one flag have in common: flags do not have case. RFC 5788 §2 */
export function flagKey(flag: string): string {
  return flag.toLowerCase()
}

/** Whether the list holds the flag, in whatever spelling. */
export function hasFlag(flags: readonly string[], flag: string): boolean {
  const key = flagKey(flag)
  return flags.some((one) => flagKey(one) === key)
}

export function isSystemFlag(flag: string): flag is SystemFlag {
  return (SYSTEM_FLAGS as readonly string[]).includes(flag)
}
