/**
 * Haraka as a library: its sessions and hooks, in our own process and on our own sockets. What of it would reach
 * outside (its settings, its watchers of files, its outbound queue, its log) is held back here.
 */

import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'

/** What `server` must be for Haraka. */
export interface HarakaServer {
  readonly has_tls: boolean
  readonly notes: object
  address(): { address: string; port: number }
}

export interface HarakaTransaction {
  readonly mail_from: HarakaAddress
  readonly rcpt_to: HarakaAddress[]
  readonly uuid: string
  readonly results: { add(): void; push(): void }
  readonly notes: { readonly skip_plugins: readonly string[] }
  readonly rcpt_count: object
}

/** What Haraka asks of an address; its own parser refuses the addresses of Japanese carriers. */
export interface HarakaAddress {
  readonly address: string
  format(): string
}

/** A reply whose code is not the one that Haraka's return value stands for; found by its class's name. */
export class DSN {
  readonly code: number
  readonly reply: string

  constructor(code: number, reply: string) {
    this.code = code
    this.reply = reply
  }
}

/** The part of Haraka's session that we use or replace. */
interface HarakaConnection<Transaction extends HarakaTransaction = HarakaTransaction> {
  client: Socket
  state: number
  current_data: Buffer | null
  transaction: Transaction | null
  esmtp: boolean
  capabilities: string[] | null
  readonly hello: { host: string | null; verb: string | null }
  readonly tls: { enabled: boolean }
  readonly remote: { ip: string; closed: boolean }
  set(name: string, property: string, value: unknown): void
  process_line(line: Buffer): void
  process_data(piece: Buffer): void
  _process_data(): void
  respond(code: number, told: string | readonly string[] | DSN, then?: () => void): void
  disconnect(): void
  disconnect_respond(): void
  reset_transaction(then?: () => void): void
  fail(error?: unknown): void
}

type ConnectionClass = new <Transaction extends HarakaTransaction>(
  client: Socket,
  server: HarakaServer,
) => HarakaConnection<Transaction>

/** What a hook answers with: a return value of Haraka's, and what to tell the client. */
export type Next = (result?: number, told?: string | DSN) => void
export type Hook<Connection> = (next: Next, connection: Connection) => void

interface Plugins {
  readonly plugin_list: string[]
  readonly registered_plugins: { [name: string]: object }
  readonly registered_hooks: { [hook: string]: object[] }
  run_hooks(hook: string, connection: object, parameters?: unknown): void
}

const require = createRequire(import.meta.url)
const path = require.resolve('haraka/connection.js')
/** Resolves what Haraka brings along, as Haraka itself does. */
const within = createRequire(path)

const reader = within('haraka-config/lib/reader') as { watch_files: boolean; config_path: string }
// Its own complete settings, and nobody else's: sections that are missing make it throw.
reader.config_path = join(dirname(path), 'config')
reader.watch_files = false
// Its outbound queue is never used, and is most of its start-up time; nor are its list of public suffixes and
// its parser of messages.
for (const name of ['./outbound', 'haraka-tld', 'haraka-email-message']) {
  const id = within.resolve(name)
  within.cache[id] = { id, filename: id, loaded: true, exports: {} } as NodeJS.Module
}

const logger = within('./logger') as {
  log: (level: string, text: string) => boolean
  loglevel: number
  format: string
  levels: { ERROR: number }
}
let library: (level: string, text: string) => void = () => {}
logger.log = (level, text) => {
  library(level, text)
  return true
}
// Its warnings are about clients; errors are about us. As JSON a stack is not cut into lines.
logger.loglevel = logger.levels.ERROR
logger.format = 'JSON'

const connection = within('./connection.js') as {
  Connection: ConnectionClass
  cfg: { headers: { add_received: boolean }; message: { close: string } }
}
connection.cfg.headers.add_received = false
connection.cfg.message.close = 'closing the connection'

const plugins = within('./plugins') as Plugins

export const Session: ConnectionClass = connection.Connection
const constants = within('haraka-constants')
// Names of results for log lines that are never written, looked up several times per command.
constants.translate = () => ''
export const STATE = constants.connection.state as {
  readonly CMD: number
  readonly LOOP: number
  readonly DATA: number
  readonly PAUSE: number
  readonly PAUSE_DATA: number
  readonly DISCONNECTING: number
}
export const RESULT = constants as {
  readonly ok: number
  readonly deny: number
  readonly denysoft: number
  readonly denysoftdisconnect: number
}

export function runHooks(hook: string, session: object, parameters?: unknown): void {
  plugins.run_hooks(hook, session, parameters)
}

/** Haraka's warnings go to `log` from now on; it has one log for all its sessions. */
export function logTo(log: (level: string, text: string) => void): void {
  library = log
}

/**
 * Makes ours the only plugin. Haraka would load a file in a sandbox of its own realm; functions that are here
 * already are entered as it does after loading. Without a time limit: a reply that came before the spool's
 * answer would have the client send again what was accepted.
 */
export function registerPlugin<Connection>(
  name: string,
  hooks: Readonly<Record<string, Hook<Connection>>>,
): void {
  const methods = Object.entries(hooks).map(([hook, run]) => [`hook_${hook}`, run])
  plugins.registered_plugins[name] = { name, timeout: 0, ...Object.fromEntries(methods) }
  for (const hook of Object.keys(hooks)) {
    plugins.registered_hooks[hook] = [{ plugin: name, method: `hook_${hook}`, priority: 0 }]
  }
  if (!plugins.plugin_list.includes(name)) plugins.plugin_list.push(name)
}
