// Original file: proto/directory.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AuthenticateRequest as _hikyaku_directory_AuthenticateRequest, AuthenticateRequest__Output as _hikyaku_directory_AuthenticateRequest__Output } from '../../hikyaku/directory/AuthenticateRequest.ts';
import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from '../../hikyaku/directory/AuthenticateResponse.ts';
import type { CramMd5Request as _hikyaku_directory_CramMd5Request, CramMd5Request__Output as _hikyaku_directory_CramMd5Request__Output } from '../../hikyaku/directory/CramMd5Request.ts';
import type { ResolveRequest as _hikyaku_directory_ResolveRequest, ResolveRequest__Output as _hikyaku_directory_ResolveRequest__Output } from '../../hikyaku/directory/ResolveRequest.ts';
import type { ResolveResponse as _hikyaku_directory_ResolveResponse, ResolveResponse__Output as _hikyaku_directory_ResolveResponse__Output } from '../../hikyaku/directory/ResolveResponse.ts';
import type { ScramFinishRequest as _hikyaku_directory_ScramFinishRequest, ScramFinishRequest__Output as _hikyaku_directory_ScramFinishRequest__Output } from '../../hikyaku/directory/ScramFinishRequest.ts';
import type { ScramFinishResponse as _hikyaku_directory_ScramFinishResponse, ScramFinishResponse__Output as _hikyaku_directory_ScramFinishResponse__Output } from '../../hikyaku/directory/ScramFinishResponse.ts';
import type { ScramStartRequest as _hikyaku_directory_ScramStartRequest, ScramStartRequest__Output as _hikyaku_directory_ScramStartRequest__Output } from '../../hikyaku/directory/ScramStartRequest.ts';
import type { ScramStartResponse as _hikyaku_directory_ScramStartResponse, ScramStartResponse__Output as _hikyaku_directory_ScramStartResponse__Output } from '../../hikyaku/directory/ScramStartResponse.ts';
import type { SigningKeysRequest as _hikyaku_directory_SigningKeysRequest, SigningKeysRequest__Output as _hikyaku_directory_SigningKeysRequest__Output } from '../../hikyaku/directory/SigningKeysRequest.ts';
import type { SigningKeysResponse as _hikyaku_directory_SigningKeysResponse, SigningKeysResponse__Output as _hikyaku_directory_SigningKeysResponse__Output } from '../../hikyaku/directory/SigningKeysResponse.ts';

export interface DirectoryClient extends grpc.Client {
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  Authenticate(argument: _hikyaku_directory_AuthenticateRequest, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticate(argument: _hikyaku_directory_AuthenticateRequest, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  
  AuthenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  AuthenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  AuthenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  AuthenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  authenticateCramMd5(argument: _hikyaku_directory_CramMd5Request, callback: grpc.requestCallback<_hikyaku_directory_AuthenticateResponse__Output>): grpc.ClientUnaryCall;
  
  FinishScram(argument: _hikyaku_directory_ScramFinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  FinishScram(argument: _hikyaku_directory_ScramFinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  FinishScram(argument: _hikyaku_directory_ScramFinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  FinishScram(argument: _hikyaku_directory_ScramFinishRequest, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  finishScram(argument: _hikyaku_directory_ScramFinishRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  finishScram(argument: _hikyaku_directory_ScramFinishRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  finishScram(argument: _hikyaku_directory_ScramFinishRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  finishScram(argument: _hikyaku_directory_ScramFinishRequest, callback: grpc.requestCallback<_hikyaku_directory_ScramFinishResponse__Output>): grpc.ClientUnaryCall;
  
  Resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  Resolve(argument: _hikyaku_directory_ResolveRequest, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  resolve(argument: _hikyaku_directory_ResolveRequest, callback: grpc.requestCallback<_hikyaku_directory_ResolveResponse__Output>): grpc.ClientUnaryCall;
  
  SigningKeys(argument: _hikyaku_directory_SigningKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  SigningKeys(argument: _hikyaku_directory_SigningKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  SigningKeys(argument: _hikyaku_directory_SigningKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  SigningKeys(argument: _hikyaku_directory_SigningKeysRequest, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  signingKeys(argument: _hikyaku_directory_SigningKeysRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  signingKeys(argument: _hikyaku_directory_SigningKeysRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  signingKeys(argument: _hikyaku_directory_SigningKeysRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  signingKeys(argument: _hikyaku_directory_SigningKeysRequest, callback: grpc.requestCallback<_hikyaku_directory_SigningKeysResponse__Output>): grpc.ClientUnaryCall;
  
  StartScram(argument: _hikyaku_directory_ScramStartRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  StartScram(argument: _hikyaku_directory_ScramStartRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  StartScram(argument: _hikyaku_directory_ScramStartRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  StartScram(argument: _hikyaku_directory_ScramStartRequest, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  startScram(argument: _hikyaku_directory_ScramStartRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  startScram(argument: _hikyaku_directory_ScramStartRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  startScram(argument: _hikyaku_directory_ScramStartRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  startScram(argument: _hikyaku_directory_ScramStartRequest, callback: grpc.requestCallback<_hikyaku_directory_ScramStartResponse__Output>): grpc.ClientUnaryCall;
  
}

export interface DirectoryHandlers extends grpc.UntypedServiceImplementation {
  Authenticate: grpc.handleUnaryCall<_hikyaku_directory_AuthenticateRequest__Output, _hikyaku_directory_AuthenticateResponse>;
  
  AuthenticateCramMd5: grpc.handleUnaryCall<_hikyaku_directory_CramMd5Request__Output, _hikyaku_directory_AuthenticateResponse>;
  
  FinishScram: grpc.handleUnaryCall<_hikyaku_directory_ScramFinishRequest__Output, _hikyaku_directory_ScramFinishResponse>;
  
  Resolve: grpc.handleUnaryCall<_hikyaku_directory_ResolveRequest__Output, _hikyaku_directory_ResolveResponse>;
  
  SigningKeys: grpc.handleUnaryCall<_hikyaku_directory_SigningKeysRequest__Output, _hikyaku_directory_SigningKeysResponse>;
  
  StartScram: grpc.handleUnaryCall<_hikyaku_directory_ScramStartRequest__Output, _hikyaku_directory_ScramStartResponse>;
  
}

export interface DirectoryDefinition extends grpc.ServiceDefinition {
  Authenticate: MethodDefinition<_hikyaku_directory_AuthenticateRequest, _hikyaku_directory_AuthenticateResponse, _hikyaku_directory_AuthenticateRequest__Output, _hikyaku_directory_AuthenticateResponse__Output>
  AuthenticateCramMd5: MethodDefinition<_hikyaku_directory_CramMd5Request, _hikyaku_directory_AuthenticateResponse, _hikyaku_directory_CramMd5Request__Output, _hikyaku_directory_AuthenticateResponse__Output>
  FinishScram: MethodDefinition<_hikyaku_directory_ScramFinishRequest, _hikyaku_directory_ScramFinishResponse, _hikyaku_directory_ScramFinishRequest__Output, _hikyaku_directory_ScramFinishResponse__Output>
  Resolve: MethodDefinition<_hikyaku_directory_ResolveRequest, _hikyaku_directory_ResolveResponse, _hikyaku_directory_ResolveRequest__Output, _hikyaku_directory_ResolveResponse__Output>
  SigningKeys: MethodDefinition<_hikyaku_directory_SigningKeysRequest, _hikyaku_directory_SigningKeysResponse, _hikyaku_directory_SigningKeysRequest__Output, _hikyaku_directory_SigningKeysResponse__Output>
  StartScram: MethodDefinition<_hikyaku_directory_ScramStartRequest, _hikyaku_directory_ScramStartResponse, _hikyaku_directory_ScramStartRequest__Output, _hikyaku_directory_ScramStartResponse__Output>
}
