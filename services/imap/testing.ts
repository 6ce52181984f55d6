/** A session with a made-up mailbox, for transcripts. What a test does not set, fails. */
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { FairPlaces } from '#lib/base/fair-places.ts'
import { Connection } from './connection.ts'
import { imapEvents } from './events.ts'
import type { Account, MailStore, Packed, View } from './mail-store.ts'
import type { Backend, Settings } from './session.ts'
import { Disconnected, type Wire } from './wire.ts'

export const ALICE: Account = {
  id: 'acc1',
  tenant: 't1',
  login: 'alice@example.test',
  domain: 'example.test',
  quotas: [],
}

export interface Scene {
  /** Shared with other sessions. */
  readonly places?: FairPlaces
  /** UIDs of the messages in the selected mailbox; without them none is selected. */
  readonly uids?: readonly number[]
  /** First flag words, by message. */
  readonly flags?: readonly number[]
  readonly keywords?: readonly string[]
  readonly writable?: boolean
  /** Not even logged in. */
  readonly stranger?: boolean
  readonly secure?: boolean
  readonly settings?: Partial<Settings>
  /** For ever, if not given. */
  readonly sleep?: Backend['sleep']
  readonly monotonic?: Backend['monotonic']
  /** The service stops before it begins. */
  readonly leaving?: string
}

const SETTINGS: Settings = {
  cleartextLogin: false,
  messageBytesMax: 5000,
  commandBytesMax: 1000,
  loginFailuresMax: 3,
  loginMs: Number.POSITIVE_INFINITY,
  pollMs: Number.POSITIVE_INFINITY,
}

const METHODS = [
  'list', 'create', 'rename', 'delete', 'setSubscribed', 'append', 'view', 'changes', 'fetch',
  'read', 'search', 'storeFlags', 'copy', 'move', 'expunge', 'usage', 'quotas',
] as const // biome-ignore format: as short as it can be

export function pack(
  messages: readonly (readonly [uid: number, flags: number])[],
  modSeq = 10,
): Packed {
  return {
    uids: Uint32Array.from(messages, ([uid]) => uid),
    flags: Uint32Array.from(messages, ([, flags]) => flags),
    flagWords: 1,
    modSeqs: new Float64Array(messages.length).fill(modSeq),
  }
}

export const NOTHING_NEW = {
  startOver: false,
  keywords: [],
  changed: pack([]),
  vanished: [],
}

export function counts(modSeq = 10) {
  return { uidValidity: 7, uidNext: 100, modSeq, exists: 3, unseen: 1, deleted: 0 }
}

export function mailbox(
  name: string,
  { id = `id-${name}`, subscribed = false, specialUse = '' } = {},
) {
  return { id, name, subscribed, specialUse, counts: counts() }
}

/** The wire of a test: what the client would send goes in, what it would read comes out. */
class FakeWire implements Wire {
  readonly remoteAddress = '192.0.2.1'
  secure: boolean
  output = ''
  ended = false
  #input: (Uint8Array | undefined)[] = []
  #gone = false
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined
  #wanted: (() => void) | undefined
  #look: (() => void) | undefined

  constructor(secure: boolean) {
    this.secure = secure
  }

  feed(chunk: Uint8Array | undefined): void {
    this.#gone ||= chunk === undefined
    const waiting = this.#waiting
    this.#waiting = undefined
    if (waiting === undefined) this.#input.push(chunk)
    else waiting(chunk)
  }

  read(): Promise<Uint8Array | undefined> {
    assert.equal(this.#waiting, undefined, 'two reads at a time')
    const over = this.ended || this.#gone
    if (over || this.#input.length > 0) return Promise.resolve(this.#input.shift())
    const { promise, resolve } = Promise.withResolvers<Uint8Array | undefined>()
    this.#waiting = resolve
    this.#wanted?.()
    return promise
  }

  /** Resolves when everything was read and more is wanted, or the connection has ended. */
  wanted(): Promise<void> {
    if (this.ended || (this.#waiting !== undefined && this.#input.length === 0))
      return Promise.resolve()
    return new Promise((resolve) => {
      this.#wanted = resolve
    })
  }

  interrupt(): void {
    this.feed(undefined)
  }
  /** Resolves when what was written since the last exchange matches. */
  until(pattern: RegExp): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#look = () => {
      if (pattern.test(this.output)) resolve()
    }
    this.#look()
    return promise
  }
  write(output: string | Uint8Array): void {
    this.output += typeof output === 'string' ? output : Buffer.from(output).toString()
    this.#look?.()
  }
  /** Set while the client takes nothing. */
  slow: Promise<void> | undefined
  get blocked(): boolean {
    return this.slow !== undefined
  }
  async drained(): Promise<void> {
    await this.slow
    if (this.ended) throw new Disconnected('gone')
  }
  async startTls(): Promise<void> {
    this.secure = true
    this.#input = []
  }
  async end(): Promise<void> {
    this.destroy()
  }
  destroy(): void {
    this.ended = true
    this.#waiting?.(undefined)
    this.#waiting = undefined
    this.#wanted?.()
  }
}

/** What stands behind the session; its store fails whatever is called. */
export function openBackend(scene: Scene, watchers: Set<() => void>, told: unknown[][]): Backend {
  const store = {} as Record<string, unknown>
  for (const name of METHODS) store[name] = () => assert.fail(`unexpected ${name}`)
  const tell = (...event: unknown[]) => void told.push(event)
  return {
    store: store as unknown as MailStore,
    events: imapEvents({ log: tell, warn: tell, count: tell, observe: tell, gauge: tell }),
    settings: { ...SETTINGS, ...scene.settings },
    authenticate: async () => ({ account: ALICE, fromCache: false }),
    watch(_id, changed) {
      watchers.add(changed)
      return { [Symbol.dispose]: () => void watchers.delete(changed) }
    },
    enter: () => true,
    leave: () => undefined,
    places: scene.places ?? new FairPlaces({ running: 100, waiting: 100 }),
    async setAside(pieces) {
      const chunks = await Array.fromAsync(pieces)
      return {
        read: async function* () {
          yield* chunks
        },
        [Symbol.asyncDispose]: async () => {},
      }
    },
    newId: () => 'new-id',
    monotonic: scene.monotonic ?? (() => 0),
    sleep: scene.sleep ?? (() => new Promise(() => undefined)),
  }
}

/** Opens a session in the state that the scene describes. */
export function openSession(scene: Scene = {}) {
  const wire = new FakeWire(scene.secure ?? true)
  const watchers = new Set<() => void>()
  const told: unknown[][] = []
  const backend = openBackend(scene, watchers, told)
  const connection = new Connection(backend, wire, (name) =>
    /^utf-8$/i.test(name) ? (bytes) => Buffer.from(bytes, 'latin1').toString() : undefined,
  )
  if (scene.leaving !== undefined) connection.leave(scene.leaving)
  const served = connection.serve()
  let ready: Promise<void> | undefined

  const exchange = async (text: string): Promise<string> => {
    wire.output = ''
    wire.feed(Buffer.from(text))
    await wire.wanted()
    return wire.output
  }

  const prepare = async (): Promise<void> => {
    await wire.wanted()
    if (scene.stranger) return
    await exchange('x LOGIN alice secret\r\n')
    if (scene.uids === undefined) return
    const { view, changes } = backend.store
    backend.store.view = async () => viewOf(scene)
    backend.store.changes = async () => ({
      ...NOTHING_NEW,
      keywords: scene.keywords ?? [],
      counts: counts(),
    })
    const output = await exchange(`x ${scene.writable === false ? 'EXAMINE' : 'SELECT'} INBOX\r\n`)
    assert.match(output, /x OK/)
    Object.assign(backend.store, { view, changes })
  }

  return {
    backend,
    store: backend.store,
    wire,
    connection,
    served,
    told,
    /** Announces a change of the selected mailbox. */
    announce(): void {
      for (const changed of watchers) changed()
    },
    watched: () => watchers.size,
    until: (pattern: RegExp) => wire.until(pattern),
    async send(text: string): Promise<string> {
      ready ??= prepare()
      await ready
      return exchange(text)
    },
    /** Plays a dialogue: `C:` lines go in, and the `S:` lines until the next must be all that comes out. */
    async run(transcript: string): Promise<void> {
      ready ??= prepare()
      await ready
      const lines = transcript
        .trim()
        .split('\n')
        .map((line) => line.trimStart())
      let said = ''
      let expected = ''
      const check = async () => {
        if (said === '' && expected === '') return
        assert.equal(await exchange(said), expected)
        said = ''
        expected = ''
      }
      for (const line of lines) {
        const text = `${line.slice(3)}\r\n`
        if (line.startsWith('C:')) {
          if (expected !== '') await check()
          said += text
        } else expected += text
      }
      await check()
    },
  }
}

export function viewOf({ uids = [], flags = [], keywords = [] }: Scene): View {
  return {
    mailbox: mailbox('INBOX', { id: 'inbox' }),
    keywords,
    messages: pack(uids.map((uid, index) => [uid, flags[index] ?? 0])),
  }
}
