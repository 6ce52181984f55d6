import { Fault } from '#lib/base/fault.ts'
import type { QuotaScope } from '#lib/mail/quota.ts'
import type { Nats } from '#lib/node/nats.ts'
import type { FullNews } from '../full-places.ts'

const SUBJECT = 'quota.full'
const SCOPES: readonly string[] = ['account', 'domain', 'tenant'] satisfies QuotaScope[]

/** Hears from the mailbox-store what is full. */
export function listenToFull(
  nats: Pick<Nats, 'subscribe'>,
  hear: (news: FullNews) => void,
): Disposable {
  return nats.subscribe(SUBJECT, (data) => hear(parseNews(data)))
}

function parseNews(data: Uint8Array): FullNews {
  const json: unknown = JSON.parse(Buffer.from(data).toString('utf8'))
  const { scope, name, full, fullSince, limits } = fieldsOf(json)
  if (typeof scope !== 'string' || !SCOPES.includes(scope) || typeof name !== 'string') {
    throw new Fault('invalid', 'Not news of a quota')
  }
  const place = { scope: scope as QuotaScope, name }
  if (full !== true) return place
  const { bytes, messages } = fieldsOf(limits)
  const since = toNumber(fullSince)
  return { ...place, full: { since, bytes: toNumber(bytes), messages: toNumber(messages) } }
}

function fieldsOf(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === 'object' && json !== null) return json as Readonly<Record<string, unknown>>
  throw new Fault('invalid', 'Not news of a quota')
}

function toNumber(value: unknown): number {
  if (typeof value === 'number') return value
  throw new Fault('invalid', 'Not news of a quota')
}
