import { Fault } from '#lib/base/fault.ts'
import { normalizeFlag } from '#lib/mail/flags.ts'
import type { Scanner } from './scanner.ts'

const FLAGS_MAX = 100
// biome-ignore lint/suspicious/noControlCharactersInRegex: the grammar excludes them
const FLAG = /\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+/y

/**
 * Reads `(\Seen $Forwarded)`, or the same without parentheses. \Recent is passed over: no client can set
 * it, and some send back what they once read.
 */
export function parseFlags(scanner: Scanner): string[] {
  const flag = (): string => scanner.match(FLAG)?.[0] ?? refuse('Expected a flag')
  const found = scanner.peek() === '(' ? scanner.list(flag, FLAGS_MAX) : bare(scanner, flag)
  const flags = found.filter((text) => !/^\\recent$/i.test(text)).map(normalizeFlag)
  return [...new Set(flags)]
}

function bare(scanner: Scanner, flag: () => string): string[] {
  const flags = [flag()]
  while (scanner.skip(' ')) flags.push(flag())
  return flags.length <= FLAGS_MAX ? flags : refuse('Too many flags')
}

function refuse(text: string): never {
  throw new Fault('invalid', text)
}
