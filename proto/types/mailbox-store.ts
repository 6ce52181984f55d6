import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { AppendBatchResponse as _hikyaku_mailbox_store_AppendBatchResponse, AppendBatchResponse__Output as _hikyaku_mailbox_store_AppendBatchResponse__Output } from './hikyaku/mailbox_store/AppendBatchResponse.ts';
import type { AppendManyRequest as _hikyaku_mailbox_store_AppendManyRequest, AppendManyRequest__Output as _hikyaku_mailbox_store_AppendManyRequest__Output } from './hikyaku/mailbox_store/AppendManyRequest.ts';
import type { AppendManyResponse as _hikyaku_mailbox_store_AppendManyResponse, AppendManyResponse__Output as _hikyaku_mailbox_store_AppendManyResponse__Output } from './hikyaku/mailbox_store/AppendManyResponse.ts';
import type { AppendPiece as _hikyaku_mailbox_store_AppendPiece, AppendPiece__Output as _hikyaku_mailbox_store_AppendPiece__Output } from './hikyaku/mailbox_store/AppendPiece.ts';
import type { AppendRequest as _hikyaku_mailbox_store_AppendRequest, AppendRequest__Output as _hikyaku_mailbox_store_AppendRequest__Output } from './hikyaku/mailbox_store/AppendRequest.ts';
import type { AppendResponse as _hikyaku_mailbox_store_AppendResponse, AppendResponse__Output as _hikyaku_mailbox_store_AppendResponse__Output } from './hikyaku/mailbox_store/AppendResponse.ts';
import type { Bytes as _hikyaku_mailbox_store_Bytes, Bytes__Output as _hikyaku_mailbox_store_Bytes__Output } from './hikyaku/mailbox_store/Bytes.ts';
import type { ChangesRequest as _hikyaku_mailbox_store_ChangesRequest, ChangesRequest__Output as _hikyaku_mailbox_store_ChangesRequest__Output } from './hikyaku/mailbox_store/ChangesRequest.ts';
import type { ChangesResponse as _hikyaku_mailbox_store_ChangesResponse, ChangesResponse__Output as _hikyaku_mailbox_store_ChangesResponse__Output } from './hikyaku/mailbox_store/ChangesResponse.ts';
import type { CheckFinding as _hikyaku_mailbox_store_CheckFinding, CheckFinding__Output as _hikyaku_mailbox_store_CheckFinding__Output } from './hikyaku/mailbox_store/CheckFinding.ts';
import type { CheckProgress as _hikyaku_mailbox_store_CheckProgress, CheckProgress__Output as _hikyaku_mailbox_store_CheckProgress__Output } from './hikyaku/mailbox_store/CheckProgress.ts';
import type { CheckReport as _hikyaku_mailbox_store_CheckReport, CheckReport__Output as _hikyaku_mailbox_store_CheckReport__Output } from './hikyaku/mailbox_store/CheckReport.ts';
import type { CheckRequest as _hikyaku_mailbox_store_CheckRequest, CheckRequest__Output as _hikyaku_mailbox_store_CheckRequest__Output } from './hikyaku/mailbox_store/CheckRequest.ts';
import type { CollectReport as _hikyaku_mailbox_store_CollectReport, CollectReport__Output as _hikyaku_mailbox_store_CollectReport__Output } from './hikyaku/mailbox_store/CollectReport.ts';
import type { CollectRequest as _hikyaku_mailbox_store_CollectRequest, CollectRequest__Output as _hikyaku_mailbox_store_CollectRequest__Output } from './hikyaku/mailbox_store/CollectRequest.ts';
import type { CopyRequest as _hikyaku_mailbox_store_CopyRequest, CopyRequest__Output as _hikyaku_mailbox_store_CopyRequest__Output } from './hikyaku/mailbox_store/CopyRequest.ts';
import type { CopyResponse as _hikyaku_mailbox_store_CopyResponse, CopyResponse__Output as _hikyaku_mailbox_store_CopyResponse__Output } from './hikyaku/mailbox_store/CopyResponse.ts';
import type { CreateMailboxRequest as _hikyaku_mailbox_store_CreateMailboxRequest, CreateMailboxRequest__Output as _hikyaku_mailbox_store_CreateMailboxRequest__Output } from './hikyaku/mailbox_store/CreateMailboxRequest.ts';
import type { DayRange as _hikyaku_mailbox_store_DayRange, DayRange__Output as _hikyaku_mailbox_store_DayRange__Output } from './hikyaku/mailbox_store/DayRange.ts';
import type { DeleteMailboxRequest as _hikyaku_mailbox_store_DeleteMailboxRequest, DeleteMailboxRequest__Output as _hikyaku_mailbox_store_DeleteMailboxRequest__Output } from './hikyaku/mailbox_store/DeleteMailboxRequest.ts';
import type { Empty as _hikyaku_mailbox_store_Empty, Empty__Output as _hikyaku_mailbox_store_Empty__Output } from './hikyaku/mailbox_store/Empty.ts';
import type { Envelope as _hikyaku_mailbox_store_Envelope, Envelope__Output as _hikyaku_mailbox_store_Envelope__Output } from './hikyaku/mailbox_store/Envelope.ts';
import type { EnvelopeAddress as _hikyaku_mailbox_store_EnvelopeAddress, EnvelopeAddress__Output as _hikyaku_mailbox_store_EnvelopeAddress__Output } from './hikyaku/mailbox_store/EnvelopeAddress.ts';
import type { ExpungeRequest as _hikyaku_mailbox_store_ExpungeRequest, ExpungeRequest__Output as _hikyaku_mailbox_store_ExpungeRequest__Output } from './hikyaku/mailbox_store/ExpungeRequest.ts';
import type { ExpungeResponse as _hikyaku_mailbox_store_ExpungeResponse, ExpungeResponse__Output as _hikyaku_mailbox_store_ExpungeResponse__Output } from './hikyaku/mailbox_store/ExpungeResponse.ts';
import type { FetchRequest as _hikyaku_mailbox_store_FetchRequest, FetchRequest__Output as _hikyaku_mailbox_store_FetchRequest__Output } from './hikyaku/mailbox_store/FetchRequest.ts';
import type { FetchedMessage as _hikyaku_mailbox_store_FetchedMessage, FetchedMessage__Output as _hikyaku_mailbox_store_FetchedMessage__Output } from './hikyaku/mailbox_store/FetchedMessage.ts';
import type { GetMetadataRequest as _hikyaku_mailbox_store_GetMetadataRequest, GetMetadataRequest__Output as _hikyaku_mailbox_store_GetMetadataRequest__Output } from './hikyaku/mailbox_store/GetMetadataRequest.ts';
import type { GetMetadataResponse as _hikyaku_mailbox_store_GetMetadataResponse, GetMetadataResponse__Output as _hikyaku_mailbox_store_GetMetadataResponse__Output } from './hikyaku/mailbox_store/GetMetadataResponse.ts';
import type { HeaderKey as _hikyaku_mailbox_store_HeaderKey, HeaderKey__Output as _hikyaku_mailbox_store_HeaderKey__Output } from './hikyaku/mailbox_store/HeaderKey.ts';
import type { ListMailboxesRequest as _hikyaku_mailbox_store_ListMailboxesRequest, ListMailboxesRequest__Output as _hikyaku_mailbox_store_ListMailboxesRequest__Output } from './hikyaku/mailbox_store/ListMailboxesRequest.ts';
import type { ListMailboxesResponse as _hikyaku_mailbox_store_ListMailboxesResponse, ListMailboxesResponse__Output as _hikyaku_mailbox_store_ListMailboxesResponse__Output } from './hikyaku/mailbox_store/ListMailboxesResponse.ts';
import type { Mailbox as _hikyaku_mailbox_store_Mailbox, Mailbox__Output as _hikyaku_mailbox_store_Mailbox__Output } from './hikyaku/mailbox_store/Mailbox.ts';
import type { MailboxRef as _hikyaku_mailbox_store_MailboxRef, MailboxRef__Output as _hikyaku_mailbox_store_MailboxRef__Output } from './hikyaku/mailbox_store/MailboxRef.ts';
import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from './hikyaku/mailbox_store/MailboxState.ts';
import type { MailboxStoreClient as _hikyaku_mailbox_store_MailboxStoreClient, MailboxStoreDefinition as _hikyaku_mailbox_store_MailboxStoreDefinition } from './hikyaku/mailbox_store/MailboxStore.ts';
import type { MailboxStoreAdminClient as _hikyaku_mailbox_store_MailboxStoreAdminClient, MailboxStoreAdminDefinition as _hikyaku_mailbox_store_MailboxStoreAdminDefinition } from './hikyaku/mailbox_store/MailboxStoreAdmin.ts';
import type { MetadataEntry as _hikyaku_mailbox_store_MetadataEntry, MetadataEntry__Output as _hikyaku_mailbox_store_MetadataEntry__Output } from './hikyaku/mailbox_store/MetadataEntry.ts';
import type { PackedMessages as _hikyaku_mailbox_store_PackedMessages, PackedMessages__Output as _hikyaku_mailbox_store_PackedMessages__Output } from './hikyaku/mailbox_store/PackedMessages.ts';
import type { Parameter as _hikyaku_mailbox_store_Parameter, Parameter__Output as _hikyaku_mailbox_store_Parameter__Output } from './hikyaku/mailbox_store/Parameter.ts';
import type { Part as _hikyaku_mailbox_store_Part, Part__Output as _hikyaku_mailbox_store_Part__Output } from './hikyaku/mailbox_store/Part.ts';
import type { Quota as _hikyaku_mailbox_store_Quota, Quota__Output as _hikyaku_mailbox_store_Quota__Output } from './hikyaku/mailbox_store/Quota.ts';
import type { ReadRequest as _hikyaku_mailbox_store_ReadRequest, ReadRequest__Output as _hikyaku_mailbox_store_ReadRequest__Output } from './hikyaku/mailbox_store/ReadRequest.ts';
import type { RenameMailboxRequest as _hikyaku_mailbox_store_RenameMailboxRequest, RenameMailboxRequest__Output as _hikyaku_mailbox_store_RenameMailboxRequest__Output } from './hikyaku/mailbox_store/RenameMailboxRequest.ts';
import type { SearchKey as _hikyaku_mailbox_store_SearchKey, SearchKey__Output as _hikyaku_mailbox_store_SearchKey__Output } from './hikyaku/mailbox_store/SearchKey.ts';
import type { SearchKeys as _hikyaku_mailbox_store_SearchKeys, SearchKeys__Output as _hikyaku_mailbox_store_SearchKeys__Output } from './hikyaku/mailbox_store/SearchKeys.ts';
import type { SearchRequest as _hikyaku_mailbox_store_SearchRequest, SearchRequest__Output as _hikyaku_mailbox_store_SearchRequest__Output } from './hikyaku/mailbox_store/SearchRequest.ts';
import type { SearchResponse as _hikyaku_mailbox_store_SearchResponse, SearchResponse__Output as _hikyaku_mailbox_store_SearchResponse__Output } from './hikyaku/mailbox_store/SearchResponse.ts';
import type { SetMetadataRequest as _hikyaku_mailbox_store_SetMetadataRequest, SetMetadataRequest__Output as _hikyaku_mailbox_store_SetMetadataRequest__Output } from './hikyaku/mailbox_store/SetMetadataRequest.ts';
import type { SetSpecialUseRequest as _hikyaku_mailbox_store_SetSpecialUseRequest, SetSpecialUseRequest__Output as _hikyaku_mailbox_store_SetSpecialUseRequest__Output } from './hikyaku/mailbox_store/SetSpecialUseRequest.ts';
import type { SetSubscribedRequest as _hikyaku_mailbox_store_SetSubscribedRequest, SetSubscribedRequest__Output as _hikyaku_mailbox_store_SetSubscribedRequest__Output } from './hikyaku/mailbox_store/SetSubscribedRequest.ts';
import type { StoreFlagsRequest as _hikyaku_mailbox_store_StoreFlagsRequest, StoreFlagsRequest__Output as _hikyaku_mailbox_store_StoreFlagsRequest__Output } from './hikyaku/mailbox_store/StoreFlagsRequest.ts';
import type { StoreFlagsResponse as _hikyaku_mailbox_store_StoreFlagsResponse, StoreFlagsResponse__Output as _hikyaku_mailbox_store_StoreFlagsResponse__Output } from './hikyaku/mailbox_store/StoreFlagsResponse.ts';
import type { UsageRequest as _hikyaku_mailbox_store_UsageRequest, UsageRequest__Output as _hikyaku_mailbox_store_UsageRequest__Output } from './hikyaku/mailbox_store/UsageRequest.ts';
import type { UsageResponse as _hikyaku_mailbox_store_UsageResponse, UsageResponse__Output as _hikyaku_mailbox_store_UsageResponse__Output } from './hikyaku/mailbox_store/UsageResponse.ts';
import type { ViewRequest as _hikyaku_mailbox_store_ViewRequest, ViewRequest__Output as _hikyaku_mailbox_store_ViewRequest__Output } from './hikyaku/mailbox_store/ViewRequest.ts';
import type { ViewResponse as _hikyaku_mailbox_store_ViewResponse, ViewResponse__Output as _hikyaku_mailbox_store_ViewResponse__Output } from './hikyaku/mailbox_store/ViewResponse.ts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  hikyaku: {
    mailbox_store: {
      AppendBatchResponse: MessageTypeDefinition<_hikyaku_mailbox_store_AppendBatchResponse, _hikyaku_mailbox_store_AppendBatchResponse__Output>
      AppendManyRequest: MessageTypeDefinition<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyRequest__Output>
      AppendManyResponse: MessageTypeDefinition<_hikyaku_mailbox_store_AppendManyResponse, _hikyaku_mailbox_store_AppendManyResponse__Output>
      AppendPiece: MessageTypeDefinition<_hikyaku_mailbox_store_AppendPiece, _hikyaku_mailbox_store_AppendPiece__Output>
      AppendRequest: MessageTypeDefinition<_hikyaku_mailbox_store_AppendRequest, _hikyaku_mailbox_store_AppendRequest__Output>
      AppendResponse: MessageTypeDefinition<_hikyaku_mailbox_store_AppendResponse, _hikyaku_mailbox_store_AppendResponse__Output>
      Bytes: MessageTypeDefinition<_hikyaku_mailbox_store_Bytes, _hikyaku_mailbox_store_Bytes__Output>
      ChangesRequest: MessageTypeDefinition<_hikyaku_mailbox_store_ChangesRequest, _hikyaku_mailbox_store_ChangesRequest__Output>
      ChangesResponse: MessageTypeDefinition<_hikyaku_mailbox_store_ChangesResponse, _hikyaku_mailbox_store_ChangesResponse__Output>
      CheckFinding: MessageTypeDefinition<_hikyaku_mailbox_store_CheckFinding, _hikyaku_mailbox_store_CheckFinding__Output>
      CheckProgress: MessageTypeDefinition<_hikyaku_mailbox_store_CheckProgress, _hikyaku_mailbox_store_CheckProgress__Output>
      CheckReport: MessageTypeDefinition<_hikyaku_mailbox_store_CheckReport, _hikyaku_mailbox_store_CheckReport__Output>
      CheckRequest: MessageTypeDefinition<_hikyaku_mailbox_store_CheckRequest, _hikyaku_mailbox_store_CheckRequest__Output>
      CollectReport: MessageTypeDefinition<_hikyaku_mailbox_store_CollectReport, _hikyaku_mailbox_store_CollectReport__Output>
      CollectRequest: MessageTypeDefinition<_hikyaku_mailbox_store_CollectRequest, _hikyaku_mailbox_store_CollectRequest__Output>
      CopyRequest: MessageTypeDefinition<_hikyaku_mailbox_store_CopyRequest, _hikyaku_mailbox_store_CopyRequest__Output>
      CopyResponse: MessageTypeDefinition<_hikyaku_mailbox_store_CopyResponse, _hikyaku_mailbox_store_CopyResponse__Output>
      CreateMailboxRequest: MessageTypeDefinition<_hikyaku_mailbox_store_CreateMailboxRequest, _hikyaku_mailbox_store_CreateMailboxRequest__Output>
      DayRange: MessageTypeDefinition<_hikyaku_mailbox_store_DayRange, _hikyaku_mailbox_store_DayRange__Output>
      DeleteMailboxRequest: MessageTypeDefinition<_hikyaku_mailbox_store_DeleteMailboxRequest, _hikyaku_mailbox_store_DeleteMailboxRequest__Output>
      Empty: MessageTypeDefinition<_hikyaku_mailbox_store_Empty, _hikyaku_mailbox_store_Empty__Output>
      Envelope: MessageTypeDefinition<_hikyaku_mailbox_store_Envelope, _hikyaku_mailbox_store_Envelope__Output>
      EnvelopeAddress: MessageTypeDefinition<_hikyaku_mailbox_store_EnvelopeAddress, _hikyaku_mailbox_store_EnvelopeAddress__Output>
      ExpungeRequest: MessageTypeDefinition<_hikyaku_mailbox_store_ExpungeRequest, _hikyaku_mailbox_store_ExpungeRequest__Output>
      ExpungeResponse: MessageTypeDefinition<_hikyaku_mailbox_store_ExpungeResponse, _hikyaku_mailbox_store_ExpungeResponse__Output>
      FetchRequest: MessageTypeDefinition<_hikyaku_mailbox_store_FetchRequest, _hikyaku_mailbox_store_FetchRequest__Output>
      FetchedMessage: MessageTypeDefinition<_hikyaku_mailbox_store_FetchedMessage, _hikyaku_mailbox_store_FetchedMessage__Output>
      GetMetadataRequest: MessageTypeDefinition<_hikyaku_mailbox_store_GetMetadataRequest, _hikyaku_mailbox_store_GetMetadataRequest__Output>
      GetMetadataResponse: MessageTypeDefinition<_hikyaku_mailbox_store_GetMetadataResponse, _hikyaku_mailbox_store_GetMetadataResponse__Output>
      HeaderKey: MessageTypeDefinition<_hikyaku_mailbox_store_HeaderKey, _hikyaku_mailbox_store_HeaderKey__Output>
      ListMailboxesRequest: MessageTypeDefinition<_hikyaku_mailbox_store_ListMailboxesRequest, _hikyaku_mailbox_store_ListMailboxesRequest__Output>
      ListMailboxesResponse: MessageTypeDefinition<_hikyaku_mailbox_store_ListMailboxesResponse, _hikyaku_mailbox_store_ListMailboxesResponse__Output>
      Mailbox: MessageTypeDefinition<_hikyaku_mailbox_store_Mailbox, _hikyaku_mailbox_store_Mailbox__Output>
      MailboxRef: MessageTypeDefinition<_hikyaku_mailbox_store_MailboxRef, _hikyaku_mailbox_store_MailboxRef__Output>
      MailboxState: MessageTypeDefinition<_hikyaku_mailbox_store_MailboxState, _hikyaku_mailbox_store_MailboxState__Output>
      MailboxStore: SubtypeConstructor<typeof grpc.Client, _hikyaku_mailbox_store_MailboxStoreClient> & { service: _hikyaku_mailbox_store_MailboxStoreDefinition }
      MailboxStoreAdmin: SubtypeConstructor<typeof grpc.Client, _hikyaku_mailbox_store_MailboxStoreAdminClient> & { service: _hikyaku_mailbox_store_MailboxStoreAdminDefinition }
      MetadataEntry: MessageTypeDefinition<_hikyaku_mailbox_store_MetadataEntry, _hikyaku_mailbox_store_MetadataEntry__Output>
      PackedMessages: MessageTypeDefinition<_hikyaku_mailbox_store_PackedMessages, _hikyaku_mailbox_store_PackedMessages__Output>
      Parameter: MessageTypeDefinition<_hikyaku_mailbox_store_Parameter, _hikyaku_mailbox_store_Parameter__Output>
      Part: MessageTypeDefinition<_hikyaku_mailbox_store_Part, _hikyaku_mailbox_store_Part__Output>
      Quota: MessageTypeDefinition<_hikyaku_mailbox_store_Quota, _hikyaku_mailbox_store_Quota__Output>
      ReadRequest: MessageTypeDefinition<_hikyaku_mailbox_store_ReadRequest, _hikyaku_mailbox_store_ReadRequest__Output>
      RenameMailboxRequest: MessageTypeDefinition<_hikyaku_mailbox_store_RenameMailboxRequest, _hikyaku_mailbox_store_RenameMailboxRequest__Output>
      SearchKey: MessageTypeDefinition<_hikyaku_mailbox_store_SearchKey, _hikyaku_mailbox_store_SearchKey__Output>
      SearchKeys: MessageTypeDefinition<_hikyaku_mailbox_store_SearchKeys, _hikyaku_mailbox_store_SearchKeys__Output>
      SearchRequest: MessageTypeDefinition<_hikyaku_mailbox_store_SearchRequest, _hikyaku_mailbox_store_SearchRequest__Output>
      SearchResponse: MessageTypeDefinition<_hikyaku_mailbox_store_SearchResponse, _hikyaku_mailbox_store_SearchResponse__Output>
      SetMetadataRequest: MessageTypeDefinition<_hikyaku_mailbox_store_SetMetadataRequest, _hikyaku_mailbox_store_SetMetadataRequest__Output>
      SetSpecialUseRequest: MessageTypeDefinition<_hikyaku_mailbox_store_SetSpecialUseRequest, _hikyaku_mailbox_store_SetSpecialUseRequest__Output>
      SetSubscribedRequest: MessageTypeDefinition<_hikyaku_mailbox_store_SetSubscribedRequest, _hikyaku_mailbox_store_SetSubscribedRequest__Output>
      StoreFlagsRequest: MessageTypeDefinition<_hikyaku_mailbox_store_StoreFlagsRequest, _hikyaku_mailbox_store_StoreFlagsRequest__Output>
      StoreFlagsResponse: MessageTypeDefinition<_hikyaku_mailbox_store_StoreFlagsResponse, _hikyaku_mailbox_store_StoreFlagsResponse__Output>
      UsageRequest: MessageTypeDefinition<_hikyaku_mailbox_store_UsageRequest, _hikyaku_mailbox_store_UsageRequest__Output>
      UsageResponse: MessageTypeDefinition<_hikyaku_mailbox_store_UsageResponse, _hikyaku_mailbox_store_UsageResponse__Output>
      ViewRequest: MessageTypeDefinition<_hikyaku_mailbox_store_ViewRequest, _hikyaku_mailbox_store_ViewRequest__Output>
      ViewResponse: MessageTypeDefinition<_hikyaku_mailbox_store_ViewResponse, _hikyaku_mailbox_store_ViewResponse__Output>
    }
  }
}

