import type { GroupChange__Output } from '#proto/types/hikyaku/directory/GroupChange.ts'
import {
  addGroup,
  deleteGroup,
  type Group,
  type GroupChange,
  listGroups,
  setGroup,
  showGroup,
} from '../addressing/groups.ts'
import type { PageRequest } from '../page.ts'
import type { Registry } from '../registry.ts'
import { tenantNames } from '../tenants.ts'

/** What of the administration concerns groups. */
export function groupHandlers(registry: Registry) {
  const { collections } = registry
  const present = async (groups: readonly Group[]) => {
    const names = await tenantNames(
      groups.map(({ tenant }) => tenant),
      collections,
    )
    return groups.map(({ _id, tenant, title, members }) => {
      return { address: _id, tenant: names.get(tenant) ?? tenant, title, members: [...members] }
    })
  }
  const presentOne = async (group: Group) => (await present([group]))[0] ?? {}
  return {
    addGroup: async (request: GroupChange__Output) =>
      presentOne(await addGroup(fromGroup(request), registry)),
    listGroups: async (request: PageRequest & { tenant: string; domain: string }) => {
      const { items, next } = await listGroups(request, collections)
      return { groups: await present(items), next }
    },
    showGroup: async ({ name }: { name: string }) => presentOne(await showGroup(name, collections)),
    setGroup: async (request: GroupChange__Output) =>
      presentOne(await setGroup(fromGroup(request), registry)),
    deleteGroup: async ({ name }: { name: string }) => {
      await deleteGroup(name, registry)
      return {}
    },
  }
}

function fromGroup({ address, title, add, remove, reuse }: GroupChange__Output): GroupChange {
  return { address, title, add, remove, reuse }
}
