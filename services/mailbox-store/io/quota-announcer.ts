import type { Quota } from '#lib/mail/quota.ts'
import type { Nats } from '#lib/node/nats.ts'
import type { Events } from '../events.ts'
import type { QuotaNews } from '../quota.ts'

/**
 * Tells on NATS what crosses a threshold (`quota.<scope>.<name in base64url>`), and the servers that take mail what is
 * full (`quota.full`). A lost announcement delays what they know, and loses nothing.
 */
export function quotaAnnouncer(
  nats: Pick<Nats, 'publish'>,
  events: Pick<Events, 'announceFailed' | 'quotaCrossed' | 'quotaNotLooked' | 'quotaRefused'>,
): QuotaNews {
  const publish = (subject: string, news: object) => {
    try {
      nats.publish(subject, JSON.stringify(news))
    } catch (error) {
      events.announceFailed(error)
    }
  }
  const limits = ({ bytes, messages }: Pick<Quota, 'bytes' | 'messages'>) => ({ bytes, messages })
  return {
    crossed(crossing) {
      events.quotaCrossed(crossing)
      const { scope, name, from, level, fullSince, held } = crossing
      publish(`quota.${scope}.${Buffer.from(name).toString('base64url')}`, {
        ...{ scope, name, from, level, fullSince, ...limits(held) },
        limits: limits(crossing),
      })
    },
    refused: ({ scope }) => events.quotaRefused(scope),
    full(quota, since) {
      const { scope, name } = quota
      publish('quota.full', { scope, name, full: true, fullSince: since, limits: limits(quota) })
    },
    roomAgain({ scope, name }) {
      publish('quota.full', { scope, name, full: false })
    },
    failed: (error) => events.quotaNotLooked(error),
  }
}
