// Original file: proto/directory.proto

import type { SendingRules as _hikyaku_directory_SendingRules, SendingRules__Output as _hikyaku_directory_SendingRules__Output } from '../../hikyaku/directory/SendingRules.ts';

export interface SendingReport {
  'own'?: (_hikyaku_directory_SendingRules | null);
  'effective'?: (_hikyaku_directory_SendingRules | null);
  'from'?: ({[key: string]: string});
}

export interface SendingReport__Output {
  'own': (_hikyaku_directory_SendingRules__Output | null);
  'effective': (_hikyaku_directory_SendingRules__Output | null);
  'from': ({[key: string]: string});
}
