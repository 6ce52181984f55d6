/** The contract of proto/directory.proto in front of the rules: translates, decides nothing. */

import { formatAddress } from '#lib/mail/address.ts'
import type { Handlers } from '#lib/node/contracts.ts'
import { type GrpcService, grpcService } from '#lib/node/grpc.ts'
import { toWireQuota } from '#lib/node/quotas.ts'
import type { AccountChange__Output } from '#proto/types/hikyaku/directory/AccountChange.ts'
import type { AddressEntry__Output } from '#proto/types/hikyaku/directory/AddressEntry.ts'
import type { Domain__Output } from '#proto/types/hikyaku/directory/Domain.ts'
import type { Resolution as ResolutionMessage } from '#proto/types/hikyaku/directory/Resolution.ts'
import type { Tenant__Output } from '#proto/types/hikyaku/directory/Tenant.ts'
import {
  type AccountEntry,
  deleteAccount,
  listAccounts,
  restoreAccount,
  setAccount,
  showAccount,
} from '../accounts.ts'
import { type AccountChange, addAccount } from '../add-account.ts'
import { addAddress, deleteAddress, listAddresses } from '../addresses.ts'
import { PLUS_DEFAULT } from '../addressing/candidates.ts'
import type { Resolution } from '../addressing/expand.ts'
import { type Authenticator, authenticate } from '../authenticate.ts'
import type { DomainDocument, TenantDocument } from '../collections.ts'
import { addDomain, type DomainChange, deleteDomain, listDomains, setDomain } from '../domains.ts'
import type { Events } from '../events.ts'
import type { PasswordHasher } from '../password-hasher.ts'
import type { Registry } from '../registry.ts'
import { resolve } from '../resolve.ts'
import {
  addTenant,
  deleteTenant,
  listTenants,
  setTenant,
  type TenantChange,
  tenantNames,
} from '../tenants.ts'
import { groupHandlers } from './groups.ts'
import { importEach } from './import.ts'

/** What the services on the way of a message ask. */
export function directoryService(
  authenticator: Authenticator,
  events: Events,
  more: Partial<Handlers<'Directory'>> = {},
): GrpcService {
  return grpcService('directory', 'Directory', {
    async resolve({ addresses }) {
      const resolutions = await resolve(addresses, authenticator.collections)
      events.resolved(resolutions.map(({ kind }) => kind))
      resolutions.forEach((resolution, i) => {
        if (resolution.kind !== 'disabled' || resolution.refused === undefined) return
        events.expansionRefused(addresses[i] ?? '', resolution.refused)
      })
      return { resolutions: resolutions.map(toResolution) }
    },
    async authenticate(request) {
      const { _id, tenant, login, domain, quotas } = await authenticate(request, authenticator)
      return { account: _id, tenant, login, domain, quotas: quotas.map(toWireQuota) }
    },
    ...more,
  })
}

/** What the command line and the portal ask. */
export function directoryAdminService(
  registry: Registry,
  hasher: PasswordHasher,
  more: Partial<Handlers<'DirectoryAdmin'>> = {},
): GrpcService {
  return grpcService('directory', 'DirectoryAdmin', {
    ...tenantHandlers(registry),
    ...domainHandlers(registry),
    ...accountHandlers(registry, hasher),
    ...addressHandlers(registry),
    ...groupHandlers(registry),
    ...more,
  })
}

function tenantHandlers(registry: Registry) {
  const { collections } = registry
  return {
    addTenant: async (request: Tenant__Output) =>
      toTenant(await addTenant(fromTenant(request), registry)),
    listTenants: async (request: Listing) => {
      const { items, next } = await listTenants(request, collections)
      return { tenants: items.map(toTenant), next }
    },
    setTenant: async (request: Tenant__Output) =>
      toTenant(await setTenant(fromTenant(request), registry)),
    deleteTenant: async ({ name }: Named) => {
      await deleteTenant(name, registry)
      return {}
    },
  }
}

function domainHandlers(registry: Registry) {
  const { collections } = registry
  const present = async (items: readonly DomainDocument[]) => {
    const names = await tenantNames(
      items.map(({ tenant }) => tenant),
      collections,
    )
    return items.map((item) => toDomain(item, names))
  }
  const presentOne = async (item: DomainDocument) => (await present([item]))[0] ?? {}
  return {
    addDomain: async (request: Domain__Output) =>
      presentOne(await addDomain(fromDomain(request), registry)),
    listDomains: async (request: Listing) => {
      const { items, next } = await listDomains(request, collections)
      return { domains: await present(items), next }
    },
    setDomain: async (request: Domain__Output) =>
      presentOne(await setDomain(fromDomain(request), registry)),
    deleteDomain: async ({ name }: Named) => {
      await deleteDomain(name, registry)
      return {}
    },
  }
}

function accountHandlers(registry: Registry, hasher: PasswordHasher) {
  const { collections } = registry
  const present = async (items: readonly AccountEntry[]) => {
    const names = await tenantNames(
      items.map(({ tenant }) => tenant),
      collections,
    )
    return items.map((item) => toAccount(item, names))
  }
  const presentOne = async (item: AccountEntry) => (await present([item]))[0] ?? {}
  const add = async (request: AccountChange__Output) => {
    const { _id } = await addAccount(fromAccount(request), registry, hasher)
    return await presentOne(await showAccount(_id, collections))
  }
  return {
    addAccount: add,
    listAccounts: async (request: Listing) => {
      const { items, next } = await listAccounts(request, collections)
      return { accounts: await present(items), next }
    },
    showAccount: async ({ name }: Named) => presentOne(await showAccount(name, collections)),
    setAccount: async (request: AccountChange__Output) =>
      presentOne(await setAccount(fromAccount(request), registry, hasher)),
    deleteAccount: async ({ name }: Named) => {
      await deleteAccount(name, registry)
      return {}
    },
    restoreAccount: async ({ name }: Named) => presentOne(await restoreAccount(name, registry)),
    importAccounts: (requests: AsyncIterable<AccountChange__Output>) => importEach(requests, add),
  }
}

function addressHandlers(registry: Registry) {
  const { collections } = registry
  return {
    addAddress: async (request: AddressEntry__Output) => addAddress(request, registry),
    listAddresses: async (request: Listing) => {
      const { items, next } = await listAddresses(request, collections)
      return { addresses: [...items], next }
    },
    deleteAddress: async ({ name }: Named) => {
      await deleteAddress(name, registry)
      return {}
    },
  }
}

interface Named {
  readonly name: string
}

interface Listing {
  readonly tenant: string
  readonly domain: string
  readonly account: string
  readonly address: string
  readonly after: string
  readonly limit: number
  readonly deleted: boolean
}

function toResolution(resolution: Resolution): ResolutionMessage {
  const { tenant, through } = resolution
  const about = { tenant, through: [...through] }
  if (resolution.kind !== 'accounts') {
    return { kind: KINDS[resolution.kind], targets: [], forwards: [], ...about }
  }
  const { targets, forwards } = resolution
  return {
    kind: 'ACCOUNTS',
    targets: targets.map((target) => ({ ...target, quotas: target.quotas.map(toWireQuota) })),
    forwards: forwards.map((one) => ({ ...one, address: formatAddress(one.address) })),
    ...about,
  }
}

const KINDS = { elsewhere: 'ELSEWHERE', unknown: 'UNKNOWN', disabled: 'DISABLED' } as const

function toTenant(tenant: TenantDocument) {
  const { _id, name, title, suspended, quotaBytes = 0, quotaMessages = 0 } = tenant
  return { id: _id, name, title, suspended, quotaBytes, quotaMessages }
}

function fromTenant(tenant: Tenant__Output): TenantChange {
  const { id, name, title, suspended, quotaBytes, quotaMessages } = tenant
  return { id, name, title, suspended, quotaBytes, quotaMessages }
}

function toDomain(domain: DomainDocument, tenants: ReadonlyMap<string, string>) {
  const { _id, tenant, suspended, quotaBytes = 0, quotaMessages = 0, aliasOf = '' } = domain
  const { plus = PLUS_DEFAULT } = domain
  const owner = tenants.get(tenant) ?? tenant
  return { name: _id, tenant: owner, suspended, quotaBytes, quotaMessages, aliasOf, plus }
}

function fromDomain(domain: Domain__Output): DomainChange {
  const { name, tenant, suspended, reuse, quotaBytes, quotaMessages, aliasOf, plus } = domain
  return { name, tenant, suspended, reuse, quotaBytes, quotaMessages, aliasOf, plus }
}

function toAccount(account: AccountEntry, tenants: ReadonlyMap<string, string>) {
  const { _id, login, tenant, title, suspended, aliases, deletedAt } = account
  const {
    quotaBytes = 0,
    quotaMessages = 0,
    forwards = [],
    keepsCopy = true,
    sendAs = [],
  } = account
  return {
    id: _id,
    login,
    tenant: tenants.get(tenant) ?? tenant,
    title,
    quotaBytes,
    quotaMessages,
    suspended,
    addresses: [...aliases],
    deletedAt: deletedAt?.getTime() ?? 0,
    forwards: [...forwards],
    keepsCopy,
    sendAs: [...sendAs],
  }
}

function fromAccount(change: AccountChange__Output): AccountChange {
  const { login, title, password, passwordHash, quotaBytes, suspended } = change
  const { addresses, request, reuse, quotaMessages, forwards, keepsCopy, sendAs } = change
  return {
    login,
    title,
    password,
    passwordHash,
    quotaBytes,
    quotaMessages,
    suspended,
    addresses,
    request,
    reuse,
    forwards: forwards?.addresses,
    keepsCopy,
    sendAs: sendAs?.addresses,
  }
}
