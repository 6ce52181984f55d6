/** What brings older documents into the form that this release writes. */

import type { Migration } from '#lib/db/port.ts'
import type { Collections, MailboxDocument } from './documents.ts'

/** In their order, for good: what is done is known by its name. */
export function migrations(
  collections: Pick<Collections, 'mailboxes' | 'accounts'>,
): readonly Migration[] {
  return [mailboxDomains(collections)]
}

/**
 * Mailboxes of which nobody had told the domain when they were made get the one that their account has by now. A domain holds
 * what its mailboxes say; until somebody used such an account again, that was too little.
 */
function mailboxDomains({
  mailboxes,
  accounts,
}: Pick<Collections, 'mailboxes' | 'accounts'>): Migration<MailboxDocument> {
  return {
    name: 'mailbox-domains',
    schema: 1,
    collection: mailboxes,
    async change({ account, domain = '', deletedAt }) {
      if (domain !== '' || deletedAt !== undefined) return undefined
      const found = await accounts.findOne({ _id: account }, { fields: ['domain'] })
      if (!found?.domain) return undefined
      // Null is what has none; a domain that is told meanwhile is newer.
      return { where: { domain: { $in: ['', null] } }, update: { $set: { domain: found.domain } } }
    },
  }
}
