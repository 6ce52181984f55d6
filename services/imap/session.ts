import type { FairPlaces, Place } from '#lib/base/fair-places.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Events } from './events.ts'
import type { Input } from './input.ts'
import type { Account, MailboxKey, MailStore, SetAside } from './mail-store.ts'
import type { SessionView } from './session-view.ts'
import type { Wire } from './wire.ts'

/** Limits and choices, from config.ts. Infinity switches a limit off. */
export interface Settings {
  readonly cleartextLogin: boolean
  readonly messageBytesMax: number
  readonly commandBytesMax: number
  readonly loginFailuresMax: number
  readonly loginMs: number
  /** How often a mailbox is looked at although nothing was announced. */
  readonly pollMs: number
}

interface LoggedIn {
  readonly account: Account
  /** The directory is away, and this is what it said the last time. */
  readonly fromCache: boolean
}

/** What stands behind every session of a process. */
export interface Backend {
  readonly store: MailStore
  readonly events: Events
  readonly settings: Settings
  /** Throws Fault unauthenticated for a wrong password, whatever the reason. */
  authenticate(login: string, password: string, clientAddress: string): Promise<LoggedIn>
  /** Calls `changed` when a mailbox has changed, if it is announced at all. */
  watch(mailboxId: string, changed: () => void): Disposable
  /** Counts a session of an account; false when it has too many already. */
  enter(account: string): boolean
  leave(account: string): void
  /** Of commands that run at the same time. */
  readonly places: Pick<FairPlaces, 'take'>
  /** Lays a large message aside while it comes in. */
  setAside(pieces: AsyncIterable<Uint8Array>): Promise<SetAside>
  newId(): string
  /** Milliseconds that only grow. */
  monotonic(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The mailbox that is selected. */
export interface Selected {
  readonly id: string
  readonly name: string
  readonly writable: boolean
  view: SessionView
  /** Ends the announcements. */
  readonly watching: Disposable
  /** Something was announced that has not been asked for. */
  changed: boolean
  /** When the store was asked last. */
  askedAt: number
}

/** One client's session. `run` in dispatch.ts moves it from state to state. RFC 9051 §3 */
export class Session {
  readonly backend: Backend
  readonly wire: Wire
  readonly input: Input
  account: Account | undefined
  selected: Selected | undefined
  loginFailures = 0
  /** While a command runs that had to wait for its turn. */
  place: Place | undefined
  /** Set when the connection is to end: the text of the BYE; empty when it has been said. */
  bye: string | undefined
  /** Done once the tagged response of the running command is on its way. */
  afterAnswer: (() => Promise<void>) | undefined
  /** Called when the selected mailbox changes, while a command waits for that. */
  onChange: (() => void) | undefined

  constructor(backend: Backend, wire: Wire, input: Input) {
    this.backend = backend
    this.wire = wire
    this.input = input
  }

  /**
   * Resolves once the client has taken so much that more may be written. One that is slow has no place among the running
   * commands meanwhile, and one that is quick lets others in between.
   *
   * @throws {Disconnected}
   */
  async drained(): Promise<void> {
    const { place, wire } = this
    if (place !== undefined && wire.blocked) return place.without(wire.drained())
    await wire.drained()
    await place?.pass()
  }

  get store(): MailStore {
    return this.backend.store
  }

  send(line: string): void {
    this.wire.write(`${line}\r\n`)
  }

  select(mailbox: Pick<Selected, 'id' | 'name' | 'writable' | 'view'>): Selected {
    this.deselect()
    const watching = this.backend.watch(mailbox.id, () => {
      if (this.selected !== selected) return
      selected.changed = true
      this.onChange?.()
    })
    // What happened between reading the view and watching was announced to nobody.
    const selected = { ...mailbox, watching, changed: true, askedAt: this.backend.monotonic() }
    this.selected = selected
    return selected
  }

  deselect(): void {
    this.selected?.watching[Symbol.dispose]()
    this.selected = undefined
  }

  /** Gives back what the session holds. */
  close(): void {
    this.deselect()
    if (this.account !== undefined) this.backend.leave(this.account.id)
    this.account = undefined
  }
}

export type UserSession = Session & { account: Account }
export type SelectedSession = UserSession & { selected: Selected }

export function isUserSession(session: Session): session is UserSession {
  return session.account !== undefined
}

export function isSelectedSession(session: Session): session is SelectedSession {
  return session.account !== undefined && session.selected !== undefined
}

/** The selected mailbox, as the store wants it named. */
export function mailboxKey({ account, selected }: SelectedSession): MailboxKey {
  return { account, mailbox: selected.id }
}

/** @throws {Fault} forbidden */
export function requireWritable({ selected }: SelectedSession): void {
  if (!selected.writable) throw new Fault('forbidden', 'The mailbox is open for reading only')
}
