/** DKIM keys as proto/directory.proto has them: translates, decides nothing. */

import { Fault } from '#lib/base/fault.ts'
import type { DkimKeyList } from '#proto/types/hikyaku/directory/DkimKeyList.ts'
import type { DkimKeysRequest__Output } from '#proto/types/hikyaku/directory/DkimKeysRequest.ts'
import type { NameRequest__Output } from '#proto/types/hikyaku/directory/NameRequest.ts'
import type { SigningKeysRequest__Output } from '#proto/types/hikyaku/directory/SigningKeysRequest.ts'
import type { Collections } from '../collections.ts'
import {
  activateDkimKeys,
  type DomainKeys,
  deleteDkimKey,
  listDkimKeys,
  makeDkimKeys,
  signingKeys,
} from '../keys/dkim-keys.ts'
import { formatKeyRecord } from '../keys/key-pair.ts'
import type { Sealer } from '../keys/sealer.ts'
import type { Registry } from '../registry.ts'

/** Part of the service Directory. */
export function signingHandlers(collections: Collections, sealer: Sealer) {
  return {
    signingKeys: async ({ domain }: SigningKeysRequest__Output) => ({
      keys: await signingKeys(domain, collections, sealer),
    }),
  }
}

/** Part of DirectoryAdmin. */
export function dkimHandlers(registry: Registry) {
  return {
    makeDkimKeys: async (request: DkimKeysRequest__Output) =>
      toList(await makeDkimKeys(request, registry)),
    listDkimKeys: async ({ name }: NameRequest__Output) =>
      toList(await listDkimKeys(name, registry)),
    activateDkimKeys: async ({ name }: NameRequest__Output) =>
      toList(await activateDkimKeys(name, registry)),
    deleteDkimKey: async ({ name }: NameRequest__Output) => {
      const [domain, selector, ...more] = name.split(' ')
      if (!domain || !selector || more.length > 0) {
        throw new Fault('invalid', 'A key is named by its domain and its selector')
      }
      await deleteDkimKey(domain, selector, registry)
      return {}
    },
  }
}

function toList({ domain, keys }: DomainKeys): DkimKeyList {
  return {
    keys: keys.map(({ selector, algorithm, state, publicKey, createdAt }) => ({
      domain,
      selector,
      algorithm,
      state,
      recordName: `${selector}._domainkey.${domain}`,
      recordText: formatKeyRecord(algorithm, publicKey),
      createdAt: createdAt.getTime(),
    })),
  }
}
