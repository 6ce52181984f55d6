// Original file: proto/directory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AdmitManyRequest as _hikyaku_directory_AdmitManyRequest, AdmitManyRequest__Output as _hikyaku_directory_AdmitManyRequest__Output } from '../../hikyaku/directory/AdmitManyRequest.ts';
import type { AdmitManyResponse as _hikyaku_directory_AdmitManyResponse, AdmitManyResponse__Output as _hikyaku_directory_AdmitManyResponse__Output } from '../../hikyaku/directory/AdmitManyResponse.ts';
import type { AdmitRequest as _hikyaku_directory_AdmitRequest, AdmitRequest__Output as _hikyaku_directory_AdmitRequest__Output } from '../../hikyaku/directory/AdmitRequest.ts';
import type { AdmitResponse as _hikyaku_directory_AdmitResponse, AdmitResponse__Output as _hikyaku_directory_AdmitResponse__Output } from '../../hikyaku/directory/AdmitResponse.ts';

export interface AdmissionClient extends grpc.Client {
  Admit(argument: _hikyaku_directory_AdmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  Admit(argument: _hikyaku_directory_AdmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  Admit(argument: _hikyaku_directory_AdmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  Admit(argument: _hikyaku_directory_AdmitRequest, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  admit(argument: _hikyaku_directory_AdmitRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  admit(argument: _hikyaku_directory_AdmitRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  admit(argument: _hikyaku_directory_AdmitRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  admit(argument: _hikyaku_directory_AdmitRequest, callback: grpc.requestCallback<_hikyaku_directory_AdmitResponse__Output>): grpc.ClientUnaryCall;
  
  AdmitMany(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyResponse__Output>;
  AdmitMany(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyResponse__Output>;
  admitMany(metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyResponse__Output>;
  admitMany(options?: grpc.CallOptions): grpc.ClientDuplexStream<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyResponse__Output>;
  
}

export interface AdmissionHandlers extends grpc.UntypedServiceImplementation {
  Admit: grpc.handleUnaryCall<_hikyaku_directory_AdmitRequest__Output, _hikyaku_directory_AdmitResponse>;
  
  AdmitMany: grpc.handleBidiStreamingCall<_hikyaku_directory_AdmitManyRequest__Output, _hikyaku_directory_AdmitManyResponse>;
  
}

export interface AdmissionDefinition extends grpc.ServiceDefinition {
  Admit: MethodDefinition<_hikyaku_directory_AdmitRequest, _hikyaku_directory_AdmitResponse, _hikyaku_directory_AdmitRequest__Output, _hikyaku_directory_AdmitResponse__Output>
  AdmitMany: MethodDefinition<_hikyaku_directory_AdmitManyRequest, _hikyaku_directory_AdmitManyResponse, _hikyaku_directory_AdmitManyRequest__Output, _hikyaku_directory_AdmitManyResponse__Output>
}
