import { Fault } from '#lib/base/fault.ts'
import { formatBodyStructure } from '#lib/imap/body-structure.ts'
import type { FetchCommand } from '#lib/imap/command.ts'
import { formatDateTime } from '#lib/imap/date.ts'
import { formatEnvelope } from '#lib/imap/envelope.ts'
import type { FetchAttribute } from '#lib/imap/fetch-attribute.ts'
import { formatFlags } from '#lib/imap/response.ts'
import { toUidSet } from '#lib/mail/uid-set.ts'
import { type FetchPlan, planFetch } from '../fetch-plan.ts'
import { writeSection } from '../fetch-section.ts'
import type { FetchedMessage } from '../mail-store.ts'
import { mailboxKey, type SelectedSession } from '../session.ts'
import { Disconnected } from '../wire.ts'

const LINES_PER_WAIT = 500

/**
 * FETCH and UID FETCH. Flags and UIDs come from what the session knows; the rest is asked of the store
 * batch by batch, and written as fast as the client takes it.
 *
 * Messages that another session has expunged meanwhile are passed over; a client that named them by
 * number is told so at the end. Not with NO, which RFC 2180 §4.1.3 allows: programs in the wild then throw
 * away what they did get.
 *
 * RFC 9051 §6.4.5, RFC 5530 §3
 */
export async function fetch(
  { messages, attributes }: FetchCommand,
  session: SelectedSession,
): Promise<string | undefined> {
  const { view } = session.selected
  const sequences = view.resolve(messages)
  const named = messages.byUid ? withUid(attributes) : attributes
  const plan = planFetch(named)
  if (!plan.asks) {
    await fetchKnown(named, sequences, session)
    return undefined
  }
  let told = 0
  for (let at = 0; at < sequences.length; at += plan.batch) {
    told += await fetchBatch(named, plan, sequences.slice(at, at + plan.batch), session)
  }
  const gone = !messages.byUid && told < sequences.length
  return gone ? 'OK [EXPUNGEISSUED] Some of the messages are gone' : undefined
}

/** UID FETCH answers with the UID, asked for or not. RFC 9051 §6.4.9 */
function withUid(attributes: readonly FetchAttribute[]): readonly FetchAttribute[] {
  return attributes.some(({ kind }) => kind === 'uid')
    ? attributes
    : [{ kind: 'uid' }, ...attributes]
}

async function fetchKnown(
  attributes: readonly FetchAttribute[],
  sequences: readonly number[],
  session: SelectedSession,
): Promise<void> {
  const { view } = session.selected
  let lines = 0
  for (const sequence of sequences) {
    const words = attributes.map(({ kind }) =>
      kind === 'uid' ? `UID ${view.uid(sequence)}` : `FLAGS ${formatFlags(view.flags(sequence))}`,
    )
    session.send(`* ${sequence} FETCH (${words.join(' ')})`)
    lines += 1
    if (lines % LINES_PER_WAIT === 0) await session.drained()
  }
}

/** Returns how many of the messages there were. */
async function fetchBatch(
  attributes: readonly FetchAttribute[],
  plan: FetchPlan,
  sequences: readonly number[],
  session: SelectedSession,
): Promise<number> {
  const { view } = session.selected
  const seen = plan.setsSeen ? await setSeen(sequences, session) : new Set()
  const uids = toUidSet(view.uidsOf(sequences))
  let told = 0
  for await (const message of session.store.fetch({ ...mailboxKey(session), ...plan, uids })) {
    const sequence = view.sequence(message.uid)
    if (sequence === 0) continue
    const flags = seen.has(sequence) && !attributes.some(({ kind }) => kind === 'flags')
    const wanted = flags ? [...attributes, { kind: 'flags' } as const] : attributes
    if (await writeMessage(wanted, message, session)) told += 1
  }
  return told
}

/** Sets \Seen before the text goes out; returns whose flags are others now, which has to be told. */
async function setSeen(
  sequences: readonly number[],
  session: SelectedSession,
): Promise<Set<unknown>> {
  const { view, writable } = session.selected
  const isSeen = view.flagTest('\\Seen')
  const unseen = writable ? sequences.filter((sequence) => !isSeen(sequence)) : []
  if (unseen.length === 0) return new Set()
  const stored = await session.store.storeFlags(
    mailboxKey(session),
    toUidSet(view.uidsOf(unseen)),
    { mode: 'add', flags: ['\\Seen'] },
  )
  return new Set(view.setFlags(stored.keywords, stored.messages))
}

/** Writes one FETCH response, all of it or nothing; false when the message has gone meanwhile. */
async function writeMessage(
  attributes: readonly FetchAttribute[],
  message: FetchedMessage,
  session: SelectedSession,
): Promise<boolean> {
  const { wire, selected } = session
  let text = `* ${selected.view.sequence(message.uid)} FETCH (`
  let begun = false
  let separator = ''
  for (const attribute of attributes) {
    text += separator
    separator = ' '
    if (attribute.kind !== 'section') {
      text += formatAttribute(attribute, message, session)
      continue
    }
    try {
      await writeSection(text, attribute, message, session)
    } catch (cause) {
      if (begun) throw new Disconnected('A message could not be read to its end', { cause })
      if (cause instanceof Fault && cause.code === 'not-found') return false
      throw cause
    }
    begun = true
    text = ''
  }
  wire.write(`${text})\r\n`)
  await session.drained()
  return true
}

function formatAttribute(
  attribute: Exclude<FetchAttribute, { kind: 'section' }>,
  message: FetchedMessage,
  { selected: { view } }: SelectedSession,
): string {
  switch (attribute.kind) {
    case 'flags':
      return `FLAGS ${formatFlags(view.flags(view.sequence(message.uid)))}`
    case 'uid':
      return `UID ${message.uid}`
    case 'internal-date':
      return `INTERNALDATE "${formatDateTime(message.internalDate)}"`
    case 'size':
      return `RFC822.SIZE ${message.sizeBytes}`
    case 'envelope':
      return `ENVELOPE ${message.envelope === null ? 'NIL' : formatEnvelope(message.envelope)}`
    case 'structure': {
      const { extended } = attribute
      const name = extended ? 'BODYSTRUCTURE' : 'BODY'
      const { structure } = message
      return `${name} ${structure === null ? 'NIL' : formatBodyStructure(structure, extended)}`
    }
  }
}
