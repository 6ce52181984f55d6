/** A directory for tests of addressing: short ways to fill it and to ask where mail goes. */

import { formatAddress } from '#lib/mail/address.ts'
import { setAccount } from '../accounts.ts'
import { type AccountChange, addAccount } from '../add-account.ts'
import { addAddress } from '../addresses.ts'
import { type DomainChange, setDomain } from '../domains.ts'
import { resolve } from '../resolve.ts'
import { change, DOMAIN, openExample } from '../testing.ts'
import { addGroup, setGroup } from './groups.ts'

export async function openAddressing() {
  const directory = await openExample()
  const { registry, hasher, collections } = directory
  /** Logins by account. */
  const logins = new Map<string, string>()
  /** `kind`, then who gets it: accounts by login; what leaves as `by>address`. */
  const whereTo = async (...addresses: string[]): Promise<string[]> => {
    const found = await resolve(addresses, collections)
    return found.map((one) => {
      if (one.kind === 'disabled' && one.refused) return one.refused
      if (one.kind !== 'accounts') return one.kind
      const targets = one.targets.map(({ account }) => logins.get(account) ?? account)
      const away = one.forwards.map(({ by, address }) => `${by}>${formatAddress(address)}`)
      return [...targets, ...away].join(' ').replaceAll('@example.test', '@')
    })
  }
  return {
    ...directory,
    directory,
    whereTo,
    async where(address: string): Promise<string> {
      return (await whereTo(address))[0] ?? ''
    },
    async account(login: string, more: Partial<AccountChange> = {}) {
      const account = await addAccount(change(login, more), registry, hasher)
      logins.set(account._id, login)
      return account
    },
    change: (login: string, more: Partial<AccountChange>) =>
      setAccount(change(login, more), registry, hasher),
    alias: (address: string, account: string, more: { reuse?: boolean; move?: boolean } = {}) =>
      addAddress({ address, account, reuse: false, move: false, ...more }, registry),
    group: (address: string, add: readonly string[], more: { reuse?: boolean } = {}) =>
      addGroup({ ...GROUP, address, add, ...more }, registry),
    members: (address: string, more: { add?: string[]; remove?: string[]; title?: string }) =>
      setGroup({ ...GROUP, address, ...more }, registry),
    domain: (name: string, more: Partial<DomainChange>) =>
      setDomain({ ...DOMAIN, name, tenant: '', ...more }, registry),
    async through(address: string): Promise<readonly string[]> {
      return (await resolve([address], collections))[0]?.through ?? []
    },
  }
}

const GROUP = { title: undefined, add: [], remove: [], reuse: false }
