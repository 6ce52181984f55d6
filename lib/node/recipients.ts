/** Where mail for an address goes: asked of the directory over gRPC, kept, and dropped when NATS tells of a change. */

import type { Clock } from '#lib/base/clock.ts'
import { Fault } from '#lib/base/fault.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Resolution, Resolve } from '#lib/mail/resolution.ts'
import type { Resolution__Output } from '#proto/types/hikyaku/directory/Resolution.ts'
import type { DirectoryClient } from './clients.ts'
import { type Answer, DirectoryCache, type DirectoryChange } from './directory-cache.ts'
import type { Nats } from './nats.ts'
import { fromWireQuota } from './quotas.ts'

/** Told of `DirectoryChange`s, as JSON. */
const CHANGES = 'directory.changed'
/** A client at RCPT waits for it. */
const DEADLINE_MS = 3000

/** Changes in the directory are seen at once while NATS works, after five seconds when it does not. */
export function openRecipients(
  directory: Pick<DirectoryClient, 'resolve'>,
  nats: Pick<Nats, 'subscribe'>,
  clock: Clock,
): { readonly resolve: Resolve } & Disposable {
  const cache = new DirectoryCache(async (addresses) => {
    const request = { addresses: [...addresses] }
    const { resolutions } = await directory.resolve(request, { deadlineMs: DEADLINE_MS })
    return resolutions.map(toAnswer)
  }, clock)
  const subscription = nats.subscribe(CHANGES, (data) => cache.forget(parseChange(data)))
  return {
    resolve: (address) => cache.resolve(address),
    [Symbol.dispose]: () => subscription[Symbol.dispose](),
  }
}

function toAnswer(answer: Resolution__Output): Answer {
  return { resolution: toResolution(answer), through: answer.through }
}

function toResolution({ kind, targets, forwards }: Resolution__Output): Resolution {
  switch (kind) {
    case 'ACCOUNTS':
      return {
        kind: 'accounts',
        targets: targets.map((target) => ({ ...target, quotas: target.quotas.map(fromWireQuota) })),
        forwards: forwards.map((one) => ({ ...one, address: parseAddress(one.address) })),
      }
    case 'UNKNOWN':
      return { kind: 'unknown' }
    case 'ELSEWHERE':
      return { kind: 'elsewhere' }
    case 'DISABLED':
      return { kind: 'disabled' }
  }
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
