// Original file: proto/directory.proto

import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from '../../hikyaku/directory/AuthenticateResponse.ts';

export interface ScramFinishResponse {
  'account'?: (_hikyaku_directory_AuthenticateResponse | null);
  'serverSignature'?: (Buffer | Uint8Array | string);
}

export interface ScramFinishResponse__Output {
  'account': (_hikyaku_directory_AuthenticateResponse__Output | null);
  'serverSignature': (Buffer);
}
