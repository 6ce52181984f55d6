/** Where mail for an address goes: asked of the directory over gRPC, kept, and dropped when NATS tells of a change. */

import type { Clock } from '#lib/base/clock.ts'
import { parseAddress } from '#lib/mail/address.ts'
import type { Resolution, Resolve } from '#lib/mail/resolution.ts'
import type { Resolution__Output } from '#proto/types/hikyaku/directory/Resolution.ts'
import type { DirectoryClient } from './clients.ts'
import type { Nats } from './nats.ts'
import { hearChanges } from './outage/changes.ts'
import { type Answer, DirectoryCache } from './outage/directory-cache.ts'
import { fromWireQuota } from './quotas.ts'

/** A client at RCPT waits for it. */
const DEADLINE_MS = 3000

/** Changes in the directory are seen at once while NATS works, after five seconds when it does not. */
export function openRecipients(
  directory: Pick<DirectoryClient, 'resolve'>,
  nats: Pick<Nats, 'subscribe'>,
  clock: Clock,
): { readonly resolve: Resolve } & Disposable {
  const cache = new DirectoryCache(
    async (addresses) => {
      const request = { addresses: [...addresses] }
      const { resolutions } = await directory.resolve(request, { deadlineMs: DEADLINE_MS })
      return resolutions.map(toAnswer)
    },
    clock,
    { answerMs: DEADLINE_MS },
  )
  const subscription = hearChanges(nats, (change) => cache.forget(change))
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
