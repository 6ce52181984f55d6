/** What a command of `hikyaku` is: what may follow it, what helps with it, what it does. */

import type { Random } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import type { Admin, StoreCalls } from './admin.ts'
import type { DeliveryAdmin } from './delivery-admin.ts'
import type { Dns } from './domain-check/look.ts'
import type { Output } from './output.ts'
import type { Cluster } from './roll/cluster.ts'
import type { SchemaAdmin } from './schema-admin.ts'
import type { StoreAdmin } from './store-admin.ts'

export interface Option {
  readonly type: 'string' | 'boolean'
  /** How its value is called in the help. */
  readonly value?: string
  readonly multiple?: boolean
  readonly help: string
}

export interface Command {
  /** `account add` */
  readonly name: string
  readonly summary: string
  /** How its operands are called, all of them needed: `['LOGIN']`. */
  readonly operands: readonly string[]
  readonly options: Readonly<Record<string, Option>>
  /** Longer help, below the options. */
  readonly notes?: readonly string[]
  /** Exit code when it cannot do its work; 1 unless given. */
  readonly failureCode?: number
  /** Returns false when it did its work but some of it failed. */
  run(given: Given, tools: Tools): Promise<boolean | undefined>
}

/** What the command line said. */
export class Given {
  readonly operands: readonly string[]
  readonly #options: Readonly<Record<string, unknown>>

  constructor(operands: readonly string[], options: Readonly<Record<string, unknown>>) {
    this.operands = operands
    this.#options = options
  }

  /** The first operand. */
  get name(): string {
    return this.operands[0] ?? ''
  }

  text(option: string): string | undefined {
    const value = this.#options[option]
    return typeof value === 'string' ? value : undefined
  }

  texts(option: string): string[] {
    const value = this.#options[option]
    return Array.isArray(value) ? value.map(String) : []
  }

  has(option: string): boolean {
    return this.#options[option] === true
  }

  /** What `--suspend` and `--resume` say together; undefined: neither. */
  suspended(): boolean | undefined {
    if (this.has('suspend') && this.has('resume')) {
      throw new UsageError('--suspend and --resume do not go together')
    }
    if (this.has('suspend')) return true
    return this.has('resume') ? false : undefined
  }
}

/** Where mail and its readers connect to on this platform, as far as we know. */
export type Listens = Readonly<Record<string, string>>

/** What commands work with. */
export interface Tools {
  readonly admin: Admin
  /** Missing where only a directory is named. */
  readonly store: StoreCalls | undefined
  readonly storeAdmin: StoreAdmin | undefined
  readonly deliveryAdmin: DeliveryAdmin | undefined
  /** Of each service with a database that is named. */
  readonly schemas: readonly SchemaAdmin[]
  readonly output: Output
  readonly random: Random
  readonly listens: Listens
  /** Missing where the platform is no cluster on one machine. */
  readonly cluster: Cluster | undefined
  readonly dns: Dns
  /** What our mail hosts are called, where it is known. */
  readonly hostname: string | undefined
  /** Asks on the terminal, twice and without echo. @throws {UsageError} when there is none */
  askPassword(login: string): Promise<string>
  /** The first line of standard input. */
  readPassword(): Promise<string>
  /** A file's text, or that of standard input (`-`), in any encoding. */
  readText(file: string, encoding: string): AsyncIterable<string>
  /** Waits before something is tried again. */
  pause(ms: number): Promise<void>
  /** Milliseconds since 1970. */
  now(): number
}

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** The one item of an answer to a question for one. @throws {Fault} not-found */
export function only<Item>(items: readonly Item[], name: string): Item {
  const [item] = items
  if (item === undefined) throw new Fault('not-found', `There is no ${name}`)
  return item
}
