// Original file: proto/directory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuthenticateRequest as _hikyaku_directory_AuthenticateRequest, AuthenticateRequest__Output as _hikyaku_directory_AuthenticateRequest__Output } from '../../hikyaku/directory/AuthenticateRequest.ts';
import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from '../../hikyaku/directory/AuthenticateResponse.ts';
import type { ResolveRequest as _hikyaku_directory_ResolveRequest, ResolveRequest__Output as _hikyaku_directory_ResolveRequest__Output } from '../../hikyaku/directory/ResolveRequest.ts';
import type { ResolveResponse as _hikyaku_directory_ResolveResponse, ResolveResponse__Output as _hikyaku_directory_ResolveResponse__Output } from '../../hikyaku/directory/ResolveResponse.ts';

export interface DirectoryClient extends grpc.Client {
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  
  Resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface DirectoryHandlers extends grpc.UntypedServiceImplementation {
  Authenticate: grpc.handleUnaryCall<_hikyaku_directory_AuthenticateRequest__Output, _hikyaku_directory_AuthenticateResponse>;
  
  Resolve: grpc.handleUnaryCall<_hikyaku_directory_ResolveRequest__Output, _hikyaku_directory_ResolveResponse>;
  
}

export interface DirectoryDefinition extends grpc.ServiceDefinition {
  Authenticate: MethodDefinition<_hikyaku_directory_AuthenticateRequest, _hikyaku_directory_AuthenticateResponse, _hikyaku_directory_AuthenticateRequest__Output, _hikyaku_directory_AuthenticateResponse__Output>
  Resolve: MethodDefinition<_hikyaku_directory_ResolveRequest, _hikyaku_directory_ResolveResponse, _hikyaku_directory_ResolveRequest__Output, _hikyaku_directory_ResolveResponse__Output>
}
