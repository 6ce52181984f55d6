/** What a client can say, as values. RFC 9051 §6, RFC 3501 §6 */
import type { FetchAttribute } from './fetch-attribute.ts'
import type { SearchKey } from './search-key.ts'
import type { MessageSet } from './sequence-set.ts'

export type StatusItem =
  | ('MESSAGES' | 'RECENT' | 'UIDNEXT' | 'UIDVALIDITY' | 'UNSEEN')
  // RFC 9208 §4.1.4
  | ('DELETED' | 'DELETED-STORAGE')

export interface SimpleCommand {
  readonly name:
    | 'CAPABILITY'
    | 'CHECK'
    | 'CLOSE'
    | 'IDLE'
    | 'LOGOUT'
    | 'NAMESPACE'
    | 'NOOP'
    | 'STARTTLS'
    | 'UNSELECT'
}

/** A command that names one mailbox. */
export interface MailboxCommand {
  readonly name:
    | ('CREATE' | 'DELETE' | 'EXAMINE' | 'SELECT' | 'SUBSCRIBE' | 'UNSUBSCRIBE')
    | 'GETQUOTAROOT'
  readonly mailbox: string
}

/** RFC 9208 §4.1.1 */
export interface QuotaCommand {
  readonly name: 'GETQUOTA'
  readonly root: string
}

export interface AuthenticateCommand {
  readonly name: 'AUTHENTICATE'
  readonly mechanism: string
  /** RFC 4959 */
  readonly initialResponse?: string
}
export interface IdCommand {
  readonly name: 'ID'
  readonly fields: readonly (readonly [name: string, value: string | null])[]
}
export interface LoginCommand {
  readonly name: 'LOGIN'
  readonly login: string
  readonly password: string
}
export interface RenameCommand {
  readonly name: 'RENAME'
  readonly mailbox: string
  readonly newName: string
}
export interface ListCommand {
  readonly name: 'LIST' | 'LSUB'
  readonly reference: string
  readonly pattern: string
}
export interface StatusCommand {
  readonly name: 'STATUS'
  readonly mailbox: string
  readonly items: readonly StatusItem[]
}
export interface ExpungeCommand {
  readonly name: 'EXPUNGE'
  /** Only with UID EXPUNGE. RFC 4315 §2.1 */
  readonly messages?: MessageSet
}
export interface FetchCommand {
  readonly name: 'FETCH'
  readonly messages: MessageSet
  readonly attributes: readonly FetchAttribute[]
}
export interface StoreCommand {
  readonly name: 'STORE'
  readonly messages: MessageSet
  readonly mode: 'add' | 'remove' | 'replace'
  readonly silent: boolean
  readonly flags: readonly string[]
}
export interface CopyCommand {
  readonly name: 'COPY' | 'MOVE'
  readonly messages: MessageSet
  readonly mailbox: string
}
export interface SearchCommand {
  readonly name: 'SEARCH'
  readonly byUid: boolean
  /** null when the CHARSET is one that we do not know. */
  readonly key: SearchKey | null
}

export type Command =
  | SimpleCommand
  | MailboxCommand
  | QuotaCommand
  | AuthenticateCommand
  | IdCommand
  | LoginCommand
  | RenameCommand
  | ListCommand
  | StatusCommand
  | ExpungeCommand
  | FetchCommand
  | StoreCommand
  | CopyCommand
  | SearchCommand

/** APPEND without the message, which comes in pieces. RFC 9051 §6.3.12 */
export interface AppendHead {
  readonly mailbox: string
  readonly flags: readonly string[]
  /** Milliseconds since 1970; undefined is now. */
  readonly internalDate?: number
}
