// Original file: proto/directory.proto

import type { SigningKey as _hikyaku_directory_SigningKey, SigningKey__Output as _hikyaku_directory_SigningKey__Output } from '../../hikyaku/directory/SigningKey.ts';

export interface SigningKeysResponse {
  'keys'?: (_hikyaku_directory_SigningKey)[];
}

export interface SigningKeysResponse__Output {
  'keys': (_hikyaku_directory_SigningKey__Output)[];
}
