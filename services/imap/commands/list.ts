import type { ListCommand } from '#lib/imap/command.ts'
import { listPattern } from '#lib/imap/list-pattern.ts'
import { formatList } from '#lib/imap/response.ts'
import { ancestorNames, DELIMITER } from '#lib/mail/mailbox-name.ts'
import type { Mailbox } from '../mail-store.ts'
import type { UserSession } from '../session.ts'

/** RFC 6154 §2 */
const SPECIAL_USE: Record<string, string> = {
  all: '\\All',
  archive: '\\Archive',
  drafts: '\\Drafts',
  flagged: '\\Flagged',
  junk: '\\Junk',
  sent: '\\Sent',
  trash: '\\Trash',
}

/**
 * LIST. Names that have no mailbox, only others below them, are shown as \Noselect. With an empty pattern
 * it tells the separator instead.
 *
 * RFC 9051 §6.3.9, RFC 3348 §3, RFC 6154 §2
 */
export async function list(command: ListCommand, session: UserSession): Promise<undefined> {
  if (command.pattern === '') {
    session.send(`* LIST (\\Noselect) "${DELIMITER}" ""`)
    return
  }
  const matches = toTest(command)
  const { mailboxes } = await session.store.list(session.account)
  const byName = new Map(mailboxes.map((mailbox) => [mailbox.name, mailbox]))
  const parents = new Set(mailboxes.flatMap(({ name }) => ancestorNames(name)))
  for (const name of sorted([...byName.keys(), ...parents])) {
    if (!matches(name)) continue
    session.send(formatList('LIST', attributes(byName.get(name), parents.has(name)), name))
  }
}

/** In the form that names have: NFC, and INBOX in capitals also where it is only the first level. */
function toTest({ reference, pattern }: ListCommand): (name: string) => boolean {
  const whole = (reference + pattern).normalize('NFC')
  return listPattern(whole.replace(/^inbox(?=\/)/i, 'INBOX'))
}

function attributes(mailbox: Mailbox | undefined, hasChildren: boolean): string[] {
  const use = mailbox === undefined ? '\\Noselect' : SPECIAL_USE[mailbox.specialUse]
  return [hasChildren ? '\\HasChildren' : '\\HasNoChildren', ...(use === undefined ? [] : [use])]
}

/**
 * LSUB: what is subscribed to, whether it exists or not. A `%` that ends at a name with subscribed names
 * below shows that name as \Noselect.
 *
 * RFC 3501 §6.3.9
 */
export async function lsub(command: ListCommand, session: UserSession): Promise<undefined> {
  if (command.pattern === '') {
    session.send(`* LSUB (\\Noselect) "${DELIMITER}" ""`)
    return
  }
  const matches = toTest(command)
  const { mailboxes, subscribedNames } = await session.store.list(session.account)
  const existing = mailboxes.filter(({ subscribed }) => subscribed).map(({ name }) => name)
  const subscribed = new Set([...existing, ...subscribedNames])
  const parents = command.pattern.endsWith('%') ? [...subscribed].flatMap(ancestorNames) : []
  for (const name of sorted([...subscribed, ...parents])) {
    if (matches(name)) {
      session.send(formatList('LSUB', subscribed.has(name) ? [] : ['\\Noselect'], name))
    }
  }
}

/** INBOX first, each name once. */
function sorted(names: readonly string[]): string[] {
  const rank = (name: string): string => (name === 'INBOX' ? '' : name)
  return [...new Set(names)].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
}
