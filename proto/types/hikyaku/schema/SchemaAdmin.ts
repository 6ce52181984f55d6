// Original file: proto/schema.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { SchemaReport as _hikyaku_schema_SchemaReport, SchemaReport__Output as _hikyaku_schema_SchemaReport__Output } from '../../hikyaku/schema/SchemaReport.ts';
import type { ShowRequest as _hikyaku_schema_ShowRequest, ShowRequest__Output as _hikyaku_schema_ShowRequest__Output } from '../../hikyaku/schema/ShowRequest.ts';
import type { StartRequest as _hikyaku_schema_StartRequest, StartRequest__Output as _hikyaku_schema_StartRequest__Output } from '../../hikyaku/schema/StartRequest.ts';

export interface SchemaAdminClient extends grpc.Client {
  Show(argument: _hikyaku_schema_ShowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Show(argument: _hikyaku_schema_ShowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Show(argument: _hikyaku_schema_ShowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Show(argument: _hikyaku_schema_ShowRequest, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  show(argument: _hikyaku_schema_ShowRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  show(argument: _hikyaku_schema_ShowRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  show(argument: _hikyaku_schema_ShowRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  show(argument: _hikyaku_schema_ShowRequest, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  
  Start(argument: _hikyaku_schema_StartRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Start(argument: _hikyaku_schema_StartRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Start(argument: _hikyaku_schema_StartRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  Start(argument: _hikyaku_schema_StartRequest, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  start(argument: _hikyaku_schema_StartRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  start(argument: _hikyaku_schema_StartRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  start(argument: _hikyaku_schema_StartRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  start(argument: _hikyaku_schema_StartRequest, callback: grpc.requestCallback<_hikyaku_schema_SchemaReport__Output>): grpc.ClientUnaryCall;
  
}

export interface SchemaAdminHandlers extends grpc.UntypedServiceImplementation {
  Show: grpc.handleUnaryCall<_hikyaku_schema_ShowRequest__Output, _hikyaku_schema_SchemaReport>;
  
  Start: grpc.handleUnaryCall<_hikyaku_schema_StartRequest__Output, _hikyaku_schema_SchemaReport>;
  
}

export interface SchemaAdminDefinition extends grpc.ServiceDefinition {
  Show: MethodDefinition<_hikyaku_schema_ShowRequest, _hikyaku_schema_SchemaReport, _hikyaku_schema_ShowRequest__Output, _hikyaku_schema_SchemaReport__Output>
  Start: MethodDefinition<_hikyaku_schema_StartRequest, _hikyaku_schema_SchemaReport, _hikyaku_schema_StartRequest__Output, _hikyaku_schema_SchemaReport__Output>
}
