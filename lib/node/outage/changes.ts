/** What the directory announces on NATS: whose answers may have changed. */

import { Fault } from '#lib/base/fault.ts'
import type { Nats } from '../nats.ts'

/** What changed in the directory, as its announcements name it. */
export interface DirectoryChange {
  readonly addresses?: readonly string[]
  readonly domains?: readonly string[]
  readonly accounts?: readonly string[]
}

/** Told of `DirectoryChange`s, as JSON. */
const CHANGES = 'directory.changed'

/** Hears of changes while NATS works; who keeps answers must forget by itself as well. */
export function hearChanges(
  nats: Pick<Nats, 'subscribe'>,
  changed: (change: DirectoryChange) => void,
): Disposable {
  return nats.subscribe(CHANGES, (data) => changed(parseChange(data)))
}

/** All names in one list: they cannot be taken for each other, being with an @, with a dot, or with neither. */
export function namesOf({ addresses = [], domains = [], accounts = [] }: DirectoryChange) {
  return [...addresses.map((one) => one.toLowerCase()), ...domains, ...accounts]
}

function parseChange(data: Uint8Array): DirectoryChange {
  const json: unknown = JSON.parse(Buffer.from(data).toString('utf8'))
  if (typeof json !== 'object' || json === null) throw new Fault('invalid', 'Not a change')
  const fields = json as Readonly<Record<string, unknown>>
  const list = (name: string) => {
    const value = fields[name]
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
  }
  return { addresses: list('addresses'), domains: list('domains'), accounts: list('accounts') }
}
