import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from './hikyaku/directory/Account.ts';
import type { AccountChange as _hikyaku_directory_AccountChange, AccountChange__Output as _hikyaku_directory_AccountChange__Output } from './hikyaku/directory/AccountChange.ts';
import type { AccountList as _hikyaku_directory_AccountList, AccountList__Output as _hikyaku_directory_AccountList__Output } from './hikyaku/directory/AccountList.ts';
import type { AddressEntry as _hikyaku_directory_AddressEntry, AddressEntry__Output as _hikyaku_directory_AddressEntry__Output } from './hikyaku/directory/AddressEntry.ts';
import type { AddressList as _hikyaku_directory_AddressList, AddressList__Output as _hikyaku_directory_AddressList__Output } from './hikyaku/directory/AddressList.ts';
import type { AddressSet as _hikyaku_directory_AddressSet, AddressSet__Output as _hikyaku_directory_AddressSet__Output } from './hikyaku/directory/AddressSet.ts';
import type { AdmissionClient as _hikyaku_directory_AdmissionClient, AdmissionDefinition as _hikyaku_directory_AdmissionDefinition } from './hikyaku/directory/Admission.ts';
import type { AdmitManyRequest as _hikyaku_directory_AdmitManyRequest, AdmitManyRequest__Output as _hikyaku_directory_AdmitManyRequest__Output } from './hikyaku/directory/AdmitManyRequest.ts';
import type { AdmitManyResponse as _hikyaku_directory_AdmitManyResponse, AdmitManyResponse__Output as _hikyaku_directory_AdmitManyResponse__Output } from './hikyaku/directory/AdmitManyResponse.ts';
import type { AdmitRequest as _hikyaku_directory_AdmitRequest, AdmitRequest__Output as _hikyaku_directory_AdmitRequest__Output } from './hikyaku/directory/AdmitRequest.ts';
import type { AdmitResponse as _hikyaku_directory_AdmitResponse, AdmitResponse__Output as _hikyaku_directory_AdmitResponse__Output } from './hikyaku/directory/AdmitResponse.ts';
import type { AuthenticateRequest as _hikyaku_directory_AuthenticateRequest, AuthenticateRequest__Output as _hikyaku_directory_AuthenticateRequest__Output } from './hikyaku/directory/AuthenticateRequest.ts';
import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from './hikyaku/directory/AuthenticateResponse.ts';
import type { CramMd5Request as _hikyaku_directory_CramMd5Request, CramMd5Request__Output as _hikyaku_directory_CramMd5Request__Output } from './hikyaku/directory/CramMd5Request.ts';
import type { DirectoryClient as _hikyaku_directory_DirectoryClient, DirectoryDefinition as _hikyaku_directory_DirectoryDefinition } from './hikyaku/directory/Directory.ts';
import type { DirectoryAdminClient as _hikyaku_directory_DirectoryAdminClient, DirectoryAdminDefinition as _hikyaku_directory_DirectoryAdminDefinition } from './hikyaku/directory/DirectoryAdmin.ts';
import type { DkimKey as _hikyaku_directory_DkimKey, DkimKey__Output as _hikyaku_directory_DkimKey__Output } from './hikyaku/directory/DkimKey.ts';
import type { DkimKeyList as _hikyaku_directory_DkimKeyList, DkimKeyList__Output as _hikyaku_directory_DkimKeyList__Output } from './hikyaku/directory/DkimKeyList.ts';
import type { DkimKeysRequest as _hikyaku_directory_DkimKeysRequest, DkimKeysRequest__Output as _hikyaku_directory_DkimKeysRequest__Output } from './hikyaku/directory/DkimKeysRequest.ts';
import type { Domain as _hikyaku_directory_Domain, Domain__Output as _hikyaku_directory_Domain__Output } from './hikyaku/directory/Domain.ts';
import type { DomainList as _hikyaku_directory_DomainList, DomainList__Output as _hikyaku_directory_DomainList__Output } from './hikyaku/directory/DomainList.ts';
import type { Empty as _hikyaku_directory_Empty, Empty__Output as _hikyaku_directory_Empty__Output } from './hikyaku/directory/Empty.ts';
import type { Forward as _hikyaku_directory_Forward, Forward__Output as _hikyaku_directory_Forward__Output } from './hikyaku/directory/Forward.ts';
import type { Group as _hikyaku_directory_Group, Group__Output as _hikyaku_directory_Group__Output } from './hikyaku/directory/Group.ts';
import type { GroupChange as _hikyaku_directory_GroupChange, GroupChange__Output as _hikyaku_directory_GroupChange__Output } from './hikyaku/directory/GroupChange.ts';
import type { GroupList as _hikyaku_directory_GroupList, GroupList__Output as _hikyaku_directory_GroupList__Output } from './hikyaku/directory/GroupList.ts';
import type { ImportResult as _hikyaku_directory_ImportResult, ImportResult__Output as _hikyaku_directory_ImportResult__Output } from './hikyaku/directory/ImportResult.ts';
import type { ListRequest as _hikyaku_directory_ListRequest, ListRequest__Output as _hikyaku_directory_ListRequest__Output } from './hikyaku/directory/ListRequest.ts';
import type { NameRequest as _hikyaku_directory_NameRequest, NameRequest__Output as _hikyaku_directory_NameRequest__Output } from './hikyaku/directory/NameRequest.ts';
import type { OutageKeys as _hikyaku_directory_OutageKeys, OutageKeys__Output as _hikyaku_directory_OutageKeys__Output } from './hikyaku/directory/OutageKeys.ts';
import type { Quota as _hikyaku_directory_Quota, Quota__Output as _hikyaku_directory_Quota__Output } from './hikyaku/directory/Quota.ts';
import type { Resolution as _hikyaku_directory_Resolution, Resolution__Output as _hikyaku_directory_Resolution__Output } from './hikyaku/directory/Resolution.ts';
import type { ResolveRequest as _hikyaku_directory_ResolveRequest, ResolveRequest__Output as _hikyaku_directory_ResolveRequest__Output } from './hikyaku/directory/ResolveRequest.ts';
import type { ResolveResponse as _hikyaku_directory_ResolveResponse, ResolveResponse__Output as _hikyaku_directory_ResolveResponse__Output } from './hikyaku/directory/ResolveResponse.ts';
import type { ScramFinishRequest as _hikyaku_directory_ScramFinishRequest, ScramFinishRequest__Output as _hikyaku_directory_ScramFinishRequest__Output } from './hikyaku/directory/ScramFinishRequest.ts';
import type { ScramFinishResponse as _hikyaku_directory_ScramFinishResponse, ScramFinishResponse__Output as _hikyaku_directory_ScramFinishResponse__Output } from './hikyaku/directory/ScramFinishResponse.ts';
import type { ScramStartRequest as _hikyaku_directory_ScramStartRequest, ScramStartRequest__Output as _hikyaku_directory_ScramStartRequest__Output } from './hikyaku/directory/ScramStartRequest.ts';
import type { ScramStartResponse as _hikyaku_directory_ScramStartResponse, ScramStartResponse__Output as _hikyaku_directory_ScramStartResponse__Output } from './hikyaku/directory/ScramStartResponse.ts';
import type { SendRates as _hikyaku_directory_SendRates, SendRates__Output as _hikyaku_directory_SendRates__Output } from './hikyaku/directory/SendRates.ts';
import type { SendingChange as _hikyaku_directory_SendingChange, SendingChange__Output as _hikyaku_directory_SendingChange__Output } from './hikyaku/directory/SendingChange.ts';
import type { SendingReport as _hikyaku_directory_SendingReport, SendingReport__Output as _hikyaku_directory_SendingReport__Output } from './hikyaku/directory/SendingReport.ts';
import type { SendingRequest as _hikyaku_directory_SendingRequest, SendingRequest__Output as _hikyaku_directory_SendingRequest__Output } from './hikyaku/directory/SendingRequest.ts';
import type { SendingRules as _hikyaku_directory_SendingRules, SendingRules__Output as _hikyaku_directory_SendingRules__Output } from './hikyaku/directory/SendingRules.ts';
import type { SigningKey as _hikyaku_directory_SigningKey, SigningKey__Output as _hikyaku_directory_SigningKey__Output } from './hikyaku/directory/SigningKey.ts';
import type { SigningKeysRequest as _hikyaku_directory_SigningKeysRequest, SigningKeysRequest__Output as _hikyaku_directory_SigningKeysRequest__Output } from './hikyaku/directory/SigningKeysRequest.ts';
import type { SigningKeysResponse as _hikyaku_directory_SigningKeysResponse, SigningKeysResponse__Output as _hikyaku_directory_SigningKeysResponse__Output } from './hikyaku/directory/SigningKeysResponse.ts';
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
      AddressSet: MessageTypeDefinition<_hikyaku_directory_AddressSet, _hikyaku_directory_AddressSet__Output>
      Admission: SubtypeConstructor<typeof grpc.Client, _hikyaku_directory_AdmissionClient> & { service: _hikyaku_directory_AdmissionDefinition }
      AdmitManyRequest: MessageTypeDefinition<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyRequest__Output>
      AdmitManyResponse: MessageTypeDefinition<_hikyaku_directory_AdmitManyResponse, _hikyaku_directory_AdmitManyResponse__Output>
      AdmitRequest: MessageTypeDefinition<_hikyaku_directory_AdmitRequest, _hikyaku_directory_AdmitRequest__Output>
      AdmitResponse: MessageTypeDefinition<_hikyaku_directory_AdmitResponse, _hikyaku_directory_AdmitResponse__Output>
      AuthenticateRequest: MessageTypeDefinition<_hikyaku_directory_AuthenticateRequest, _hikyaku_directory_AuthenticateRequest__Output>
      AuthenticateResponse: MessageTypeDefinition<_hikyaku_directory_AuthenticateResponse, _hikyaku_directory_AuthenticateResponse__Output>
      CramMd5Request: MessageTypeDefinition<_hikyaku_directory_CramMd5Request, _hikyaku_directory_CramMd5Request__Output>
      Directory: SubtypeConstructor<typeof grpc.Client, _hikyaku_directory_DirectoryClient> & { service: _hikyaku_directory_DirectoryDefinition }
      DirectoryAdmin: SubtypeConstructor<typeof grpc.Client, _hikyaku_directory_DirectoryAdminClient> & { service: _hikyaku_directory_DirectoryAdminDefinition }
      DkimKey: MessageTypeDefinition<_hikyaku_directory_DkimKey, _hikyaku_directory_DkimKey__Output>
      DkimKeyList: MessageTypeDefinition<_hikyaku_directory_DkimKeyList, _hikyaku_directory_DkimKeyList__Output>
      DkimKeysRequest: MessageTypeDefinition<_hikyaku_directory_DkimKeysRequest, _hikyaku_directory_DkimKeysRequest__Output>
      Domain: MessageTypeDefinition<_hikyaku_directory_Domain, _hikyaku_directory_Domain__Output>
      DomainList: MessageTypeDefinition<_hikyaku_directory_DomainList, _hikyaku_directory_DomainList__Output>
      Empty: MessageTypeDefinition<_hikyaku_directory_Empty, _hikyaku_directory_Empty__Output>
      Forward: MessageTypeDefinition<_hikyaku_directory_Forward, _hikyaku_directory_Forward__Output>
      Group: MessageTypeDefinition<_hikyaku_directory_Group, _hikyaku_directory_Group__Output>
      GroupChange: MessageTypeDefinition<_hikyaku_directory_GroupChange, _hikyaku_directory_GroupChange__Output>
      GroupList: MessageTypeDefinition<_hikyaku_directory_GroupList, _hikyaku_directory_GroupList__Output>
      ImportResult: MessageTypeDefinition<_hikyaku_directory_ImportResult, _hikyaku_directory_ImportResult__Output>
      ListRequest: MessageTypeDefinition<_hikyaku_directory_ListRequest, _hikyaku_directory_ListRequest__Output>
      NameRequest: MessageTypeDefinition<_hikyaku_directory_NameRequest, _hikyaku_directory_NameRequest__Output>
      OutageKeys: MessageTypeDefinition<_hikyaku_directory_OutageKeys, _hikyaku_directory_OutageKeys__Output>
      Quota: MessageTypeDefinition<_hikyaku_directory_Quota, _hikyaku_directory_Quota__Output>
      Resolution: MessageTypeDefinition<_hikyaku_directory_Resolution, _hikyaku_directory_Resolution__Output>
      ResolveRequest: MessageTypeDefinition<_hikyaku_directory_ResolveRequest, _hikyaku_directory_ResolveRequest__Output>
      ResolveResponse: MessageTypeDefinition<_hikyaku_directory_ResolveResponse, _hikyaku_directory_ResolveResponse__Output>
      ScramFinishRequest: MessageTypeDefinition<_hikyaku_directory_ScramFinishRequest, _hikyaku_directory_ScramFinishRequest__Output>
      ScramFinishResponse: MessageTypeDefinition<_hikyaku_directory_ScramFinishResponse, _hikyaku_directory_ScramFinishResponse__Output>
      ScramStartRequest: MessageTypeDefinition<_hikyaku_directory_ScramStartRequest, _hikyaku_directory_ScramStartRequest__Output>
      ScramStartResponse: MessageTypeDefinition<_hikyaku_directory_ScramStartResponse, _hikyaku_directory_ScramStartResponse__Output>
      SendRates: MessageTypeDefinition<_hikyaku_directory_SendRates, _hikyaku_directory_SendRates__Output>
      SendingChange: MessageTypeDefinition<_hikyaku_directory_SendingChange, _hikyaku_directory_SendingChange__Output>
      SendingReport: MessageTypeDefinition<_hikyaku_directory_SendingReport, _hikyaku_directory_SendingReport__Output>
      SendingRequest: MessageTypeDefinition<_hikyaku_directory_SendingRequest, _hikyaku_directory_SendingRequest__Output>
      SendingRules: MessageTypeDefinition<_hikyaku_directory_SendingRules, _hikyaku_directory_SendingRules__Output>
      SigningKey: MessageTypeDefinition<_hikyaku_directory_SigningKey, _hikyaku_directory_SigningKey__Output>
      SigningKeysRequest: MessageTypeDefinition<_hikyaku_directory_SigningKeysRequest, _hikyaku_directory_SigningKeysRequest__Output>
      SigningKeysResponse: MessageTypeDefinition<_hikyaku_directory_SigningKeysResponse, _hikyaku_directory_SigningKeysResponse__Output>
      Target: MessageTypeDefinition<_hikyaku_directory_Target, _hikyaku_directory_Target__Output>
      Tenant: MessageTypeDefinition<_hikyaku_directory_Tenant, _hikyaku_directory_Tenant__Output>
      TenantList: MessageTypeDefinition<_hikyaku_directory_TenantList, _hikyaku_directory_TenantList__Output>
    }
  }
}

