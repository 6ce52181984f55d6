import { Buffer } from 'node:buffer'
import { Fault } from '#lib/base/fault.ts'
import type { AppendHead, Command, StatusItem, StoreCommand } from './command.ts'
import { parseDateTime } from './date.ts'
import { parseFetchAttributes } from './fetch-attribute.ts'
import { parseFlags } from './flag.ts'
import { decodeMailboxName } from './mailbox-name.ts'
import { Scanner } from './scanner.ts'
import { type Decode, parseSearchKeys } from './search-key.ts'
import { type MessageSet, parseSequenceSet } from './sequence-set.ts'

/** Finds how to read a charset; undefined when it is not known. */
export type FindCharset = (name: string) => Decode | undefined

const STATUS_ITEMS: readonly string[] = [
  ...['MESSAGES', 'RECENT', 'UIDNEXT', 'UIDVALIDITY', 'UNSEEN'],
  ...['DELETED', 'DELETED-STORAGE'],
]
const ID_FIELDS_MAX = 30
const SET = /[0-9*][0-9*:,]*/y

type Parse = (scanner: Scanner, findCharset: FindCharset) => Command
type ParseSelected = (scanner: Scanner, byUid: boolean, findCharset: FindCharset) => Command

const PARSERS: Record<string, Parse> = {
  AUTHENTICATE: parseAuthenticate,
  CAPABILITY: () => ({ name: 'CAPABILITY' }),
  CHECK: () => ({ name: 'CHECK' }),
  CLOSE: () => ({ name: 'CLOSE' }),
  CREATE: (scanner) => ({ name: 'CREATE', mailbox: mailbox(scanner) }),
  DELETE: (scanner) => ({ name: 'DELETE', mailbox: mailbox(scanner) }),
  EXAMINE: (scanner) => ({ name: 'EXAMINE', mailbox: mailbox(scanner) }),
  EXPUNGE: () => ({ name: 'EXPUNGE' }),
  GETQUOTA: parseGetQuota,
  GETQUOTAROOT: (scanner) => ({ name: 'GETQUOTAROOT', mailbox: mailbox(scanner) }),
  ID: parseId,
  IDLE: () => ({ name: 'IDLE' }),
  LIST: (scanner) => ({ name: 'LIST', ...listArguments(scanner) }),
  LOGIN: parseLogin,
  LOGOUT: () => ({ name: 'LOGOUT' }),
  LSUB: (scanner) => ({ name: 'LSUB', ...listArguments(scanner) }),
  NAMESPACE: () => ({ name: 'NAMESPACE' }),
  NOOP: () => ({ name: 'NOOP' }),
  RENAME: (scanner) => ({ name: 'RENAME', mailbox: mailbox(scanner), newName: mailbox(scanner) }),
  SELECT: (scanner) => ({ name: 'SELECT', mailbox: mailbox(scanner) }),
  STARTTLS: () => ({ name: 'STARTTLS' }),
  STATUS: parseStatus,
  SUBSCRIBE: (scanner) => ({ name: 'SUBSCRIBE', mailbox: mailbox(scanner) }),
  UID: parseUid,
  UNSELECT: () => ({ name: 'UNSELECT' }),
  UNSUBSCRIBE: (scanner) => ({ name: 'UNSUBSCRIBE', mailbox: mailbox(scanner) }),
}

/** Those that have a UID form. RFC 9051 §6.4.9 */
const SELECTED: Record<string, ParseSelected> = {
  COPY: (scanner, byUid) => ({ name: 'COPY', ...copyArguments(scanner, byUid) }),
  FETCH: parseFetch,
  MOVE: (scanner, byUid) => ({ name: 'MOVE', ...copyArguments(scanner, byUid) }),
  SEARCH: parseSearch,
  STORE: parseStore,
}

/**
 * Reads one command, without its tag, from its bytes as Latin-1 text with the literals in place.
 *
 * @throws {Fault} invalid
 */
export function parseCommand(text: string, findCharset: FindCharset): Command {
  const scanner = new Scanner(text)
  const name = scanner.word()
  const parse = Object.hasOwn(PARSERS, name) ? PARSERS[name] : undefined
  const selected = Object.hasOwn(SELECTED, name) ? SELECTED[name] : undefined
  const command = parse?.(scanner, findCharset) ?? selected?.(scanner, false, findCharset)
  if (command === undefined) throw new Fault('invalid', 'Unknown command')
  scanner.end()
  return command
}

/**
 * Reads APPEND up to its message, whose literal is next. Undefined when there is no mailbox yet: then the
 * next literal is the mailbox's name.
 *
 * @throws {Fault} invalid
 */
export function parseAppendHead(text: string): AppendHead | undefined {
  const scanner = new Scanner(text)
  if (scanner.word() !== 'APPEND') throw new Fault('invalid', 'Not an APPEND')
  scanner.space()
  if (scanner.atEnd) return undefined
  const name = decodeMailboxName(scanner.astring())
  scanner.space()
  const flags = scanner.peek() === '(' ? parseFlags(scanner) : undefined
  if (flags !== undefined) scanner.space()
  const date = scanner.peek() === '"' ? parseDateTime(scanner.string()) : undefined
  if (date !== undefined) scanner.space()
  if (!scanner.atEnd) throw new Fault('invalid', 'Expected the message as a literal')
  const head = { mailbox: name, flags: flags ?? [] }
  return date === undefined ? head : { ...head, internalDate: date }
}

function parseAuthenticate(scanner: Scanner): Command {
  scanner.space()
  const mechanism = scanner.word()
  if (!scanner.skip(' ')) return { name: 'AUTHENTICATE', mechanism }
  const initial = scanner.match(/=|[A-Za-z0-9+/]+={0,2}/y)?.[0] ?? ''
  return { name: 'AUTHENTICATE', mechanism, initialResponse: initial === '=' ? '' : initial }
}

function parseLogin(scanner: Scanner): Command {
  scanner.space()
  const login = decodeUtf8(scanner.astring())
  scanner.space()
  return { name: 'LOGIN', login, password: decodeUtf8(scanner.astring()) }
}

/** RFC 9208 §4.1.1 */
function parseGetQuota(scanner: Scanner): Command {
  scanner.space()
  return { name: 'GETQUOTA', root: decodeUtf8(scanner.astring()) }
}

/** RFC 2971 §3.1 */
function parseId(scanner: Scanner): Command {
  scanner.space()
  if (scanner.match(/NIL/iy) !== undefined) return { name: 'ID', fields: [] }
  const field = (): [string, string | null] => {
    const name = decodeUtf8(scanner.string())
    scanner.space()
    const value = scanner.nstring()
    return [name, value === null ? null : decodeUtf8(value)]
  }
  return { name: 'ID', fields: scanner.list(field, ID_FIELDS_MAX) }
}

function parseStatus(scanner: Scanner): Command {
  const name = mailbox(scanner)
  scanner.space()
  const items = scanner.list(() => statusItem(scanner.word()))
  if (items.length === 0) throw new Fault('invalid', 'No status item')
  return { name: 'STATUS', mailbox: name, items: [...new Set(items)] }
}

function statusItem(word: string): StatusItem {
  if (!STATUS_ITEMS.includes(word)) throw new Fault('invalid', 'Unknown status item')
  return word as StatusItem
}

function parseUid(scanner: Scanner, findCharset: FindCharset): Command {
  scanner.space()
  const name = scanner.word()
  if (name === 'EXPUNGE') return { name: 'EXPUNGE', messages: messageSet(scanner, true) }
  const parse = Object.hasOwn(SELECTED, name) ? SELECTED[name] : undefined
  if (parse === undefined) throw new Fault('invalid', 'Unknown UID command')
  return parse(scanner, true, findCharset)
}

function parseFetch(scanner: Scanner, byUid: boolean): Command {
  const messages = messageSet(scanner, byUid)
  scanner.space()
  return { name: 'FETCH', messages, attributes: parseFetchAttributes(scanner) }
}

function parseStore(scanner: Scanner, byUid: boolean): Command {
  const messages = messageSet(scanner, byUid)
  scanner.space()
  const [, sign, silent] = scanner.match(/([+-]?)FLAGS(\.SILENT)?(?= )/iy) ?? []
  if (sign === undefined) throw new Fault('invalid', 'Unknown store item')
  scanner.space()
  const mode: StoreCommand['mode'] = sign === '+' ? 'add' : sign === '-' ? 'remove' : 'replace'
  const flags = parseFlags(scanner)
  return { name: 'STORE', messages, mode, silent: silent !== undefined, flags }
}

function parseSearch(scanner: Scanner, byUid: boolean, findCharset: FindCharset): Command {
  scanner.space()
  const charset = scanner.match(/CHARSET /iy) && scanner.astring()
  if (charset !== undefined) scanner.space()
  const decode = charset === undefined ? decodeUtf8 : findCharset(charset)
  const key = parseSearchKeys(scanner, decode ?? decodeUtf8)
  return { name: 'SEARCH', byUid, key: decode === undefined ? null : key }
}

function copyArguments(scanner: Scanner, byUid: boolean) {
  return { messages: messageSet(scanner, byUid), mailbox: mailbox(scanner) }
}

function listArguments(scanner: Scanner) {
  scanner.space()
  const reference = decodeMailboxName(scanner.astring())
  scanner.space()
  return { reference, pattern: decodeMailboxName(scanner.listMailbox()) }
}

function messageSet(scanner: Scanner, byUid: boolean): MessageSet {
  scanner.space()
  return { byUid, ranges: parseSequenceSet(scanner.match(SET)?.[0] ?? '') }
}

function mailbox(scanner: Scanner): string {
  scanner.space()
  return decodeMailboxName(scanner.astring())
}

/** What is not UTF-8 is read as Latin-1, so that it is at least something and the same each time. */
function decodeUtf8(bytes: string): string {
  if (!/[\x80-\xff]/.test(bytes)) return bytes
  const decoded = Buffer.from(bytes, 'latin1').toString()
  return decoded.includes('\ufffd') ? bytes : decoded
}
