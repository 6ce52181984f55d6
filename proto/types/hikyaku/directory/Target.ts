// Original file: proto/directory.proto

import type { Quota as _hikyaku_directory_Quota, Quota__Output as _hikyaku_directory_Quota__Output } from '../../hikyaku/directory/Quota.ts';

export interface Target {
  'account'?: (string);
  'tenant'?: (string);
  'domain'?: (string);
  'quotas'?: (_hikyaku_directory_Quota)[];
}

export interface Target__Output {
  'account': (string);
  'tenant': (string);
  'domain': (string);
  'quotas': (_hikyaku_directory_Quota__Output)[];
}
