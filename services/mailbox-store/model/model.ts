/** A mailbox as it should be: what its messages are after each operation, in as few words as possible. */

import { parseUidSet } from '#lib/mail/uid-set.ts'

/** What a client handed in. */
export interface Mail {
  readonly content: Uint8Array
  readonly mailId: string
  readonly internalDate: number
}

export interface ModelMessage {
  readonly uid: number
  readonly modSeq: number
  /** Names in order, with spaces between. */
  readonly flags: string
  readonly mail: Mail
}

/** A mailbox at one MODSEQ. */
export interface State {
  readonly modSeq: number
  readonly uidNext: number
  readonly messages: ReadonlyMap<number, ModelMessage>
}

export const EMPTY: State = { modSeq: 1, uidNext: 1, messages: new Map() }

export function flagText(names: Iterable<string>): string {
  return [...new Set(names)].sort().join(' ')
}

export function flagNames(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

/** UIDs of the messages that a set names; `*` is the last. RFC 9051 §9, rule seq-range */
export function select(text: string, { messages }: Pick<State, 'messages'>): number[] {
  const uids = [...messages.keys()]
  const set = parseUidSet(text.replaceAll('*', String(Math.max(1, ...uids))))
  return uids.filter((uid) => set.some(([first, last]) => first <= uid && uid <= last))
}

/** The next state while operations that are committed together are worked out one after the other. */
export class Draft {
  readonly before: State
  readonly modSeq: number
  readonly messages: Map<number, ModelMessage>
  /** On their way to another mailbox: for whom comes after, they are not there. */
  readonly claimed = new Set<number>()
  uidNext: number

  constructor(before: State) {
    this.before = before
    this.modSeq = before.modSeq + 1
    this.messages = new Map(before.messages)
    this.uidNext = before.uidNext
  }

  /** A message that may be changed. */
  get(uid: number): ModelMessage | undefined {
    return this.claimed.has(uid) ? undefined : this.messages.get(uid)
  }

  add(mail: Mail, flags: Iterable<string>): number {
    const uid = this.uidNext++
    this.messages.set(uid, { uid, modSeq: this.modSeq, flags: flagText(flags), mail })
    return uid
  }

  /** Who has these flags already keeps its MODSEQ. */
  setFlags(uid: number, flags: Iterable<string>): void {
    const message = this.messages.get(uid)
    const text = flagText(flags)
    if (message === undefined || message.flags === text) return
    this.messages.set(uid, { ...message, flags: text, modSeq: this.modSeq })
  }

  expunge(uids: Iterable<number>): void {
    for (const uid of uids) this.messages.delete(uid)
  }

  state(): State {
    return { modSeq: this.modSeq, uidNext: this.uidNext, messages: this.messages }
  }

  /** Whether nothing lies between the two. */
  isLike(other: Pick<State, 'uidNext' | 'messages'> | Draft): boolean {
    const { uidNext, messages } = other
    if ('claimed' in other && other.claimed.size !== this.claimed.size) return false
    if (uidNext !== this.uidNext || messages.size !== this.messages.size) return false
    return [...messages].every(([uid, message]) => this.messages.get(uid) === message)
  }

  copy(): Draft {
    const copy = new Draft(this.before)
    copy.messages.clear()
    for (const [uid, message] of this.messages) copy.messages.set(uid, message)
    for (const uid of this.claimed) copy.claimed.add(uid)
    copy.uidNext = this.uidNext
    return copy
  }
}

/** The messages of a state in a line, for those who read why a history failed. */
export function format({ messages }: Pick<State, 'messages'>): string {
  const texts = [...messages.values()].map(
    ({ uid, modSeq, flags, mail }) => `${uid}@${modSeq} ${mail.mailId || '-'} (${flags})`,
  )
  return texts.join(', ')
}
