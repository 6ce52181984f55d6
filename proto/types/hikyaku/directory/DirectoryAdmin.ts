// Original file: proto/directory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from '../../hikyaku/directory/Account.ts';
import type { AccountChange as _hikyaku_directory_AccountChange, AccountChange__Output as _hikyaku_directory_AccountChange__Output } from '../../hikyaku/directory/AccountChange.ts';
import type { AccountList as _hikyaku_directory_AccountList, AccountList__Output as _hikyaku_directory_AccountList__Output } from '../../hikyaku/directory/AccountList.ts';
import type { AddressEntry as _hikyaku_directory_AddressEntry, AddressEntry__Output as _hikyaku_directory_AddressEntry__Output } from '../../hikyaku/directory/AddressEntry.ts';
import type { AddressList as _hikyaku_directory_AddressList, AddressList__Output as _hikyaku_directory_AddressList__Output } from '../../hikyaku/directory/AddressList.ts';
import type { DkimKeyList as _hikyaku_directory_DkimKeyList, DkimKeyList__Output as _hikyaku_directory_DkimKeyList__Output } from '../../hikyaku/directory/DkimKeyList.ts';
import type { DkimKeysRequest as _hikyaku_directory_DkimKeysRequest, DkimKeysRequest__Output as _hikyaku_directory_DkimKeysRequest__Output } from '../../hikyaku/directory/DkimKeysRequest.ts';
import type { Domain as _hikyaku_directory_Domain, Domain__Output as _hikyaku_directory_Domain__Output } from '../../hikyaku/directory/Domain.ts';
import type { DomainList as _hikyaku_directory_DomainList, DomainList__Output as _hikyaku_directory_DomainList__Output } from '../../hikyaku/directory/DomainList.ts';
import type { Empty as _hikyaku_directory_Empty, Empty__Output as _hikyaku_directory_Empty__Output } from '../../hikyaku/directory/Empty.ts';
import type { Group as _hikyaku_directory_Group, Group__Output as _hikyaku_directory_Group__Output } from '../../hikyaku/directory/Group.ts';
import type { GroupChange as _hikyaku_directory_GroupChange, GroupChange__Output as _hikyaku_directory_GroupChange__Output } from '../../hikyaku/directory/GroupChange.ts';
import type { GroupList as _hikyaku_directory_GroupList, GroupList__Output as _hikyaku_directory_GroupList__Output } from '../../hikyaku/directory/GroupList.ts';
import type { ImportResult as _hikyaku_directory_ImportResult, ImportResult__Output as _hikyaku_directory_ImportResult__Output } from '../../hikyaku/directory/ImportResult.ts';
import type { ListRequest as _hikyaku_directory_ListRequest, ListRequest__Output as _hikyaku_directory_ListRequest__Output } from '../../hikyaku/directory/ListRequest.ts';
import type { NameRequest as _hikyaku_directory_NameRequest, NameRequest__Output as _hikyaku_directory_NameRequest__Output } from '../../hikyaku/directory/NameRequest.ts';
import type { SendingChange as _hikyaku_directory_SendingChange, SendingChange__Output as _hikyaku_directory_SendingChange__Output } from '../../hikyaku/directory/SendingChange.ts';
import type { SendingReport as _hikyaku_directory_SendingReport, SendingReport__Output as _hikyaku_directory_SendingReport__Output } from '../../hikyaku/directory/SendingReport.ts';
import type { SendingRequest as _hikyaku_directory_SendingRequest, SendingRequest__Output as _hikyaku_directory_SendingRequest__Output } from '../../hikyaku/directory/SendingRequest.ts';
import type { Tenant as _hikyaku_directory_Tenant, Tenant__Output as _hikyaku_directory_Tenant__Output } from '../../hikyaku/directory/Tenant.ts';
import type { TenantList as _hikyaku_directory_TenantList, TenantList__Output as _hikyaku_directory_TenantList__Output } from '../../hikyaku/directory/TenantList.ts';

export interface DirectoryAdminClient extends grpc.Client {
  ActivateDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ActivateDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ActivateDkimKeys(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ActivateDkimKeys(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  activateDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  activateDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  activateDkimKeys(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  activateDkimKeys(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  
  AddAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  AddAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  AddAccount(argument: _hikyaku_directory_AccountChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  AddAccount(argument: _hikyaku_directory_AccountChange, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  addAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  addAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  addAccount(argument: _hikyaku_directory_AccountChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  addAccount(argument: _hikyaku_directory_AccountChange, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  
  AddAddress(argument: _hikyaku_directory_AddressEntry, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  AddAddress(argument: _hikyaku_directory_AddressEntry, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  AddAddress(argument: _hikyaku_directory_AddressEntry, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  AddAddress(argument: _hikyaku_directory_AddressEntry, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  addAddress(argument: _hikyaku_directory_AddressEntry, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  addAddress(argument: _hikyaku_directory_AddressEntry, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  addAddress(argument: _hikyaku_directory_AddressEntry, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  addAddress(argument: _hikyaku_directory_AddressEntry, callback: grpc.requestCallback<_hikyaku_directory_AddressEntry__Output>): grpc.ClientUnaryCall;
  
  AddDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  AddDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  AddDomain(argument: _hikyaku_directory_Domain, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  AddDomain(argument: _hikyaku_directory_Domain, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  addDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  addDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  addDomain(argument: _hikyaku_directory_Domain, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  addDomain(argument: _hikyaku_directory_Domain, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  
  AddGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  AddGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  AddGroup(argument: _hikyaku_directory_GroupChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  AddGroup(argument: _hikyaku_directory_GroupChange, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  addGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  addGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  addGroup(argument: _hikyaku_directory_GroupChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  addGroup(argument: _hikyaku_directory_GroupChange, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  
  AddTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  AddTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  AddTenant(argument: _hikyaku_directory_Tenant, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  AddTenant(argument: _hikyaku_directory_Tenant, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  addTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  addTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  addTenant(argument: _hikyaku_directory_Tenant, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  addTenant(argument: _hikyaku_directory_Tenant, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  
  DeleteAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  DeleteAddress(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAddress(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAddress(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteAddress(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAddress(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAddress(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAddress(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteAddress(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  DeleteDkimKey(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDkimKey(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDkimKey(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDkimKey(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDkimKey(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDkimKey(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDkimKey(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDkimKey(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  DeleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  DeleteGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteGroup(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteGroup(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteGroup(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteGroup(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  DeleteTenant(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteTenant(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteTenant(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteTenant(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteTenant(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteTenant(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteTenant(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteTenant(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
  ImportAccounts(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult__Output>;
  ImportAccounts(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult__Output>;
  importAccounts(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult__Output>;
  importAccounts(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult__Output>;
  
  ListAccounts(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  ListAccounts(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  listAccounts(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_AccountList__Output>): grpc.ClientUnaryCall;
  
  ListAddresses(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  ListAddresses(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  ListAddresses(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  ListAddresses(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  listAddresses(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  listAddresses(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  listAddresses(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  listAddresses(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_AddressList__Output>): grpc.ClientUnaryCall;
  
  ListDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ListDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ListDkimKeys(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  ListDkimKeys(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  listDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  listDkimKeys(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  listDkimKeys(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  listDkimKeys(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  
  ListDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  
  ListGroups(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  ListGroups(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  listGroups(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_GroupList__Output>): grpc.ClientUnaryCall;
  
  ListTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  
  MakeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  MakeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  MakeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  MakeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  makeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  makeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  makeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  makeDkimKeys(argument: _hikyaku_directory_DkimKeysRequest, callback: grpc.requestCallback<_hikyaku_directory_DkimKeyList__Output>): grpc.ClientUnaryCall;
  
  RestoreAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  RestoreAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  RestoreAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  RestoreAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  restoreAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  restoreAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  restoreAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  restoreAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  
  SetAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  SetAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  SetAccount(argument: _hikyaku_directory_AccountChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  SetAccount(argument: _hikyaku_directory_AccountChange, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  setAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  setAccount(argument: _hikyaku_directory_AccountChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  setAccount(argument: _hikyaku_directory_AccountChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  setAccount(argument: _hikyaku_directory_AccountChange, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  
  SetDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  SetDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  SetDomain(argument: _hikyaku_directory_Domain, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  SetDomain(argument: _hikyaku_directory_Domain, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  setDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  setDomain(argument: _hikyaku_directory_Domain, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  setDomain(argument: _hikyaku_directory_Domain, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  setDomain(argument: _hikyaku_directory_Domain, callback: grpc.requestCallback<_hikyaku_directory_Domain__Output>): grpc.ClientUnaryCall;
  
  SetGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  SetGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  SetGroup(argument: _hikyaku_directory_GroupChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  SetGroup(argument: _hikyaku_directory_GroupChange, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  setGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  setGroup(argument: _hikyaku_directory_GroupChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  setGroup(argument: _hikyaku_directory_GroupChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  setGroup(argument: _hikyaku_directory_GroupChange, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  
  SetSending(argument: _hikyaku_directory_SendingChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  SetSending(argument: _hikyaku_directory_SendingChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  SetSending(argument: _hikyaku_directory_SendingChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  SetSending(argument: _hikyaku_directory_SendingChange, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  setSending(argument: _hikyaku_directory_SendingChange, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  setSending(argument: _hikyaku_directory_SendingChange, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  setSending(argument: _hikyaku_directory_SendingChange, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  setSending(argument: _hikyaku_directory_SendingChange, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  
  SetTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  SetTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  SetTenant(argument: _hikyaku_directory_Tenant, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  SetTenant(argument: _hikyaku_directory_Tenant, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  setTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  setTenant(argument: _hikyaku_directory_Tenant, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  setTenant(argument: _hikyaku_directory_Tenant, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  setTenant(argument: _hikyaku_directory_Tenant, callback: grpc.requestCallback<_hikyaku_directory_Tenant__Output>): grpc.ClientUnaryCall;
  
  ShowAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  ShowAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  ShowAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  ShowAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  showAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  showAccount(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  showAccount(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  showAccount(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Account__Output>): grpc.ClientUnaryCall;
  
  ShowGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  ShowGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  ShowGroup(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  ShowGroup(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  showGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  showGroup(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  showGroup(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  showGroup(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Group__Output>): grpc.ClientUnaryCall;
  
  ShowSending(argument: _hikyaku_directory_SendingRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  ShowSending(argument: _hikyaku_directory_SendingRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  ShowSending(argument: _hikyaku_directory_SendingRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  ShowSending(argument: _hikyaku_directory_SendingRequest, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  showSending(argument: _hikyaku_directory_SendingRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  showSending(argument: _hikyaku_directory_SendingRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  showSending(argument: _hikyaku_directory_SendingRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  showSending(argument: _hikyaku_directory_SendingRequest, callback: grpc.requestCallback<_hikyaku_directory_SendingReport__Output>): grpc.ClientUnaryCall;
  
}

export interface DirectoryAdminHandlers extends grpc.UntypedServiceImplementation {
  ActivateDkimKeys: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_DkimKeyList>;
  
  AddAccount: grpc.handleUnaryCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account>;
  
  AddAddress: grpc.handleUnaryCall<_hikyaku_directory_AddressEntry__Output, _hikyaku_directory_AddressEntry>;
  
  AddDomain: grpc.handleUnaryCall<_hikyaku_directory_Domain__Output, _hikyaku_directory_Domain>;
  
  AddGroup: grpc.handleUnaryCall<_hikyaku_directory_GroupChange__Output, _hikyaku_directory_Group>;
  
  AddTenant: grpc.handleUnaryCall<_hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant>;
  
  DeleteAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteAddress: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteDkimKey: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteDomain: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteGroup: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteTenant: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  ImportAccounts: grpc.handleBidiStreamingCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_ImportResult>;
  
  ListAccounts: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_AccountList>;
  
  ListAddresses: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_AddressList>;
  
  ListDkimKeys: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_DkimKeyList>;
  
  ListDomains: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_DomainList>;
  
  ListGroups: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_GroupList>;
  
  ListTenants: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_TenantList>;
  
  MakeDkimKeys: grpc.handleUnaryCall<_hikyaku_directory_DkimKeysRequest__Output, _hikyaku_directory_DkimKeyList>;
  
  RestoreAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account>;
  
  SetAccount: grpc.handleUnaryCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account>;
  
  SetDomain: grpc.handleUnaryCall<_hikyaku_directory_Domain__Output, _hikyaku_directory_Domain>;
  
  SetGroup: grpc.handleUnaryCall<_hikyaku_directory_GroupChange__Output, _hikyaku_directory_Group>;
  
  SetSending: grpc.handleUnaryCall<_hikyaku_directory_SendingChange__Output, _hikyaku_directory_SendingReport>;
  
  SetTenant: grpc.handleUnaryCall<_hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant>;
  
  ShowAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account>;
  
  ShowGroup: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Group>;
  
  ShowSending: grpc.handleUnaryCall<_hikyaku_directory_SendingRequest__Output, _hikyaku_directory_SendingReport>;
  
}

export interface DirectoryAdminDefinition extends grpc.ServiceDefinition {
  ActivateDkimKeys: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_DkimKeyList, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_DkimKeyList__Output>
  AddAccount: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_Account, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account__Output>
  AddAddress: MethodDefinition<_hikyaku_directory_AddressEntry, _hikyaku_directory_AddressEntry, _hikyaku_directory_AddressEntry__Output, _hikyaku_directory_AddressEntry__Output>
  AddDomain: MethodDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain, _hikyaku_directory_Domain__Output, _hikyaku_directory_Domain__Output>
  AddGroup: MethodDefinition<_hikyaku_directory_GroupChange, _hikyaku_directory_Group, _hikyaku_directory_GroupChange__Output, _hikyaku_directory_Group__Output>
  AddTenant: MethodDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant__Output>
  DeleteAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteAddress: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteDkimKey: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteDomain: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteGroup: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteTenant: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  ImportAccounts: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_ImportResult__Output>
  ListAccounts: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_AccountList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_AccountList__Output>
  ListAddresses: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_AddressList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_AddressList__Output>
  ListDkimKeys: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_DkimKeyList, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_DkimKeyList__Output>
  ListDomains: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_DomainList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_DomainList__Output>
  ListGroups: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_GroupList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_GroupList__Output>
  ListTenants: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_TenantList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_TenantList__Output>
  MakeDkimKeys: MethodDefinition<_hikyaku_directory_DkimKeysRequest, _hikyaku_directory_DkimKeyList, _hikyaku_directory_DkimKeysRequest__Output, _hikyaku_directory_DkimKeyList__Output>
  RestoreAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Account, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account__Output>
  SetAccount: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_Account, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account__Output>
  SetDomain: MethodDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain, _hikyaku_directory_Domain__Output, _hikyaku_directory_Domain__Output>
  SetGroup: MethodDefinition<_hikyaku_directory_GroupChange, _hikyaku_directory_Group, _hikyaku_directory_GroupChange__Output, _hikyaku_directory_Group__Output>
  SetSending: MethodDefinition<_hikyaku_directory_SendingChange, _hikyaku_directory_SendingReport, _hikyaku_directory_SendingChange__Output, _hikyaku_directory_SendingReport__Output>
  SetTenant: MethodDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant__Output>
  ShowAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Account, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account__Output>
  ShowGroup: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Group, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Group__Output>
  ShowSending: MethodDefinition<_hikyaku_directory_SendingRequest, _hikyaku_directory_SendingReport, _hikyaku_directory_SendingRequest__Output, _hikyaku_directory_SendingReport__Output>
}
