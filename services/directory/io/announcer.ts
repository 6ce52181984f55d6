import type { Nats } from '#lib/node/nats.ts'
import type { Change } from '../registry.ts'

const SUBJECT = 'directory.changed'

/**
 * Tells over NATS which answers may have changed, as JSON. Nothing waits for it: without NATS the
 * directory works, and the caches of the others forget by themselves within seconds.
 */
export function announcer(nats: Pick<Nats, 'publish'>): (change: Change) => void {
  return (change) => nats.publish(SUBJECT, JSON.stringify(change))
}
