// Original file: proto/mailbox-store.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AppendBatchResponse as _hikyaku_mailbox_store_AppendBatchResponse, AppendBatchResponse__Output as _hikyaku_mailbox_store_AppendBatchResponse__Output } from '../../hikyaku/mailbox_store/AppendBatchResponse.ts';
import type { AppendManyRequest as _hikyaku_mailbox_store_AppendManyRequest, AppendManyRequest__Output as _hikyaku_mailbox_store_AppendManyRequest__Output } from '../../hikyaku/mailbox_store/AppendManyRequest.ts';
import type { AppendManyResponse as _hikyaku_mailbox_store_AppendManyResponse, AppendManyResponse__Output as _hikyaku_mailbox_store_AppendManyResponse__Output } from '../../hikyaku/mailbox_store/AppendManyResponse.ts';
import type { AppendPiece as _hikyaku_mailbox_store_AppendPiece, AppendPiece__Output as _hikyaku_mailbox_store_AppendPiece__Output } from '../../hikyaku/mailbox_store/AppendPiece.ts';
import type { AppendRequest as _hikyaku_mailbox_store_AppendRequest, AppendRequest__Output as _hikyaku_mailbox_store_AppendRequest__Output } from '../../hikyaku/mailbox_store/AppendRequest.ts';
import type { AppendResponse as _hikyaku_mailbox_store_AppendResponse, AppendResponse__Output as _hikyaku_mailbox_store_AppendResponse__Output } from '../../hikyaku/mailbox_store/AppendResponse.ts';
import type { Bytes as _hikyaku_mailbox_store_Bytes, Bytes__Output as _hikyaku_mailbox_store_Bytes__Output } from '../../hikyaku/mailbox_store/Bytes.ts';
import type { ChangesRequest as _hikyaku_mailbox_store_ChangesRequest, ChangesRequest__Output as _hikyaku_mailbox_store_ChangesRequest__Output } from '../../hikyaku/mailbox_store/ChangesRequest.ts';
import type { ChangesResponse as _hikyaku_mailbox_store_ChangesResponse, ChangesResponse__Output as _hikyaku_mailbox_store_ChangesResponse__Output } from '../../hikyaku/mailbox_store/ChangesResponse.ts';
import type { CopyRequest as _hikyaku_mailbox_store_CopyRequest, CopyRequest__Output as _hikyaku_mailbox_store_CopyRequest__Output } from '../../hikyaku/mailbox_store/CopyRequest.ts';
import type { CopyResponse as _hikyaku_mailbox_store_CopyResponse, CopyResponse__Output as _hikyaku_mailbox_store_CopyResponse__Output } from '../../hikyaku/mailbox_store/CopyResponse.ts';
import type { CreateMailboxRequest as _hikyaku_mailbox_store_CreateMailboxRequest, CreateMailboxRequest__Output as _hikyaku_mailbox_store_CreateMailboxRequest__Output } from '../../hikyaku/mailbox_store/CreateMailboxRequest.ts';
import type { DeleteMailboxRequest as _hikyaku_mailbox_store_DeleteMailboxRequest, DeleteMailboxRequest__Output as _hikyaku_mailbox_store_DeleteMailboxRequest__Output } from '../../hikyaku/mailbox_store/DeleteMailboxRequest.ts';
import type { Empty as _hikyaku_mailbox_store_Empty, Empty__Output as _hikyaku_mailbox_store_Empty__Output } from '../../hikyaku/mailbox_store/Empty.ts';
import type { ExpungeRequest as _hikyaku_mailbox_store_ExpungeRequest, ExpungeRequest__Output as _hikyaku_mailbox_store_ExpungeRequest__Output } from '../../hikyaku/mailbox_store/ExpungeRequest.ts';
import type { ExpungeResponse as _hikyaku_mailbox_store_ExpungeResponse, ExpungeResponse__Output as _hikyaku_mailbox_store_ExpungeResponse__Output } from '../../hikyaku/mailbox_store/ExpungeResponse.ts';
import type { FetchRequest as _hikyaku_mailbox_store_FetchRequest, FetchRequest__Output as _hikyaku_mailbox_store_FetchRequest__Output } from '../../hikyaku/mailbox_store/FetchRequest.ts';
import type { FetchedMessage as _hikyaku_mailbox_store_FetchedMessage, FetchedMessage__Output as _hikyaku_mailbox_store_FetchedMessage__Output } from '../../hikyaku/mailbox_store/FetchedMessage.ts';
import type { GetMetadataRequest as _hikyaku_mailbox_store_GetMetadataRequest, GetMetadataRequest__Output as _hikyaku_mailbox_store_GetMetadataRequest__Output } from '../../hikyaku/mailbox_store/GetMetadataRequest.ts';
import type { GetMetadataResponse as _hikyaku_mailbox_store_GetMetadataResponse, GetMetadataResponse__Output as _hikyaku_mailbox_store_GetMetadataResponse__Output } from '../../hikyaku/mailbox_store/GetMetadataResponse.ts';
import type { ListMailboxesRequest as _hikyaku_mailbox_store_ListMailboxesRequest, ListMailboxesRequest__Output as _hikyaku_mailbox_store_ListMailboxesRequest__Output } from '../../hikyaku/mailbox_store/ListMailboxesRequest.ts';
import type { ListMailboxesResponse as _hikyaku_mailbox_store_ListMailboxesResponse, ListMailboxesResponse__Output as _hikyaku_mailbox_store_ListMailboxesResponse__Output } from '../../hikyaku/mailbox_store/ListMailboxesResponse.ts';
import type { Mailbox as _hikyaku_mailbox_store_Mailbox, Mailbox__Output as _hikyaku_mailbox_store_Mailbox__Output } from '../../hikyaku/mailbox_store/Mailbox.ts';
import type { ReadRequest as _hikyaku_mailbox_store_ReadRequest, ReadRequest__Output as _hikyaku_mailbox_store_ReadRequest__Output } from '../../hikyaku/mailbox_store/ReadRequest.ts';
import type { RenameMailboxRequest as _hikyaku_mailbox_store_RenameMailboxRequest, RenameMailboxRequest__Output as _hikyaku_mailbox_store_RenameMailboxRequest__Output } from '../../hikyaku/mailbox_store/RenameMailboxRequest.ts';
import type { SearchRequest as _hikyaku_mailbox_store_SearchRequest, SearchRequest__Output as _hikyaku_mailbox_store_SearchRequest__Output } from '../../hikyaku/mailbox_store/SearchRequest.ts';
import type { SearchResponse as _hikyaku_mailbox_store_SearchResponse, SearchResponse__Output as _hikyaku_mailbox_store_SearchResponse__Output } from '../../hikyaku/mailbox_store/SearchResponse.ts';
import type { SetMetadataRequest as _hikyaku_mailbox_store_SetMetadataRequest, SetMetadataRequest__Output as _hikyaku_mailbox_store_SetMetadataRequest__Output } from '../../hikyaku/mailbox_store/SetMetadataRequest.ts';
import type { SetSpecialUseRequest as _hikyaku_mailbox_store_SetSpecialUseRequest, SetSpecialUseRequest__Output as _hikyaku_mailbox_store_SetSpecialUseRequest__Output } from '../../hikyaku/mailbox_store/SetSpecialUseRequest.ts';
import type { SetSubscribedRequest as _hikyaku_mailbox_store_SetSubscribedRequest, SetSubscribedRequest__Output as _hikyaku_mailbox_store_SetSubscribedRequest__Output } from '../../hikyaku/mailbox_store/SetSubscribedRequest.ts';
import type { StoreFlagsRequest as _hikyaku_mailbox_store_StoreFlagsRequest, StoreFlagsRequest__Output as _hikyaku_mailbox_store_StoreFlagsRequest__Output } from '../../hikyaku/mailbox_store/StoreFlagsRequest.ts';
import type { StoreFlagsResponse as _hikyaku_mailbox_store_StoreFlagsResponse, StoreFlagsResponse__Output as _hikyaku_mailbox_store_StoreFlagsResponse__Output } from '../../hikyaku/mailbox_store/StoreFlagsResponse.ts';
import type { UsageRequest as _hikyaku_mailbox_store_UsageRequest, UsageRequest__Output as _hikyaku_mailbox_store_UsageRequest__Output } from '../../hikyaku/mailbox_store/UsageRequest.ts';
import type { UsageResponse as _hikyaku_mailbox_store_UsageResponse, UsageResponse__Output as _hikyaku_mailbox_store_UsageResponse__Output } from '../../hikyaku/mailbox_store/UsageResponse.ts';
import type { ViewRequest as _hikyaku_mailbox_store_ViewRequest, ViewRequest__Output as _hikyaku_mailbox_store_ViewRequest__Output } from '../../hikyaku/mailbox_store/ViewRequest.ts';
import type { ViewResponse as _hikyaku_mailbox_store_ViewResponse, ViewResponse__Output as _hikyaku_mailbox_store_ViewResponse__Output } from '../../hikyaku/mailbox_store/ViewResponse.ts';

export interface MailboxStoreClient extends grpc.Client {
  Append(argument: _hikyaku_mailbox_store_AppendRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  Append(argument: _hikyaku_mailbox_store_AppendRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  Append(argument: _hikyaku_mailbox_store_AppendRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  Append(argument: _hikyaku_mailbox_store_AppendRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  append(argument: _hikyaku_mailbox_store_AppendRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  append(argument: _hikyaku_mailbox_store_AppendRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  append(argument: _hikyaku_mailbox_store_AppendRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  append(argument: _hikyaku_mailbox_store_AppendRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientUnaryCall;
  
  AppendBatch(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendBatch(metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendBatch(options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendBatch(callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendBatch(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendBatch(metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendBatch(options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendBatch(callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendBatchResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  
  AppendMany(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyResponse__Output>;
  AppendMany(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyResponse__Output>;
  appendMany(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyResponse__Output>;
  appendMany(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyResponse__Output>;
  
  AppendStream(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendStream(metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendStream(options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  AppendStream(callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendStream(metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendStream(metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendStream(options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  appendStream(callback: grpc.requestCallback<_hikyaku_mailbox_store_AppendResponse__Output>): grpc.ClientWritableStream<_hikyaku_mailbox_store_AppendPiece>;
  
  Changes(argument: _hikyaku_mailbox_store_ChangesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  Changes(argument: _hikyaku_mailbox_store_ChangesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  Changes(argument: _hikyaku_mailbox_store_ChangesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  Changes(argument: _hikyaku_mailbox_store_ChangesRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  changes(argument: _hikyaku_mailbox_store_ChangesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  changes(argument: _hikyaku_mailbox_store_ChangesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  changes(argument: _hikyaku_mailbox_store_ChangesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  changes(argument: _hikyaku_mailbox_store_ChangesRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ChangesResponse__Output>): grpc.ClientUnaryCall;
  
  Copy(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Copy(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Copy(argument: _hikyaku_mailbox_store_CopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Copy(argument: _hikyaku_mailbox_store_CopyRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  copy(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  copy(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  copy(argument: _hikyaku_mailbox_store_CopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  copy(argument: _hikyaku_mailbox_store_CopyRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  
  CreateMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  CreateMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  CreateMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  CreateMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  createMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  createMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  createMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  createMailbox(argument: _hikyaku_mailbox_store_CreateMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  
  DeleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  DeleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  DeleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  DeleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  deleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  deleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  deleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  deleteMailbox(argument: _hikyaku_mailbox_store_DeleteMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  
  Expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  Expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  Expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  Expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  expunge(argument: _hikyaku_mailbox_store_ExpungeRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ExpungeResponse__Output>): grpc.ClientUnaryCall;
  
  Fetch(argument: _hikyaku_mailbox_store_FetchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_FetchedMessage__Output>;
  Fetch(argument: _hikyaku_mailbox_store_FetchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_FetchedMessage__Output>;
  fetch(argument: _hikyaku_mailbox_store_FetchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_FetchedMessage__Output>;
  fetch(argument: _hikyaku_mailbox_store_FetchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_FetchedMessage__Output>;
  
  GetMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  GetMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  GetMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  GetMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  getMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  getMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  getMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  getMetadata(argument: _hikyaku_mailbox_store_GetMetadataRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_GetMetadataResponse__Output>): grpc.ClientUnaryCall;
  
  ListMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  ListMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  ListMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  ListMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  listMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  listMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  listMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  listMailboxes(argument: _hikyaku_mailbox_store_ListMailboxesRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ListMailboxesResponse__Output>): grpc.ClientUnaryCall;
  
  Move(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Move(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Move(argument: _hikyaku_mailbox_store_CopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  Move(argument: _hikyaku_mailbox_store_CopyRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  move(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  move(argument: _hikyaku_mailbox_store_CopyRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  move(argument: _hikyaku_mailbox_store_CopyRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  move(argument: _hikyaku_mailbox_store_CopyRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_CopyResponse__Output>): grpc.ClientUnaryCall;
  
  Read(argument: _hikyaku_mailbox_store_ReadRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_Bytes__Output>;
  Read(argument: _hikyaku_mailbox_store_ReadRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_Bytes__Output>;
  read(argument: _hikyaku_mailbox_store_ReadRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_Bytes__Output>;
  read(argument: _hikyaku_mailbox_store_ReadRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_Bytes__Output>;
  
  RenameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  RenameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  RenameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  RenameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  renameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  renameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  renameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  renameMailbox(argument: _hikyaku_mailbox_store_RenameMailboxRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  
  Search(argument: _hikyaku_mailbox_store_SearchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _hikyaku_mailbox_store_SearchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _hikyaku_mailbox_store_SearchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  Search(argument: _hikyaku_mailbox_store_SearchRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _hikyaku_mailbox_store_SearchRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _hikyaku_mailbox_store_SearchRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _hikyaku_mailbox_store_SearchRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  search(argument: _hikyaku_mailbox_store_SearchRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_SearchResponse__Output>): grpc.ClientUnaryCall;
  
  SetMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setMetadata(argument: _hikyaku_mailbox_store_SetMetadataRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  
  SetSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  SetSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  SetSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  SetSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  setSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  setSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  setSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  setSpecialUse(argument: _hikyaku_mailbox_store_SetSpecialUseRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Mailbox__Output>): grpc.ClientUnaryCall;
  
  SetSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  SetSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  setSubscribed(argument: _hikyaku_mailbox_store_SetSubscribedRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_Empty__Output>): grpc.ClientUnaryCall;
  
  StoreFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  StoreFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  StoreFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  StoreFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  storeFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  storeFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  storeFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  storeFlags(argument: _hikyaku_mailbox_store_StoreFlagsRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_StoreFlagsResponse__Output>): grpc.ClientUnaryCall;
  
  Usage(argument: _hikyaku_mailbox_store_UsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  Usage(argument: _hikyaku_mailbox_store_UsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  Usage(argument: _hikyaku_mailbox_store_UsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  Usage(argument: _hikyaku_mailbox_store_UsageRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  usage(argument: _hikyaku_mailbox_store_UsageRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  usage(argument: _hikyaku_mailbox_store_UsageRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  usage(argument: _hikyaku_mailbox_store_UsageRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  usage(argument: _hikyaku_mailbox_store_UsageRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_UsageResponse__Output>): grpc.ClientUnaryCall;
  
  View(argument: _hikyaku_mailbox_store_ViewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  View(argument: _hikyaku_mailbox_store_ViewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  View(argument: _hikyaku_mailbox_store_ViewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  View(argument: _hikyaku_mailbox_store_ViewRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  view(argument: _hikyaku_mailbox_store_ViewRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  view(argument: _hikyaku_mailbox_store_ViewRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  view(argument: _hikyaku_mailbox_store_ViewRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  view(argument: _hikyaku_mailbox_store_ViewRequest, callback: grpc.requestCallback<_hikyaku_mailbox_store_ViewResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface MailboxStoreHandlers extends grpc.UntypedServiceImplementation {
  Append: grpc.handleUnaryCall<_hikyaku_mailbox_store_AppendRequest__Output, _hikyaku_mailbox_store_AppendResponse>;
  
  AppendBatch: grpc.handleClientStreamingCall<_hikyaku_mailbox_store_AppendPiece__Output, _hikyaku_mailbox_store_AppendBatchResponse>;
  
  AppendMany: grpc.handleBidiStreamingCall<_hikyaku_mailbox_store_AppendManyRequest__Output, _hikyaku_mailbox_store_AppendManyResponse>;
  
  AppendStream: grpc.handleClientStreamingCall<_hikyaku_mailbox_store_AppendPiece__Output, _hikyaku_mailbox_store_AppendResponse>;
  
  Changes: grpc.handleUnaryCall<_hikyaku_mailbox_store_ChangesRequest__Output, _hikyaku_mailbox_store_ChangesResponse>;
  
  Copy: grpc.handleUnaryCall<_hikyaku_mailbox_store_CopyRequest__Output, _hikyaku_mailbox_store_CopyResponse>;
  
  CreateMailbox: grpc.handleUnaryCall<_hikyaku_mailbox_store_CreateMailboxRequest__Output, _hikyaku_mailbox_store_Mailbox>;
  
  DeleteMailbox: grpc.handleUnaryCall<_hikyaku_mailbox_store_DeleteMailboxRequest__Output, _hikyaku_mailbox_store_Empty>;
  
  Expunge: grpc.handleUnaryCall<_hikyaku_mailbox_store_ExpungeRequest__Output, _hikyaku_mailbox_store_ExpungeResponse>;
  
  Fetch: grpc.handleServerStreamingCall<_hikyaku_mailbox_store_FetchRequest__Output, _hikyaku_mailbox_store_FetchedMessage>;
  
  GetMetadata: grpc.handleUnaryCall<_hikyaku_mailbox_store_GetMetadataRequest__Output, _hikyaku_mailbox_store_GetMetadataResponse>;
  
  ListMailboxes: grpc.handleUnaryCall<_hikyaku_mailbox_store_ListMailboxesRequest__Output, _hikyaku_mailbox_store_ListMailboxesResponse>;
  
  Move: grpc.handleUnaryCall<_hikyaku_mailbox_store_CopyRequest__Output, _hikyaku_mailbox_store_CopyResponse>;
  
  Read: grpc.handleServerStreamingCall<_hikyaku_mailbox_store_ReadRequest__Output, _hikyaku_mailbox_store_Bytes>;
  
  RenameMailbox: grpc.handleUnaryCall<_hikyaku_mailbox_store_RenameMailboxRequest__Output, _hikyaku_mailbox_store_Mailbox>;
  
  Search: grpc.handleUnaryCall<_hikyaku_mailbox_store_SearchRequest__Output, _hikyaku_mailbox_store_SearchResponse>;
  
  SetMetadata: grpc.handleUnaryCall<_hikyaku_mailbox_store_SetMetadataRequest__Output, _hikyaku_mailbox_store_Empty>;
  
  SetSpecialUse: grpc.handleUnaryCall<_hikyaku_mailbox_store_SetSpecialUseRequest__Output, _hikyaku_mailbox_store_Mailbox>;
  
  SetSubscribed: grpc.handleUnaryCall<_hikyaku_mailbox_store_SetSubscribedRequest__Output, _hikyaku_mailbox_store_Empty>;
  
  StoreFlags: grpc.handleUnaryCall<_hikyaku_mailbox_store_StoreFlagsRequest__Output, _hikyaku_mailbox_store_StoreFlagsResponse>;
  
  Usage: grpc.handleUnaryCall<_hikyaku_mailbox_store_UsageRequest__Output, _hikyaku_mailbox_store_UsageResponse>;
  
  View: grpc.handleUnaryCall<_hikyaku_mailbox_store_ViewRequest__Output, _hikyaku_mailbox_store_ViewResponse>;
  
}

export interface MailboxStoreDefinition extends grpc.ServiceDefinition {
  Append: MethodDefinition<_hikyaku_mailbox_store_AppendRequest, _hikyaku_mailbox_store_AppendResponse, _hikyaku_mailbox_store_AppendRequest__Output, _hikyaku_mailbox_store_AppendResponse__Output>
  AppendBatch: MethodDefinition<_hikyaku_mailbox_store_AppendPiece, _hikyaku_mailbox_store_AppendBatchResponse, _hikyaku_mailbox_store_AppendPiece__Output, _hikyaku_mailbox_store_AppendBatchResponse__Output>
  AppendMany: MethodDefinition<_hikyaku_mailbox_store_AppendManyRequest, _hikyaku_mailbox_store_AppendManyResponse, _hikyaku_mailbox_store_AppendManyRequest__Output, _hikyaku_mailbox_store_AppendManyResponse__Output>
  AppendStream: MethodDefinition<_hikyaku_mailbox_store_AppendPiece, _hikyaku_mailbox_store_AppendResponse, _hikyaku_mailbox_store_AppendPiece__Output, _hikyaku_mailbox_store_AppendResponse__Output>
  Changes: MethodDefinition<_hikyaku_mailbox_store_ChangesRequest, _hikyaku_mailbox_store_ChangesResponse, _hikyaku_mailbox_store_ChangesRequest__Output, _hikyaku_mailbox_store_ChangesResponse__Output>
  Copy: MethodDefinition<_hikyaku_mailbox_store_CopyRequest, _hikyaku_mailbox_store_CopyResponse, _hikyaku_mailbox_store_CopyRequest__Output, _hikyaku_mailbox_store_CopyResponse__Output>
  CreateMailbox: MethodDefinition<_hikyaku_mailbox_store_CreateMailboxRequest, _hikyaku_mailbox_store_Mailbox, _hikyaku_mailbox_store_CreateMailboxRequest__Output, _hikyaku_mailbox_store_Mailbox__Output>
  DeleteMailbox: MethodDefinition<_hikyaku_mailbox_store_DeleteMailboxRequest, _hikyaku_mailbox_store_Empty, _hikyaku_mailbox_store_DeleteMailboxRequest__Output, _hikyaku_mailbox_store_Empty__Output>
  Expunge: MethodDefinition<_hikyaku_mailbox_store_ExpungeRequest, _hikyaku_mailbox_store_ExpungeResponse, _hikyaku_mailbox_store_ExpungeRequest__Output, _hikyaku_mailbox_store_ExpungeResponse__Output>
  Fetch: MethodDefinition<_hikyaku_mailbox_store_FetchRequest, _hikyaku_mailbox_store_FetchedMessage, _hikyaku_mailbox_store_FetchRequest__Output, _hikyaku_mailbox_store_FetchedMessage__Output>
  GetMetadata: MethodDefinition<_hikyaku_mailbox_store_GetMetadataRequest, _hikyaku_mailbox_store_GetMetadataResponse, _hikyaku_mailbox_store_GetMetadataRequest__Output, _hikyaku_mailbox_store_GetMetadataResponse__Output>
  ListMailboxes: MethodDefinition<_hikyaku_mailbox_store_ListMailboxesRequest, _hikyaku_mailbox_store_ListMailboxesResponse, _hikyaku_mailbox_store_ListMailboxesRequest__Output, _hikyaku_mailbox_store_ListMailboxesResponse__Output>
  Move: MethodDefinition<_hikyaku_mailbox_store_CopyRequest, _hikyaku_mailbox_store_CopyResponse, _hikyaku_mailbox_store_CopyRequest__Output, _hikyaku_mailbox_store_CopyResponse__Output>
  Read: MethodDefinition<_hikyaku_mailbox_store_ReadRequest, _hikyaku_mailbox_store_Bytes, _hikyaku_mailbox_store_ReadRequest__Output, _hikyaku_mailbox_store_Bytes__Output>
  RenameMailbox: MethodDefinition<_hikyaku_mailbox_store_RenameMailboxRequest, _hikyaku_mailbox_store_Mailbox, _hikyaku_mailbox_store_RenameMailboxRequest__Output, _hikyaku_mailbox_store_Mailbox__Output>
  Search: MethodDefinition<_hikyaku_mailbox_store_SearchRequest, _hikyaku_mailbox_store_SearchResponse, _hikyaku_mailbox_store_SearchRequest__Output, _hikyaku_mailbox_store_SearchResponse__Output>
  SetMetadata: MethodDefinition<_hikyaku_mailbox_store_SetMetadataRequest, _hikyaku_mailbox_store_Empty, _hikyaku_mailbox_store_SetMetadataRequest__Output, _hikyaku_mailbox_store_Empty__Output>
  SetSpecialUse: MethodDefinition<_hikyaku_mailbox_store_SetSpecialUseRequest, _hikyaku_mailbox_store_Mailbox, _hikyaku_mailbox_store_SetSpecialUseRequest__Output, _hikyaku_mailbox_store_Mailbox__Output>
  SetSubscribed: MethodDefinition<_hikyaku_mailbox_store_SetSubscribedRequest, _hikyaku_mailbox_store_Empty, _hikyaku_mailbox_store_SetSubscribedRequest__Output, _hikyaku_mailbox_store_Empty__Output>
  StoreFlags: MethodDefinition<_hikyaku_mailbox_store_StoreFlagsRequest, _hikyaku_mailbox_store_StoreFlagsResponse, _hikyaku_mailbox_store_StoreFlagsRequest__Output, _hikyaku_mailbox_store_StoreFlagsResponse__Output>
  Usage: MethodDefinition<_hikyaku_mailbox_store_UsageRequest, _hikyaku_mailbox_store_UsageResponse, _hikyaku_mailbox_store_UsageRequest__Output, _hikyaku_mailbox_store_UsageResponse__Output>
  View: MethodDefinition<_hikyaku_mailbox_store_ViewRequest, _hikyaku_mailbox_store_ViewResponse, _hikyaku_mailbox_store_ViewRequest__Output, _hikyaku_mailbox_store_ViewResponse__Output>
}
