/** What an account may hold: by itself, and with the others of its domain and of its tenant. */
export interface Quota {
  readonly scope: QuotaScope
  /** Account id, domain in A-labels, or tenant id. */
  readonly name: string
  /** 0 is no limit. */
  readonly bytes: number
  /** 0 is no limit. */
  readonly messages: number
}

export type QuotaScope = 'account' | 'domain' | 'tenant'

/** Below so much room, mail that comes is refused at the door. */
const ROOM_BYTES = 64 * 1024

/**
 * How full something is, in the steps that are told: 0, 80, 90 or 100 per cent. It counts as full as soon as
 * ordinary mail has no room: when less than 64 kB is left, or less than one per cent where that is even less.
 */
export function quotaLevel(
  held: { readonly bytes: number; readonly messages: number },
  limit: Pick<Quota, 'bytes' | 'messages'>,
): QuotaLevel {
  const reserve = Math.min(ROOM_BYTES, limit.bytes / 100)
  const bytes =
    limit.bytes > 0 && held.bytes > limit.bytes - reserve ? 1 : share(held.bytes, limit.bytes)
  const most = Math.max(bytes, share(held.messages, limit.messages))
  if (most >= 1) return 100
  if (most >= 0.9) return 90
  return most >= 0.8 ? 80 : 0
}

export type QuotaLevel = 0 | 80 | 90 | 100

function share(held: number, limit: number): number {
  return limit > 0 ? held / limit : 0
}
