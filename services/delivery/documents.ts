/** What delivery keeps: the queue with its bytes, the ledger, and how destinations are treated. */

import type { Collection, CollectionSpec, Database, Document } from '#lib/db/port.ts'
import type { MailClass } from '#lib/mail/envelope.ts'
import type { BounceClass } from './bounces/bounce-class.ts'
import { SHARES, type ShareDocument } from './outbound/share.ts'

/**
 * The newest form of these documents that this release knows. A form that an older release would misread raises it by one, and is
 * written once that schema is in force (lib/db/schema.ts); a field that an older release may ignore does not.
 */
export const SCHEMA = 1

/** One recipient that waits. */
export type QueuedRecipient = {
  /** Canonical text; the account's id when it is the mailbox of one of several that the original leads to. */
  readonly address: string
  /** What the mail was accepted for, when that was another address: what a bounce names. */
  readonly original?: string
  readonly notify?: readonly ('never' | 'success' | 'failure' | 'delay')[]
  readonly orcpt?: string
}

/** Whoever holds it works on the entry; whoever comes later has a higher number. */
type Lease = {
  readonly owner: string
  readonly until: Date
}

/** What waits for its next attempt: one mail for one destination. */
export interface EntryDocument extends Document {
  /** `_id` is `mailId.` and a digest of destination, pool and `deliveredTo`: made twice, it is one. */
  readonly mailId: string
  /** Domain in A-labels, or `local`: mailboxes of our own. */
  readonly destination: string
  readonly pool: string
  readonly class: MailClass
  /** Whose mail it is: the sender's, else the recipient's; may be empty. */
  readonly tenant: string
  /** Canonical text; empty is the null reverse-path. */
  readonly sender: string
  readonly recipients: readonly QueuedRecipient[]
  /** On whose behalf it is forwarded: goes in front of the message, and is what a loop is noticed by. */
  readonly deliveredTo?: string
  readonly state: 'waiting' | 'held'
  /** Why it is held. */
  readonly hold?: string
  readonly attempts: number
  /** While somebody has the lease, when that ends: one index finds what is due and what was left by the dead. */
  readonly next: Date
  /** Counts the leases that there were. */
  readonly fence: number
  readonly lease?: Lease
  readonly queuedAt: Date
  /** When we give up, with a bounce. */
  readonly expiresAt: Date
  /** When the sender is told that it takes longer; missing when told, or never. */
  readonly delayAt?: Date
  readonly sizeBytes: number
  /** Of the last attempt. */
  readonly reason?: BounceClass
  readonly reply?: string
  readonly host?: string
}

/** The envelope of a mail that has entries; `_id` is its mail id. Its bytes are in `bodies`. */
export interface QueuedMailDocument extends Document {
  /** As `encodeEnvelope` writes it. */
  readonly envelope: Uint8Array
  readonly pieces: number
  /** Tells the pieces of one writing from those of another. */
  readonly generation?: string
  readonly queuedAt: Date
  /** Somebody saw no entry of it, and is about to remove it; whoever adds an entry takes this away. */
  readonly doomed?: string
}

/** `mailId/generation/n`, n zero-padded to six digits; at most 1 MB each, zstd. */
interface BodyDocument extends Document {
  readonly bytes: Uint8Array
  readonly at: Date
}

export type LedgerEvent =
  /** In a mailbox of ours. */
  | 'delivered'
  /** Taken by another host. */
  | 'relayed'
  | 'bounced'
  /** Became other recipients: forwarding, a group. */
  | 'expanded'
  /** An operator ended it, without telling anybody; or a bounce that could not be delivered. */
  | 'deleted'
  // Those above end a recipient; those below do not.
  | 'deferred'
  | 'delayed'
  | 'held'
  | 'released'

/** Those that end a recipient: nothing is tried for it any more. */
export const ENDS: ReadonlySet<LedgerEvent> = new Set([
  'delivered',
  'relayed',
  'bounced',
  'expanded',
  'deleted',
])

/** What became of one recipient, once or finally. A type, so that it fits the values of an update. */
export type Outcome = {
  readonly at: Date
  readonly event: LedgerEvent
  /** Canonical text. */
  readonly recipient: string
  /** All lines of what the other side said, or what we say of why. */
  readonly reply?: string
  readonly host?: string
  /** Its IP address, and ours. */
  readonly address?: string
  readonly source?: string
  /** Protocol and cipher. */
  readonly tls?: string
  readonly reason?: BounceClass
  /** Of `expanded`: the recipients that it became: addresses, and ids of accounts for mailboxes of ours. */
  readonly into?: readonly string[]
  readonly attempt?: number
  /** How long the attempt took. */
  readonly ms?: number
}

/** What was accepted; `_id` is its mail id. Written once, before anything of it is acknowledged to the spool. */
export interface MailDocument extends Document {
  readonly at: Date
  /** Empty is the null reverse-path. */
  readonly sender: string
  /** Keys of addresses. */
  readonly recipients: readonly string[]
  /** With its angle brackets, at most 255 characters; empty when there is none. */
  readonly messageId: string
  readonly tenant: string
  readonly class: MailClass
  readonly sizeBytes: number
  readonly account?: string
  readonly clientAddress: string
  readonly clientHelo: string
  /** What was known when it was written: a mail for mailboxes of ours alone costs this one write. */
  readonly outcomes: readonly Outcome[]
  readonly expiresAt: Date
}

/**
 * What happened later. `_id` is `mailId/key of the recipient/end` of what ends a recipient, so that it ends once; of what
 * does not, `mailId/key/` and a time-sorted id.
 */
export interface LineDocument extends Document, Outcome {
  readonly expiresAt: Date
}

/** `kind name` of what is paused. */
export interface PauseDocument extends Document {
  readonly reason: string
  readonly since: Date
}

/** How a destination is reached; `_id` is a domain, `*.domain` or `*`. The fields are those of the contract. */
export interface RouteDocument extends Document {
  readonly hosts: readonly string[]
  readonly tls: 'opportunistic' | 'required' | 'none'
  readonly legacyForm: 'raw' | 'quoted' | 'auto'
  readonly connectionsMax: number
  readonly messagesPerConnectionMax: number
  readonly messagesPerMinuteMax: number
  readonly pool: string
  readonly user?: string
  readonly password?: string
}

const ENTRIES: CollectionSpec<EntryDocument> = {
  name: 'entries',
  indexes: [
    { name: 'due', fields: { state: 1, next: 1 } },
    { name: 'mail', fields: { mailId: 1 } },
    { name: 'destination', fields: { destination: 1, state: 1, next: 1 } },
    { name: 'tenant', fields: { tenant: 1, state: 1, next: 1 } },
    { name: 'sender', fields: { sender: 1, next: 1 } },
    { name: 'class', fields: { class: 1, state: 1, next: 1 } },
    { name: 'age', fields: { class: 1, queuedAt: 1 } },
  ],
}
const QUEUED_MAILS: CollectionSpec<QueuedMailDocument> = {
  name: 'queued-mails',
  indexes: [{ name: 'queued', fields: { queuedAt: 1 } }],
}
/** Written before the entry that refers to them, and synced with it. */
const BODIES: CollectionSpec<BodyDocument> = { name: 'bodies', indexes: [], lazy: true }
const EXPIRY = { name: 'expiry', fields: { expiresAt: 1 }, expireAfterSeconds: 0 } as const
const MAILS: CollectionSpec<MailDocument> = {
  name: 'mails',
  indexes: [
    { name: 'sender', fields: { sender: 1, at: -1 } },
    { name: 'recipients', fields: { recipients: 1, at: -1 } },
    { name: 'message', fields: { messageId: 1 } },
    { name: 'tenant', fields: { tenant: 1, at: -1 } },
    { name: 'time', fields: { at: -1 } },
    EXPIRY,
  ],
}
const LINES: CollectionSpec<LineDocument> = { name: 'lines', indexes: [EXPIRY] }
const PAUSES: CollectionSpec<PauseDocument> = { name: 'pauses', indexes: [] }
const ROUTES: CollectionSpec<RouteDocument> = { name: 'routes', indexes: [] }

export interface Collections {
  readonly entries: Collection<EntryDocument>
  readonly queuedMails: Collection<QueuedMailDocument>
  readonly bodies: Collection<BodyDocument>
  readonly mails: Collection<MailDocument>
  readonly lines: Collection<LineDocument>
  readonly pauses: Collection<PauseDocument>
  readonly routes: Collection<RouteDocument>
  readonly shares: Collection<ShareDocument>
}

/** Makes what is missing of collections and indexes; safe to repeat. */
export async function openCollections(database: Database): Promise<Collections> {
  return {
    entries: await database.collection(ENTRIES),
    queuedMails: await database.collection(QUEUED_MAILS),
    bodies: await database.collection(BODIES),
    mails: await database.collection(MAILS),
    lines: await database.collection(LINES),
    pauses: await database.collection(PAUSES),
    routes: await database.collection(ROUTES),
    shares: await database.collection(SHARES),
  }
}
