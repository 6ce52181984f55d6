// Original file: proto/directory.proto

import type { AuthenticateResponse as _hikyaku_directory_AuthenticateResponse, AuthenticateResponse__Output as _hikyaku_directory_AuthenticateResponse__Output } from '../../hikyaku/directory/AuthenticateResponse.ts';
import type { OutageKeys as _hikyaku_directory_OutageKeys, OutageKeys__Output as _hikyaku_directory_OutageKeys__Output } from '../../hikyaku/directory/OutageKeys.ts';

export interface ScramFinishResponse {
  'account'?: (_hikyaku_directory_AuthenticateResponse | null);
  'serverSignature'?: (Buffer | Uint8Array | string);
  'outageKeys'?: (_hikyaku_directory_OutageKeys | null);
}

export interface ScramFinishResponse__Output {
  'account': (_hikyaku_directory_AuthenticateResponse__Output | null);
  'serverSignature': (Buffer);
  'outageKeys': (_hikyaku_directory_OutageKeys__Output | null);
}
