import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from './hikyaku/directory/Account.ts';
import type { AccountChange as _hikyaku_directory_AccountChange, AccountChange__Output as _hikyaku_directory_AccountChange__Output } from './hikyaku/directory/AccountChange.ts';
import type { AccountList as _hikyaku_directory_AccountList, AccountList__Output as _hikyaku_directory_AccountList__Output } from './hikyaku/directory/AccountList.ts';
import type { AddressEntry as _hikyaku_directory_AddressEntry, AddressEntry__Output as _hikyaku_directory_AddressEntry__Output } from './hikyaku/directory/AddressEntry.ts';
import type { AddressList as _hikyaku_directory_AddressList, AddressList__Output as _hikyaku_directory_AddressList__Output } from './hikyaku/directory/AddressList.ts';
import type { AuthenticateRequest as _hikyaku_directory_AuthenticateRequest, AuthenticateRequest__Output as _hikyaku_directory_AuthenticateRequest__Output } from './hikyaku/directory/AuthenticateRequest.ts';
import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from './hikyaku/directory/AuthenticateResponse.ts';
import type { DirectoryClient as _hikyaku_directory_DirectoryClient, DirectoryDefinition as _hikyaku_directory_DirectoryDefinition } from './hikyaku/directory/Directory.ts';
import type { DirectoryAdminClient as _hikyaku_directory_DirectoryAdminClient, DirectoryAdminDefinition as _hikyaku_directory_DirectoryAdminDefinition } from './hikyaku/directory/DirectoryAdmin.ts';
import type { Domain as _hikyaku_directory_Domain, Domain__Output as _hikyaku_directory_Domain__Output } from './hikyaku/directory/Domain.ts';
import type { DomainList as _hikyaku_directory_DomainList, DomainList__Output as _hikyaku_directory_DomainList__Output } from './hikyaku/directory/DomainList.ts';
import type { Empty as _hikyaku_directory_Empty, Empty__Output as _hikyaku_directory_Empty__Output } from './hikyaku/directory/Empty.ts';
import type { ImportResult as _hikyaku_directory_ImportResult, ImportResult__Output as _hikyaku_directory_ImportResult__Output } from './hikyaku/directory/ImportResult.ts';
import type { ListRequest as _hikyaku_directory_ListRequest, ListRequest__Output as _hikyaku_directory_ListRequest__Output } from './hikyaku/directory/ListRequest.ts';
import type { NameRequest as _hikyaku_directory_NameRequest, NameRequest__Output as _hikyaku_directory_NameRequest__Output } from './hikyaku/directory/NameRequest.ts';
import type { Quota as _hikyaku_directory_Quota, Quota__Output as _hikyaku_directory_Quota__Output } from './hikyaku/directory/Quota.ts';
import type { Resolution as _hikyaku_directory_Resolution, Resolution__Output as _hikyaku_directory_Resolution__Output } from './hikyaku/directory/Resolution.ts';
import type { ResolveRequest as _hikyaku_directory_ResolveRequest, ResolveRequest__Output as _hikyaku_directory_ResolveRequest__Output } from './hikyaku/directory/ResolveRequest.ts';
import type { ResolveResponse as _hikyaku_directory_ResolveResponse, ResolveResponse__Output as _hikyaku_directory_ResolveResponse__Output } from './hikyaku/directory/ResolveResponse.ts';
import type { Target as _hikyaku_directory_Target, Target__Output as _hikyaku_directory_Target__Output } from './hikyaku/directory/Target.ts';
import type { Tenant as _hikyaku_directory_Tenant, Tenant__Output as _hikyaku_directory_Tenant__Output } from './hikyaku/directory/Tenant.ts';
import type { TenantList as _hikyaku_directory_TenantList, TenantList__Output as _hikyaku_directory_TenantList__Output } from './hikyaku/directory/TenantList.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hikyaku: {
    directory: {
      Account: MessageTypeDefinition<_hikyaku_directory_Account, _hikyaku_directory_Account__Output>
      AccountChange: MessageTypeDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_AccountChange__Output>
      AccountList: MessageTypeDefinition<_hikyaku_directory_AccountList, _hikyaku_directory_AccountList__Output>
      AddressEntry: MessageTypeDefinition<_hikyaku_directory_AddressEntry, _hikyaku_directory_AddressEntry__Output>
      AddressList: MessageTypeDefinition<_hikyaku_directory_AddressList, _hikyaku_directory_AddressList__Output>
      AuthenticateRequest: MessageTypeDefinition<_hikyaku_directory_AuthenticateRequest, _hikyaku_directory_AuthenticateRequest__Output>
      AuthenticateResponse: MessageTypeDefinition<_hikyaku_directory_AuthenticateResponse, _hikyaku_directory_AuthenticateResponse__Output>
      Directory: SubtypeConstructor<typeof grpc.Client, _hikyaku_directory_DirectoryClient> & { service: _hikyaku_directory_DirectoryDefinition }
      DirectoryAdmin: SubtypeConstructor<typeof grpc.Client, _hikyaku_directory_DirectoryAdminClient> & { service: _hikyaku_directory_DirectoryAdminDefinition }
      Domain: MessageTypeDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain__Output>
      DomainList: MessageTypeDefinition<_hikyaku_directory_DomainList, _hikyaku_directory_DomainList__Output>
      Empty: MessageTypeDefinition<_hikyaku_directory_Empty, _hikyaku_directory_Empty__Output>
      ImportResult: MessageTypeDefinition<_hikyaku_directory_ImportResult, _hikyaku_directory_ImportResult__Output>
      ListRequest: MessageTypeDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_ListRequest__Output>
      NameRequest: MessageTypeDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_NameRequest__Output>
      Quota: MessageTypeDefinition<_hikyaku_directory_Quota, _hikyaku_directory_Quota__Output>
      Resolution: MessageTypeDefinition<_hikyaku_directory_Resolution, _hikyaku_directory_Resolution__Output>
      ResolveRequest: MessageTypeDefinition<_hikyaku_directory_ResolveRequest, _hikyaku_directory_ResolveRequest__Output>
      ResolveResponse: MessageTypeDefinition<_hikyaku_directory_ResolveResponse, _hikyaku_directory_ResolveResponse__Output>
      Target: MessageTypeDefinition<_hikyaku_directory_Target, _hikyaku_directory_Target__Output>
      Tenant: MessageTypeDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output>
      TenantList: MessageTypeDefinition<_hikyaku_directory_TenantList, _hikyaku_directory_TenantList__Output>
    }
  }
}

