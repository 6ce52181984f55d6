/** What accounts, domains and tenants hold, shown with them. */

import { isTransient } from '#lib/base/fault.ts'
import type { Tools } from './command.ts'
import type { Column } from './output.ts'
import { formatSize } from './quota.ts'

export interface Used {
  readonly used?: { readonly bytes: number; readonly messages: number }
}

export const USED: Column<Used> = {
  key: 'used',
  title: 'USED',
  text: ({ used }) =>
    used === undefined ? '' : `${formatSize(used.bytes)} in ${used.messages} messages`,
  value: ({ used }) => used,
}

/** What something holds; nothing when nobody can tell now: the rest is worth showing all the same. */
export async function findUsed(
  scope: 'ACCOUNT' | 'DOMAIN' | 'TENANT',
  name: string,
  { store }: Pick<Tools, 'store'>,
): Promise<Used> {
  if (store === undefined) return {}
  try {
    const { bytes, messages } = await store.usage({ scope, name })
    return { used: { bytes, messages } }
  } catch (error) {
    if (!isTransient(error)) throw error
    return {}
  }
}
