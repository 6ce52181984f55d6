import { Fault } from '#lib/base/fault.ts'
import { formatFlags } from '#lib/imap/response.ts'
import { toUidSet, type UidSet } from '#lib/mail/uid-set.ts'
import type { Changes } from './mail-store.ts'
import { isSelectedSession, mailboxKey, type SelectedSession, type Session } from './session.ts'
import { SessionView } from './session-view.ts'

export interface UpdateOptions {
  /** Whether the client may be told now that messages are gone. RFC 9051 §7.5.1 */
  readonly expunges: boolean
  /** Ask the store although nothing was announced. */
  readonly always?: boolean
}

/**
 * Tells the client what has happened in its mailbox: expunged messages if it is allowed now, changed
 * flags, new messages. Asks the store only when something was announced, or not for long.
 */
export async function update(
  session: SelectedSession,
  { expunges, always = false }: UpdateOptions,
): Promise<void> {
  const { selected } = session
  const existed = selected.view.exists
  const due = session.backend.monotonic() - selected.askedAt >= session.backend.settings.pollMs
  const changedFlags = always || due || selected.changed ? await ask(session) : []
  if (session.selected !== selected) return

  const { view } = selected
  const uids = view.uidsOf(changedFlags)
  const told = expunges ? view.takeVanished() : []
  for (const sequence of told) session.send(`* ${sequence} EXPUNGE`)
  if (view.exists !== existed - told.length) {
    session.send(`* ${view.exists} EXISTS`)
    session.send('* 0 RECENT')
  }
  for (const uid of uids) {
    const sequence = view.sequence(uid)
    if (sequence > 0) session.send(formatFetchFlags(session, sequence))
  }
}

/**
 * The same, along the way: what a command has done stays done, and is answered as done, also when the news
 * cannot be had now. A client that heard NO would append its message once more.
 */
export async function mention(session: Session, options: UpdateOptions): Promise<void> {
  if (!isSelectedSession(session)) return
  try {
    await update(session, options)
  } catch (error) {
    if (!(error instanceof Fault))
      session.backend.events.failed('update', session.account.id, error)
  }
}

/** An unasked FETCH names the UID as well. RFC 9051 §7.5.2 */
function formatFetchFlags({ selected: { view } }: SelectedSession, sequence: number): string {
  return `* ${sequence} FETCH (UID ${view.uid(sequence)} FLAGS ${formatFlags(view.flags(sequence))})`
}

/** Brings the view up to date; returns whose flags are others now. */
async function ask(session: SelectedSession): Promise<number[]> {
  const { selected } = session
  const { view } = selected
  // Before the question: what is announced while it is under way may not be in its answer.
  selected.changed = false
  try {
    const key = mailboxKey(session)
    const changes = await session.store.changes(key, view.modSeq, view.uidValidity)
    const answer = changes.startOver ? await startOver(session) : changes
    selected.askedAt = session.backend.monotonic()
    const keywords = view.keywords.length
    const changedFlags = view.apply(answer)
    if (view.keywords.length > keywords) session.send(`* FLAGS ${formatFlags(view.knownFlags)}`)
    return changedFlags
  } catch (error) {
    selected.changed = true
    if (!isGone(error)) throw error
    session.bye = 'The mailbox was deleted'
    session.deselect()
    return []
  }
}

/**
 * Deselects the mailbox if it is not there any more. Its name does not tell: it may have got another since.
 * Whatever else is wrong is left to the next command to find: the deletion is done.
 */
export async function deselectDeleted(session: SelectedSession): Promise<void> {
  const { view } = session.selected
  try {
    await session.store.changes(mailboxKey(session), view.modSeq, view.uidValidity)
  } catch (error) {
    if (isGone(error)) session.deselect()
    else if (!(error instanceof Fault))
      session.backend.events.failed('update', session.account.id, error)
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Fault && error.code === 'not-found'
}

/** Everything is new, and what is not there any more has vanished. */
async function startOver(session: SelectedSession): Promise<Changes> {
  const { account, selected } = session
  const { mailbox, keywords, messages } = await session.store.view(account, selected.name)
  const same = mailbox.id === selected.id
  if (!same || mailbox.counts.uidValidity !== selected.view.uidValidity) {
    throw new Fault('not-found', 'Another mailbox has this name now')
  }
  const there = new SessionView({ mailbox, keywords, messages })
  const known = Array.from({ length: selected.view.exists }, (_, i) => selected.view.uid(i + 1))
  const vanished: UidSet = toUidSet(known.filter((uid) => there.sequence(uid) === 0))
  return { startOver: false, counts: mailbox.counts, keywords, changed: messages, vanished }
}
