/** The servers that a setting names, as replicas: one each, or one for every address of a name that has several. */

import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, isIPv4 } from 'node:net'
import type { Clock, Random } from '#lib/base/clock.ts'
import { type Endpoint, formatAddress } from '../setting.ts'
import type { GrpcClientEvents } from './events.ts'

/** The addresses of a name; as the system knows them, `/etc/hosts` and search domains included. */
export type Lookup = (host: string) => Promise<readonly string[]>

const AGAIN_MS = 30_000
/** After a failure, which may mean that the addresses have changed. */
const PAUSE_MS = 1000

export const lookupAddresses: Lookup = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address)

interface Parts {
  readonly lookup: Lookup
  readonly clock: Clock
  readonly random: Random
  readonly events: GrpcClientEvents
  readonly changed: (addresses: readonly string[]) => void
  readonly signal: AbortSignal
}

/** Tells `changed` at once, and whenever it becomes another list. */
export class Names {
  readonly #servers: readonly Endpoint[]
  readonly #parts: Parts
  readonly #resolved = new Map<string, readonly string[]>()
  #hurry = Promise.withResolvers<void>()

  constructor(servers: readonly Endpoint[], parts: Parts) {
    this.#servers = servers
    this.#parts = parts
    parts.changed(this.#addresses())
    const names = new Set(servers.flatMap((one) => ('path' in one ? [] : [one.host])))
    const open = [...names].filter((name) => isIP(name) === 0)
    // It ends with the signal.
    if (open.length > 0) this.#keep(open).catch(() => undefined)
  }

  /** A replica failed: perhaps it lives elsewhere by now. */
  hurry(): void {
    this.#hurry.resolve()
  }

  async #keep(names: readonly string[]): Promise<void> {
    const { clock, random, signal } = this.#parts
    for (;;) {
      for (const name of names) await this.#resolve(name)
      if (signal.aborted) return
      const [chance = 0] = random(1)
      const over = new AbortController()
      const either = AbortSignal.any([signal, over.signal])
      const slept = clock.sleep(AGAIN_MS * (0.75 + chance / 512), either)
      await Promise.race([slept, this.#hurry.promise]).finally(() => over.abort())
      slept.catch(() => undefined)
      this.#hurry = Promise.withResolvers()
      await clock.sleep(PAUSE_MS, signal)
    }
  }

  async #resolve(name: string): Promise<void> {
    const { lookup, events, changed, signal } = this.#parts
    let addresses: readonly string[]
    try {
      addresses = choose(await lookup(name))
    } catch (error) {
      // What we know outlives the name servers.
      if (!signal.aborted) events.unresolved(name, error)
      return
    }
    const before = this.#resolved.get(name) ?? []
    if (signal.aborted || addresses.join() === before.join()) return
    this.#resolved.set(name, addresses)
    events.moved(name, addresses)
    changed(this.#addresses())
  }

  #addresses(): string[] {
    const all = this.#servers.flatMap((server) => {
      const found = 'path' in server ? [] : (this.#resolved.get(server.host) ?? [])
      if ('path' in server || found.length === 0) return [formatAddress(server)]
      return found.map((host) => formatAddress({ host, port: server.port }))
    })
    return [...new Set(all)]
  }
}

/**
 * None when the name stands for one server: then it stays the replica's name, whose accounts stay with it when it moves to
 * another address. Of servers with addresses of both kinds, one kind: each is there once.
 */
function choose(addresses: readonly string[]): readonly string[] {
  const four = addresses.filter((address) => isIPv4(address))
  const six = addresses.filter((address) => !isIPv4(address))
  const chosen = four.length >= six.length ? four : six
  return chosen.length > 1 ? chosen.toSorted() : []
}
