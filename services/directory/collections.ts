/** What the directory keeps, one type and its indexes per collection. */

import type { Collection, CollectionSpec, Database, Document } from '#lib/db/port.ts'
import type { Bucket } from '#lib/mail/rate-window.ts'
import type { SendingRules } from './admission/sending-rules.ts'
import type { DkimAlgorithm } from './keys/key-pair.ts'

/**
 * The newest form of these documents that this release knows. A form that an older release would misread raises it by one, and is
 * written once that schema is in force (lib/db/schema.ts); a field that an older release may ignore does not.
 */
export const SCHEMA = 1

/** What may be held; missing and 0 are no limit. A type, so that it fits the values of an update. */
export type Limits = {
  readonly quotaBytes?: number
  readonly quotaMessages?: number
}

export interface TenantDocument extends Document, Limits {
  readonly name: string
  readonly title: string
  readonly suspended: boolean
  readonly state: 'active' | 'deleted'
  /** Set while a deletion looks whether it is empty: it works on, but nothing can be added to it. */
  readonly deleting?: boolean
  readonly createdAt: Date
  readonly expiresAt?: Date
}

/** `_id` is its name in A-labels. */
export interface DomainDocument extends Document, Limits {
  readonly tenant: string
  readonly suspended: boolean
  readonly state: 'active' | 'deleted'
  /**
   * Set while somebody who is about to delete it, or to make it an alias, looks whether it is empty: it works on, but
   * nothing can be added to it.
   */
  readonly deleting?: boolean
  /** The domain of the same tenant whose addresses it has; it has none of its own. */
  readonly aliasOf?: string
  /** What begins the part of a local part that does not count; empty is nothing, missing is `+`. */
  readonly plus?: string
  readonly createdAt: Date
  readonly deletedAt?: Date
  readonly expiresAt?: Date
}

// Not an interface: only a type alias fits the values of an update.
export type Credential = {
  /** New whenever the password is set, so that nothing remembered of an older one counts. */
  readonly version: string
  /** A PHC string, or what was imported. */
  readonly hash: string
  /** For SCRAM-SHA-256, made when the password was at hand (scram/kept-keys.ts). */
  readonly scram?: {
    readonly salt: Uint8Array
    readonly iterations: number
    /** StoredKey and ServerKey, sealed when there is a seal key. */
    readonly keys: Uint8Array
    /** Another pair by another salt, for who goes on while we are away; nobody logs in here by it. */
    readonly outage?: { readonly salt: Uint8Array; readonly keys: Uint8Array }
  }
  /** The password itself, sealed, where CRAM-MD5 is allowed. */
  readonly sealed?: Uint8Array
}

export interface AccountDocument extends Document, Limits {
  /** The key of its first address. */
  readonly login: string
  readonly tenant: string
  /** That of the login. */
  readonly domain: string
  readonly title: string
  readonly suspended: boolean
  /** An account exists from the one write that makes it `active`; before, its addresses are unknown. */
  readonly state: 'adding' | 'active' | 'deleted'
  /** What the caller named the request that added it; empty when it did not. */
  readonly request: string
  readonly credential?: Credential
  /** Where its mail goes as well: canonical texts. */
  readonly forwards?: readonly string[]
  /** False: its mail goes to `forwards` only. Counts when there are any. */
  readonly keepsCopy?: boolean
  /** What it may send as besides its own: keys of addresses, and `@example.test` for a whole domain. */
  readonly sendAs?: readonly string[]
  readonly createdAt: Date
  readonly deletedAt?: Date
  /** When an unfinished or deleted account goes away for good. */
  readonly expiresAt?: Date
}

/** What only an address that is a group has. A type, so that it fits the values of an update. */
export type GroupFields = {
  readonly title: string
  /** Canonical texts, here or elsewhere. */
  readonly members: readonly string[]
  /** New with every change, so that of two at a time one is made on top of the other. */
  readonly version: string
}

/**
 * `_id` is the address's key; `@example.test` catches all of the domain that does not exist. What counts is the
 * account's state: an address whose account is gone is free, and one whose account is deleted is kept for it. A group
 * is all in its address: one document, which exists or not.
 */
export interface AddressDocument extends Document, Partial<GroupFields> {
  /** Empty: it is a group. */
  readonly account: string
  readonly tenant: string
  readonly domain: string
  readonly kind: 'login' | 'alias' | 'group'
  readonly createdAt: Date
  /** An alias or group that was deleted, kept for its account or tenant until it expires. */
  readonly removedAt?: Date
  readonly expiresAt?: Date
}

/** Wrong passwords (guess-limit.ts). `_id` is `login alice@example.test` or `address 192.0.2.1`. */
export interface GuessDocument extends Document {
  /** When all have run off, in milliseconds since 1970; each puts it off. */
  readonly freeAt: number
  readonly expiresAt: Date
}

/** What is set of the sending rules of the platform, a tenant, a domain or an account (admission/sending-rules.ts). */
interface SendingDocument extends Document {
  readonly rules: SendingRules
}

/**
 * What an account or a tenant has sent of late (admission/rate-window.ts). `_id` is `account <id>` or
 * `tenant <id>`.
 */
export interface SentDocument extends Document {
  /** Another with each change: who writes compares it. */
  readonly version: number
  readonly hour: readonly Bucket[]
  readonly day: readonly Bucket[]
  /** The mails counted last, so that one that is asked for again is not counted again. */
  readonly mails: readonly { readonly id: string; readonly at: number }[]
  readonly expiresAt: Date
}

/** What is known of one DKIM key. A type, so that it fits the values of a document. */
export type DkimKey = {
  readonly selector: string
  readonly algorithm: DkimAlgorithm
  /** `waiting`: published, signs not yet. `retired`: signs no more, stays published for a while. */
  readonly state: 'waiting' | 'active' | 'retired'
  /** As its record's `p=` has it. */
  readonly publicKey: string
  /** The private key, sealed; none when it signs no more. */
  readonly sealed?: Uint8Array
  readonly createdAt: Date
  readonly retiredAt?: Date
}

/** All DKIM keys of a domain, so that one write exchanges them. `_id` is `<domain> <tenant>`. */
export interface DkimDocument extends Document {
  /** Another with each change: who writes compares it. */
  readonly version: number
  /** When keys were made last, and how often on that day: no selector is used twice. */
  readonly day: string
  readonly made: number
  readonly keys: readonly DkimKey[]
}

/** Who did what, and when; written before it is done, and never changed. `_id` sorts by time. */
interface AuditDocument extends Document {
  readonly at: Date
  readonly who: string
  readonly what: string
  readonly target: string
}

const EXPIRY = { name: 'expiry', fields: { expiresAt: 1 }, expireAfterSeconds: 0 } as const

const TENANTS: CollectionSpec<TenantDocument> = {
  name: 'tenants',
  indexes: [
    { name: 'name', fields: { name: 1 }, unique: true, where: { state: 'active' } },
    EXPIRY,
  ],
}

const DOMAINS: CollectionSpec<DomainDocument> = {
  name: 'domains',
  indexes: [
    { name: 'state', fields: { state: 1, _id: 1 } },
    { name: 'tenant', fields: { tenant: 1, state: 1, _id: 1 } },
    { name: 'aliasOf', fields: { aliasOf: 1, _id: 1 }, where: { aliasOf: { $exists: true } } },
    EXPIRY,
  ],
}

const ACCOUNTS: CollectionSpec<AccountDocument> = {
  name: 'accounts',
  indexes: [
    { name: 'login', fields: { state: 1, login: 1 } },
    { name: 'tenant', fields: { tenant: 1, state: 1, login: 1 } },
    { name: 'domain', fields: { domain: 1, state: 1, login: 1 } },
    { name: 'sealed', fields: { _id: 1 }, where: { 'credential.sealed': { $exists: true } } },
    EXPIRY,
  ],
}

const ADDRESSES: CollectionSpec<AddressDocument> = {
  name: 'addresses',
  indexes: [
    { name: 'account', fields: { account: 1, _id: 1 } },
    { name: 'domain', fields: { domain: 1, _id: 1 } },
    { name: 'tenant', fields: { tenant: 1, _id: 1 } },
    { name: 'groups', fields: { kind: 1, _id: 1 }, where: { kind: 'group' } },
    { name: 'groupsOfDomain', fields: { domain: 1, _id: 1 }, where: { kind: 'group' } },
    { name: 'groupsOfTenant', fields: { tenant: 1, _id: 1 }, where: { kind: 'group' } },
    EXPIRY,
  ],
}

const AUDIT: CollectionSpec<AuditDocument> = {
  name: 'audit',
  indexes: [{ name: 'target', fields: { target: 1, _id: 1 } }],
}

const DKIM: CollectionSpec<DkimDocument> = { name: 'dkim', indexes: [] }

const GUESSES: CollectionSpec<GuessDocument> = { name: 'guesses', indexes: [EXPIRY] }

const SENDING: CollectionSpec<SendingDocument> = { name: 'sending', indexes: [] }

/** A power cut may forget what was counted in its last moment; no mail waits for the disk because of it. */
const SENT: CollectionSpec<SentDocument> = { name: 'sent', indexes: [EXPIRY], lazy: true }

export interface Collections {
  readonly tenants: Collection<TenantDocument>
  readonly domains: Collection<DomainDocument>
  readonly accounts: Collection<AccountDocument>
  readonly addresses: Collection<AddressDocument>
  readonly audit: Collection<AuditDocument>
  readonly dkim: Collection<DkimDocument>
  readonly guesses: Collection<GuessDocument>
  readonly sending: Collection<SendingDocument>
  readonly sent: Collection<SentDocument>
}

/** Makes what is missing of collections and indexes; safe to repeat. */
export async function openCollections(database: Database): Promise<Collections> {
  return {
    tenants: await database.collection(TENANTS),
    domains: await database.collection(DOMAINS),
    accounts: await database.collection(ACCOUNTS),
    addresses: await database.collection(ADDRESSES),
    audit: await database.collection(AUDIT),
    dkim: await database.collection(DKIM),
    guesses: await database.collection(GUESSES),
    sending: await database.collection(SENDING),
    sent: await database.collection(SENT),
  }
}

/** All documents that a query yields; for queries whose answers are few. */
export async function collect<T>(documents: AsyncIterable<T>): Promise<T[]> {
  return await Array.fromAsync(documents)
}
