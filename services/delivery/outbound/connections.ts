/** The connections of this process: how many to each destination, and which of them wait for their next message. */

import type { Clock } from '#lib/base/clock.ts'
import { ShortWait } from '../short-wait.ts'
import { closeSession, type Session } from './session.ts'

/** A connection with what it may be used for. */
export interface Connection {
  readonly session: Session
  /** Mail that is to leave in another way does not use it: from another pool, or with another demand on TLS. */
  readonly way: string
}

interface Place {
  /** In use, those that are being opened among them. */
  busy: number
  readonly idle: Idle[]
  /** Goodbye was said: over there they still count. */
  closing: number
  readonly wait: ShortWait
}

interface Idle extends Connection {
  readonly since: number
}

export type Taken =
  | { readonly kind: 'reuse'; readonly connection: Connection }
  /** A connection may be opened. */
  | { readonly kind: 'open' }
  | { readonly kind: 'busy' }

/** Longer than that, servers hang up by themselves. */
const IDLE_MS_MAX = 30_000
/** Of all destinations together. */
const IDLE_MAX = 500

/** Counts; whoever took a place gives it back with `give` or `free`. */
export class Connections implements AsyncDisposable {
  readonly #places = new Map<string, Place>()
  readonly #clock: Clock
  readonly #stop = new AbortController()
  readonly #closing = new Set<Promise<void>>()
  #idle = 0
  #sweeping = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** To one destination: in use, waiting, and on their way out. */
  open(key: string): number {
    const place = this.#places.get(key)
    return place ? place.busy + place.closing + place.idle.length : 0
  }

  /** Those whose place nobody else can have now. */
  busy(key: string): number {
    const place = this.#places.get(key)
    return place ? place.busy + place.closing : 0
  }

  /** A place at a destination that may have `max` connections from this process. */
  take(key: string, way: string, max: number): Taken {
    const place = this.#places.get(key) ?? this.#open(key)
    this.#dropOld(key, place)
    if (place.busy + place.closing >= max) {
      this.#tidy(key, place)
      return { kind: 'busy' }
    }
    place.busy += 1
    // The last one back is the least likely to have been closed over there.
    const at = place.idle.findLastIndex((idle) => idle.way === way)
    const [connection] = at < 0 ? [] : place.idle.splice(at, 1)
    if (connection !== undefined) this.#idle -= 1
    this.#shrink(key, place, max)
    return connection ? { kind: 'reuse', connection } : { kind: 'open' }
  }

  /** Resolves when it is worth to try `take` again; with false when it is not. */
  async turn(key: string): Promise<boolean> {
    return (await this.#places.get(key)?.wait.turn()) ?? true
  }

  /** Gives a place back with its connection, which the next message may use, or which has had its messages. */
  give(key: string, connection: Connection, reusable: boolean): void {
    const full = this.#stop.signal.aborted || this.#idle >= IDLE_MAX
    if (full || !reusable || !connection.session.wire.sound) {
      void this.#close(key, connection)
    } else {
      const since = this.#clock.monotonic()
      this.#places.get(key)?.idle.push({ ...connection, since })
      this.#idle += 1
      this.#sweep()
    }
    this.free(key)
  }

  /** Gives a place back. */
  free(key: string): void {
    const place = this.#places.get(key)
    if (place === undefined) return
    place.busy -= 1
    place.wait.call()
    this.#tidy(key, place)
  }

  /** Closes a connection whose place is used further, or given back: once it is closed. */
  async drop(key: string, connection: Connection): Promise<void> {
    await this.#close(key, connection)
  }

  /** Closes what waits at a destination that may have fewer from now on. */
  shrink(key: string, max: number): void {
    const place = this.#places.get(key)
    if (place) this.#shrink(key, place, max)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error('closed'))
    for (const key of this.#places.keys()) this.shrink(key, 0)
    await Promise.all(this.#closing)
  }

  #shrink(key: string, place: Place, max: number): void {
    while (place.idle.length > 0 && place.busy + place.closing + place.idle.length > max) {
      const oldest = place.idle.shift()
      if (oldest) this.#dropIdle(key, oldest)
    }
  }

  #dropOld(key: string, place: Place): void {
    const oldest = this.#clock.monotonic() - IDLE_MS_MAX
    const old = place.idle.filter(({ since, session }) => since < oldest || !session.wire.sound)
    for (const idle of old) {
      place.idle.splice(place.idle.indexOf(idle), 1)
      this.#dropIdle(key, idle)
    }
  }

  #dropIdle(key: string, idle: Idle): void {
    this.#idle -= 1
    void this.#close(key, idle)
  }

  #close(key: string, { session }: Connection): Promise<void> {
    // One that is dead already counts no more.
    if (!session.wire.sound) {
      session.wire.destroy()
      return Promise.resolve()
    }
    const place = this.#places.get(key)
    if (place) place.closing += 1
    const closing = closeSession(session).finally(() => {
      this.#closing.delete(closing)
      if (place === undefined) return
      place.closing -= 1
      place.wait.call()
      this.#tidy(key, place)
    })
    this.#closing.add(closing)
    return closing
  }

  #open(key: string): Place {
    const place: Place = { busy: 0, idle: [], closing: 0, wait: new ShortWait(this.#clock) }
    this.#places.set(key, place)
    return place
  }

  #tidy(key: string, { busy, closing, idle, wait }: Place): void {
    if (busy + closing + idle.length + wait.length === 0) this.#places.delete(key)
  }

  /** One at a time looks for what waited too long, as long as something waits. */
  #sweep(): void {
    if (this.#sweeping) return
    this.#sweeping = true
    const run = async () => {
      while (this.#idle > 0 && !this.#stop.signal.aborted) {
        await this.#clock.sleep(IDLE_MS_MAX / 10, this.#stop.signal)
        for (const [key, place] of this.#places) {
          this.#dropOld(key, place)
          this.#tidy(key, place)
        }
      }
    }
    run()
      // Only the end of everything wakes a sleeper early.
      .catch(() => {})
      .finally(() => {
        this.#sweeping = false
      })
  }
}
