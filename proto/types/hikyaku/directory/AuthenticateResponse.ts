// Original file: proto/directory.proto

import type { Quota as _hikyaku_directory_Quota, Quota__Output as _hikyaku_directory_Quota__Output } from '../../hikyaku/directory/Quota.ts';

export interface AuthenticateResponse {
  'account'?: (string);
  'tenant'?: (string);
  'login'?: (string);
  'domain'?: (string);
  'quotas'?: (_hikyaku_directory_Quota)[];
}

export interface AuthenticateResponse__Output {
  'account': (string);
  'tenant': (string);
  'login': (string);
  'domain': (string);
  'quotas': (_hikyaku_directory_Quota__Output)[];
}
