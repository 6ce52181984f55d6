/** What the sessions need of the mailbox-store, in IMAP's own words. The adapter is in io/mail-store.ts. */
import type { SearchKey } from '#lib/imap/search-key.ts'
import type { Quota, QuotaScope } from '#lib/mail/quota.ts'
import type { UidSet } from '#lib/mail/uid-set.ts'
import type { MessageEnvelope } from '#lib/mime/envelope.ts'
import type { Part } from '#lib/mime/structure.ts'

/** Whom a session works for, as the directory knows them. */
export interface Account {
  readonly id: string
  readonly tenant: string
  readonly login: string
  /** Of the login. */
  readonly domain: string
  /** Its own, its domain's and its tenant's, as far as they limit anything: as they were when it logged in. */
  /** As they were at the log-in. */
  readonly quotas: readonly Quota[]
}

export interface MailboxCounts {
  readonly uidValidity: number
  readonly uidNext: number
  readonly modSeq: number
  readonly exists: number
  readonly unseen: number
  /** Messages with \Deleted. */
  readonly deleted: number
}

export interface Mailbox {
  readonly id: string
  /** Canonical, in Unicode. */
  readonly name: string
  readonly subscribed: boolean
  /** As RFC 6154 §2 names it, in lower case and without backslash; empty for most. */
  readonly specialUse: string
  readonly counts: MailboxCounts
}

/** Messages as arrays of equal length, by ascending UID. `flags` has `flagWords` numbers per message. */
export interface Packed {
  readonly uids: Uint32Array
  readonly flags: Uint32Array
  readonly flagWords: number
  readonly modSeqs: Float64Array
}

export interface View {
  readonly mailbox: Mailbox
  readonly keywords: readonly string[]
  readonly messages: Packed
}

export interface Changes {
  /** The rest means nothing then: the view has to be read anew. */
  readonly startOver: boolean
  readonly counts: MailboxCounts
  readonly keywords: readonly string[]
  /** New messages, and those whose flags changed. */
  readonly changed: Packed
  readonly vanished: UidSet
}

/** A message of a mailbox, as it is named to the store. */
export interface MailboxKey {
  readonly account: Account
  /** The mailbox's id. */
  readonly mailbox: string
}

export interface FetchRequest extends MailboxKey {
  readonly uids: UidSet
  readonly envelope: boolean
  readonly structure: boolean
  readonly header: boolean
  /** Whole messages up to this size come along; 0: none. */
  readonly contentBytesMax: number
}

export interface FetchedMessage {
  readonly uid: number
  readonly internalDate: number
  readonly sizeBytes: number
  readonly headerEnd: number
  readonly envelope: MessageEnvelope | null
  readonly structure: Part | null
  readonly header: Uint8Array | null
  readonly content: Uint8Array | null
}

export interface AppendRequest {
  readonly account: Account
  readonly mailbox: string
  /** A repeat with it is answered, not done again. */
  readonly appendId: string
  readonly flags: readonly string[]
  readonly internalDate: number | undefined
  /** Of the message, as the client announced it. */
  readonly sizeBytes: number
}

/** A message that has come and lies aside until the store takes it. */
export interface SetAside extends AsyncDisposable {
  read(): AsyncIterable<Uint8Array>
}

export interface CopyRequest {
  readonly account: Account
  readonly source: string
  readonly uids: UidSet
  /** The other mailbox's name. */
  readonly target: string
}

export interface Copied {
  readonly uidValidity: number
  /** Of the same size, in the same order. */
  readonly sourceUids: UidSet
  readonly targetUids: UidSet
}

interface Usage {
  readonly bytes: number
  readonly messages: number
}

/** Every method throws Faults only; one that changes something may be repeated by the adapter. */
export interface MailStore {
  list(account: Account): Promise<{ mailboxes: Mailbox[]; subscribedNames: string[] }>
  create(account: Account, name: string): Promise<void>
  rename(account: Account, name: string, newName: string): Promise<void>
  delete(account: Account, name: string): Promise<void>
  setSubscribed(account: Account, name: string, subscribed: boolean): Promise<void>
  append(
    request: AppendRequest,
    content: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<{ uidValidity: number; uid: number }>
  view(account: Account, name: string): Promise<View>
  changes(key: MailboxKey, sinceModSeq: number, uidValidity: number): Promise<Changes>
  fetch(request: FetchRequest): AsyncIterable<FetchedMessage>
  /** The bytes [start, end) of a message. */
  read(
    key: MailboxKey,
    uid: number,
    range: { readonly start: number; readonly end: number },
  ): AsyncIterable<Uint8Array>
  /** UIDs in ascending order. Sequence numbers must have been turned into UIDs. */
  search(key: MailboxKey, what: SearchKey): Promise<Uint32Array>
  storeFlags(
    key: MailboxKey,
    uids: UidSet,
    change: { readonly mode: 'add' | 'remove' | 'replace'; readonly flags: readonly string[] },
  ): Promise<{ keywords: readonly string[]; messages: Packed }>
  copy(request: CopyRequest): Promise<Copied>
  move(request: CopyRequest): Promise<Copied>
  /** What limits the account by now. */
  quotas(account: Account): Promise<readonly Quota[]>
  /** What the account, its domain or its tenant holds. */
  usage(account: Account, scope: QuotaScope): Promise<Usage>
  /** Removes those of the UIDs, or of all messages, that have \Deleted. */
  expunge(key: MailboxKey, uids: UidSet | 'all'): Promise<UidSet>
}
