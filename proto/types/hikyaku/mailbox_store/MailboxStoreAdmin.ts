// Original file: proto/mailbox-store.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { CheckReport as _hikyaku_mailbox_store_CheckReport, CheckReport__Output as _hikyaku_mailbox_store_CheckReport__Output } from '../../hikyaku/mailbox_store/CheckReport.ts';
import type { CheckRequest as _hikyaku_mailbox_store_CheckRequest, CheckRequest__Output as _hikyaku_mailbox_store_CheckRequest__Output } from '../../hikyaku/mailbox_store/CheckRequest.ts';
import type { CollectReport as _hikyaku_mailbox_store_CollectReport, CollectReport__Output as _hikyaku_mailbox_store_CollectReport__Output } from '../../hikyaku/mailbox_store/CollectReport.ts';
import type { CollectRequest as _hikyaku_mailbox_store_CollectRequest, CollectRequest__Output as _hikyaku_mailbox_store_CollectRequest__Output } from '../../hikyaku/mailbox_store/CollectRequest.ts';

export interface MailboxStoreAdminClient extends grpc.Client {
  Check(argument: _hikyaku_mailbox_store_CheckRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CheckReport__Output>;
  Check(argument: _hikyaku_mailbox_store_CheckRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CheckReport__Output>;
  check(argument: _hikyaku_mailbox_store_CheckRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CheckReport__Output>;
  check(argument: _hikyaku_mailbox_store_CheckRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CheckReport__Output>;
  
  Collect(argument: _hikyaku_mailbox_store_CollectRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CollectReport__Output>;
  Collect(argument: _hikyaku_mailbox_store_CollectRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CollectReport__Output>;
  collect(argument: _hikyaku_mailbox_store_CollectRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CollectReport__Output>;
  collect(argument: _hikyaku_mailbox_store_CollectRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_hikyaku_mailbox_store_CollectReport__Output>;
  
}

export interface MailboxStoreAdminHandlers extends grpc.UntypedServiceImplementation {
  Check: grpc.handleServerStreamingCall<_hikyaku_mailbox_store_CheckRequest__Output, _hikyaku_mailbox_store_CheckReport>;
  
  Collect: grpc.handleServerStreamingCall<_hikyaku_mailbox_store_CollectRequest__Output, _hikyaku_mailbox_store_CollectReport>;
  
}

export interface MailboxStoreAdminDefinition extends grpc.ServiceDefinition {
  Check: MethodDefinition<_hikyaku_mailbox_store_CheckRequest, _hikyaku_mailbox_store_CheckReport, _hikyaku_mailbox_store_CheckRequest__Output, _hikyaku_mailbox_store_CheckReport__Output>
  Collect: MethodDefinition<_hikyaku_mailbox_store_CollectRequest, _hikyaku_mailbox_store_CollectReport, _hikyaku_mailbox_store_CollectRequest__Output, _hikyaku_mailbox_store_CollectReport__Output>
}
