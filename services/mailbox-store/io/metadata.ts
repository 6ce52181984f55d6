import type { Handlers } from '#lib/node/contracts.ts'
import type { MetadataEntry__Output } from '#proto/types/hikyaku/mailbox_store/MetadataEntry.ts'
import { readSubscribed } from '../mailboxes.ts'
import { getMetadata, type MetadataEntry, setMetadata } from '../metadata.ts'
import { setSpecialUse } from '../special-use.ts'
import type { Store } from '../store.ts'
import { toMailbox } from './wire.ts'

/** What clients note about their mailboxes. */
export function metadataHandlers(store: Store) {
  return {
    async getMetadata(request) {
      const entries = await getMetadata(request, store)
      return { entries: entries.map(({ name, value }) => ({ name, ...(value && { value }) })) }
    },
    async setMetadata(request) {
      await setMetadata(request, request.entries.map(toEntry), store)
      return {}
    },
    async setSpecialUse(request) {
      const changed = await setSpecialUse(request, store)
      return toMailbox(changed, (await readSubscribed(request.account, store)).has(changed.name))
    },
  } satisfies Partial<Handlers<'MailboxStore'>>
}

function toEntry({ name, value }: MetadataEntry__Output): MetadataEntry {
  return { name, value: value ?? undefined }
}
