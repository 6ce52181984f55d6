/** Untagged responses and response codes. RFC 9051 §7 */
import type { StatusItem } from './command.ts'
import { encodeMailboxName } from './mailbox-name.ts'
import { formatAstring, formatNString, formatString } from './text.ts'

function formatMailbox(name: string): string {
  return formatAstring(encodeMailboxName(name))
}

export function formatFlags(flags: readonly string[]): string {
  return `(${flags.join(' ')})`
}

/** RFC 9051 §7.3.1, RFC 3501 §7.2.3 */
export function formatList(
  response: 'LIST' | 'LSUB',
  attributes: readonly string[],
  name: string,
): string {
  return `* ${response} ${formatFlags(attributes)} "/" ${formatMailbox(name)}`
}

export function formatStatus(name: string, values: readonly [StatusItem, number][]): string {
  const pairs = values.map(([item, value]) => `${item} ${value}`)
  return `* STATUS ${formatMailbox(name)} (${pairs.join(' ')})`
}

/** What is used of something, and how much there may be. */
export interface Resource {
  readonly name: 'STORAGE' | 'MESSAGE'
  readonly used: number
  readonly limit: number
}

/** RFC 9208 §4.2.1 */
export function formatQuota(root: string, resources: readonly Resource[]): string {
  const triples = resources.map(({ name, used, limit }) => `${name} ${used} ${limit}`)
  return `* QUOTA ${formatAstring(root)} (${triples.join(' ')})`
}

/** RFC 9208 §4.2.2 */
export function formatQuotaRoot(mailbox: string, roots: readonly string[]): string {
  return ['* QUOTAROOT', formatMailbox(mailbox), ...roots.map(formatAstring)].join(' ')
}

/** All on one line, however many: programs look at the first line only (offlineimap, many scripts). RFC 3501 §7.2.5 */
export function formatSearch(numbers: readonly number[] | Uint32Array): string {
  return numbers.length === 0 ? '* SEARCH' : `* SEARCH ${numbers.join(' ')}`
}

/** Which messages became which: UID sets of the same size. RFC 4315 §3 */
export interface Copied {
  readonly uidValidity: number
  readonly sourceUids: string
  readonly targetUids: string
}

export function formatCopyUid({ uidValidity, sourceUids, targetUids }: Copied): string {
  return `COPYUID ${uidValidity} ${sourceUids} ${targetUids}`
}

/** RFC 4315 §3 */
export function formatAppendUid(uidValidity: number, uid: number): string {
  return `APPENDUID ${uidValidity} ${uid}`
}

/** RFC 2971 §3.2 */
export function formatId(fields: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${formatString(name)} ${formatNString(value)}`,
  )
  return `* ID (${pairs.join(' ')})`
}
