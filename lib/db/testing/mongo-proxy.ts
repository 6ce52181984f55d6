/**
 * Stands between the platform and a MongoDB-speaking server, for tests: answers chosen commands with chosen errors, loses
 * commands or their answers, freezes as a stopped process does, is away. On wish it looks like a replica set that
 * elects, and repeats no numbered write that it has done already, as MongoDB does.
 */
import type { Document } from 'bson'
import { findDatabaseName } from '../mongo/url.ts'
import { Member, type Members } from './member.ts'
import { ReplicaSet } from './replica-set.ts'

export interface Command {
  readonly name: string
  readonly database: string
  /** Of commands that have one; else empty. */
  readonly collection: string
  readonly body: Document
  /** Which of the members was asked. */
  readonly member: number
}

/** As the server tells it: `{ code: 189, codeName: 'PrimarySteppedDown' }`. */
export interface ServerError {
  readonly code: number
  readonly codeName?: string
  readonly errmsg?: string
  readonly errorLabels?: readonly string[]
}

/** What becomes of a command; without one, it passes. */
export type Fate =
  /** The server never hears of it. */
  | { readonly kind: 'refused'; readonly error: ServerError }
  /** The server has done it, and an error is told. */
  | { readonly kind: 'denied'; readonly error: ServerError }
  /** Done, but not by a majority. */
  | { readonly kind: 'not-majority'; readonly error: ServerError }
  /** The connection breaks before the server hears of it, or before the answer comes. */
  | { readonly kind: 'cut'; readonly when: 'before' | 'after' }
  /** It waits; the connection stays. */
  | { readonly kind: 'held'; readonly until: Promise<unknown> }

export interface MongoProxyOptions {
  /** As a replica set of so many; left out, as what the server says it is. */
  readonly members?: number
  /** Decides about each command but greetings. */
  readonly fate?: (command: Command) => Fate | undefined
}

export class MongoProxy implements AsyncDisposable {
  /** Names no database: see `withDatabaseName`. */
  readonly url: string
  readonly #members: readonly Member[]
  readonly #set: ReplicaSet | undefined
  /** May be exchanged at any time. */
  fate: NonNullable<MongoProxyOptions['fate']>

  private constructor(
    members: readonly Member[],
    set: ReplicaSet | undefined,
    { fate = () => undefined }: MongoProxyOptions,
  ) {
    this.#members = members
    this.#set = set
    this.fate = fate
    const hosts = members.map(({ address }) => address)
    this.url = set === undefined ? `mongodb://${hosts}/` : `mongodb://${hosts}/?replicaSet=proxied`
    set?.introduce(hosts)
  }

  /** `server` is the URL of one server, with or without a database. */
  static async start(server: string, options: MongoProxyOptions = {}): Promise<MongoProxy> {
    const { hostname, port } = new URL(server)
    const set = options.members === undefined ? undefined : new ReplicaSet()
    const target = { host: hostname, port: Number(port) }
    const links: Members = { fate: (command) => proxy.fate(command), set }
    const members: Member[] = []
    for (let at = 0; at < (options.members ?? 1); at++) {
      members.push(await Member.open(at, target, links))
    }
    const proxy = new MongoProxy(members, set, options)
    return proxy
  }

  /** Breaks every connection; new ones are served. */
  cut(): void {
    for (const member of this.#members) member.cut()
  }

  /** Nobody listens any more, until `back`; one member, or all. */
  async away(member?: number): Promise<void> {
    await Promise.all(this.#chosen(member).map((one) => one.away()))
  }

  async back(member?: number): Promise<void> {
    await Promise.all(this.#chosen(member).map((one) => one.back()))
  }

  /** As SIGSTOP: connections stay and are taken, nothing is read or answered, until `thaw`. */
  freeze(member?: number): void {
    for (const one of this.#chosen(member)) one.freeze()
  }

  thaw(member?: number): void {
    for (const one of this.#chosen(member)) one.thaw()
  }

  /** Makes a member the primary; undefined for none, as while an election is held. */
  elect(member: number | undefined): void {
    if (this.#set === undefined) throw new TypeError('Not a replica set')
    this.#set.elect(member)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.away()
  }

  #chosen(member: number | undefined): readonly Member[] {
    return member === undefined ? this.#members : this.#members.slice(member, member + 1)
  }
}

/** The proxied form of a server's URL, with the same database. */
export function throughProxy({ url }: MongoProxy, server: string): string {
  const name = findDatabaseName(server) ?? ''
  return url.replace(/\/(\?|$)/, `/${name}$1`)
}
