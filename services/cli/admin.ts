/** What the commands ask of the directory and of the mailbox-store: the part of each that they use. */

import type { Account__Output } from '#proto/types/hikyaku/directory/Account.ts'
import type { AccountChange } from '#proto/types/hikyaku/directory/AccountChange.ts'
import type { AccountList__Output } from '#proto/types/hikyaku/directory/AccountList.ts'
import type {
  AddressEntry,
  AddressEntry__Output,
} from '#proto/types/hikyaku/directory/AddressEntry.ts'
import type { AddressList__Output } from '#proto/types/hikyaku/directory/AddressList.ts'
import type { DkimKeyList__Output } from '#proto/types/hikyaku/directory/DkimKeyList.ts'
import type { DkimKeysRequest } from '#proto/types/hikyaku/directory/DkimKeysRequest.ts'
import type { Domain, Domain__Output } from '#proto/types/hikyaku/directory/Domain.ts'
import type { DomainList__Output } from '#proto/types/hikyaku/directory/DomainList.ts'
import type { Group__Output } from '#proto/types/hikyaku/directory/Group.ts'
import type { GroupChange } from '#proto/types/hikyaku/directory/GroupChange.ts'
import type { GroupList__Output } from '#proto/types/hikyaku/directory/GroupList.ts'
import type { ListRequest } from '#proto/types/hikyaku/directory/ListRequest.ts'
import type { NameRequest } from '#proto/types/hikyaku/directory/NameRequest.ts'
import type { SendingChange } from '#proto/types/hikyaku/directory/SendingChange.ts'
import type { SendingReport__Output } from '#proto/types/hikyaku/directory/SendingReport.ts'
import type { SendingRequest } from '#proto/types/hikyaku/directory/SendingRequest.ts'
import type { Tenant, Tenant__Output } from '#proto/types/hikyaku/directory/Tenant.ts'
import type { TenantList__Output } from '#proto/types/hikyaku/directory/TenantList.ts'
import type { UsageRequest } from '#proto/types/hikyaku/mailbox_store/UsageRequest.ts'
import type { UsageResponse__Output } from '#proto/types/hikyaku/mailbox_store/UsageResponse.ts'

/** What the commands ask of the mailbox-store. */
export interface StoreCalls {
  usage: Call<UsageRequest, UsageResponse__Output>
}

type Call<Request, Response> = (request: Request) => Promise<Response>

export interface Admin {
  addTenant: Call<Tenant, Tenant__Output>
  listTenants: Call<ListRequest, TenantList__Output>
  setTenant: Call<Tenant, Tenant__Output>
  deleteTenant: Call<NameRequest, unknown>

  addDomain: Call<Domain, Domain__Output>
  listDomains: Call<ListRequest, DomainList__Output>
  setDomain: Call<Domain, Domain__Output>
  deleteDomain: Call<NameRequest, unknown>

  addAccount: Call<AccountChange, Account__Output>
  listAccounts: Call<ListRequest, AccountList__Output>
  showAccount: Call<NameRequest, Account__Output>
  setAccount: Call<AccountChange, Account__Output>
  deleteAccount: Call<NameRequest, unknown>
  restoreAccount: Call<NameRequest, Account__Output>

  addAddress: Call<AddressEntry, AddressEntry__Output>
  listAddresses: Call<ListRequest, AddressList__Output>
  deleteAddress: Call<NameRequest, unknown>

  addGroup: Call<GroupChange, Group__Output>
  listGroups: Call<ListRequest, GroupList__Output>
  showGroup: Call<NameRequest, Group__Output>
  setGroup: Call<GroupChange, Group__Output>
  deleteGroup: Call<NameRequest, unknown>

  listDkimKeys: Call<NameRequest, DkimKeyList__Output>
  makeDkimKeys: Call<DkimKeysRequest, DkimKeyList__Output>
  activateDkimKeys: Call<NameRequest, DkimKeyList__Output>
  deleteDkimKey: Call<NameRequest, unknown>

  showSending: Call<SendingRequest, SendingReport__Output>
  setSending: Call<SendingChange, SendingReport__Output>
}

/** Items that come all at once, as the only page. */
export async function* onePage<Item>(items: readonly Item[]): AsyncIterable<readonly Item[]> {
  yield items
}

/** All items of a list, a page at a time. */
export async function* pages<Item>(
  ask: (after: string) => Promise<{ readonly items: readonly Item[]; readonly next: string }>,
): AsyncIterable<readonly Item[]> {
  let after = ''
  do {
    const page = await ask(after)
    yield page.items
    after = page.next
  } while (after !== '')
}
