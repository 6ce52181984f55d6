// Original file: proto/directory.proto

import type { SendingRules as _hikyaku_directory_SendingRules, SendingRules__Output as _hikyaku_directory_SendingRules__Output } from '../../hikyaku/directory/SendingRules.ts';

export interface SendingChange {
  'scope'?: (string);
  'name'?: (string);
  'rules'?: (_hikyaku_directory_SendingRules | null);
  'unset'?: (string)[];
}

export interface SendingChange__Output {
  'scope': (string);
  'name': (string);
  'rules': (_hikyaku_directory_SendingRules__Output | null);
  'unset': (string)[];
}
