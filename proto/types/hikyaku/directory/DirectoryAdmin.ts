// Original file: proto/directory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from '../../hikyaku/directory/Account.ts';
import type { AccountChange as _hikyaku_directory_AccountChange, AccountChange__Output as _hikyaku_directory_AccountChange__Output } from '../../hikyaku/directory/AccountChange.ts';
import type { AccountList as _hikyaku_directory_AccountList, AccountList__Output as _hikyaku_directory_AccountList__Output } from '../../hikyaku/directory/AccountList.ts';
import type { AddressEntry as _hikyaku_directory_AddressEntry, AddressEntry__Output as _hikyaku_directory_AddressEntry__Output } from '../../hikyaku/directory/AddressEntry.ts';
import type { AddressList as _hikyaku_directory_AddressList, AddressList__Output as _hikyaku_directory_AddressList__Output } from '../../hikyaku/directory/AddressList.ts';
import type { Domain as _hikyaku_directory_Domain, Domain__Output as _hikyaku_directory_Domain__Output } from '../../hikyaku/directory/Domain.ts';
import type { DomainList as _hikyaku_directory_DomainList, DomainList__Output as _hikyaku_directory_DomainList__Output } from '../../hikyaku/directory/DomainList.ts';
import type { Empty as _hikyaku_directory_Empty, Empty__Output as _hikyaku_directory_Empty__Output } from '../../hikyaku/directory/Empty.ts';
import type { ImportResult as _hikyaku_directory_ImportResult, ImportResult__Output as _hikyaku_directory_ImportResult__Output } from '../../hikyaku/directory/ImportResult.ts';
import type { ListRequest as _hikyaku_directory_ListRequest, ListRequest__Output as _hikyaku_directory_ListRequest__Output } from '../../hikyaku/directory/ListRequest.ts';
import type { NameRequest as _hikyaku_directory_NameRequest, NameRequest__Output as _hikyaku_directory_NameRequest__Output } from '../../hikyaku/directory/NameRequest.ts';
import type { Tenant as _hikyaku_directory_Tenant, Tenant__Output as _hikyaku_directory_Tenant__Output } from '../../hikyaku/directory/Tenant.ts';
import type { TenantList as _hikyaku_directory_TenantList, TenantList__Output as _hikyaku_directory_TenantList__Output } from '../../hikyaku/directory/TenantList.ts';

export interface DirectoryAdminClient extends grpc.Client {
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
  
  DeleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  DeleteDomain(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  deleteDomain(argument: _hikyaku_directory_NameRequest, callback: grpc.requestCallback<_hikyaku_directory_Empty__Output>): grpc.ClientUnaryCall;
  
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
  
  ListDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  ListDomains(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  listDomains(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_DomainList__Output>): grpc.ClientUnaryCall;
  
  ListTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  ListTenants(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  listTenants(argument: _hikyaku_directory_ListRequest, callback: grpc.requestCallback<_hikyaku_directory_TenantList__Output>): grpc.ClientUnaryCall;
  
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
  
}

export interface DirectoryAdminHandlers extends grpc.UntypedServiceImplementation {
  AddAccount: grpc.handleUnaryCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account>;
  
  AddAddress: grpc.handleUnaryCall<_hikyaku_directory_AddressEntry__Output, _hikyaku_directory_AddressEntry>;
  
  AddDomain: grpc.handleUnaryCall<_hikyaku_directory_Domain__Output, _hikyaku_directory_Domain>;
  
  AddTenant: grpc.handleUnaryCall<_hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant>;
  
  DeleteAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteAddress: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteDomain: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  DeleteTenant: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty>;
  
  ImportAccounts: grpc.handleBidiStreamingCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_ImportResult>;
  
  ListAccounts: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_AccountList>;
  
  ListAddresses: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_AddressList>;
  
  ListDomains: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_DomainList>;
  
  ListTenants: grpc.handleUnaryCall<_hikyaku_directory_ListRequest__Output, _hikyaku_directory_TenantList>;
  
  RestoreAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account>;
  
  SetAccount: grpc.handleUnaryCall<_hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account>;
  
  SetDomain: grpc.handleUnaryCall<_hikyaku_directory_Domain__Output, _hikyaku_directory_Domain>;
  
  SetTenant: grpc.handleUnaryCall<_hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant>;
  
  ShowAccount: grpc.handleUnaryCall<_hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account>;
  
}

export interface DirectoryAdminDefinition extends grpc.ServiceDefinition {
  AddAccount: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_Account, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account__Output>
  AddAddress: MethodDefinition<_hikyaku_directory_AddressEntry, _hikyaku_directory_AddressEntry, _hikyaku_directory_AddressEntry__Output, _hikyaku_directory_AddressEntry__Output>
  AddDomain: MethodDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain, _hikyaku_directory_Domain__Output, _hikyaku_directory_Domain__Output>
  AddTenant: MethodDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant__Output>
  DeleteAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteAddress: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteDomain: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  DeleteTenant: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Empty, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Empty__Output>
  ImportAccounts: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_ImportResult, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_ImportResult__Output>
  ListAccounts: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_AccountList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_AccountList__Output>
  ListAddresses: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_AddressList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_AddressList__Output>
  ListDomains: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_DomainList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_DomainList__Output>
  ListTenants: MethodDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_TenantList, _hikyaku_directory_ListRequest__Output, _hikyaku_directory_TenantList__Output>
  RestoreAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Account, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account__Output>
  SetAccount: MethodDefinition<_hikyaku_directory_AccountChange, _hikyaku_directory_Account, _hikyaku_directory_AccountChange__Output, _hikyaku_directory_Account__Output>
  SetDomain: MethodDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain, _hikyaku_directory_Domain__Output, _hikyaku_directory_Domain__Output>
  SetTenant: MethodDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output, _hikyaku_directory_Tenant__Output>
  ShowAccount: MethodDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_Account, _hikyaku_directory_NameRequest__Output, _hikyaku_directory_Account__Output>
}
