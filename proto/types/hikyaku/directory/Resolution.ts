// Original file: proto/directory.proto

import type { Target as _hikyaku_directory_Target, Target__Output as _hikyaku_directory_Target__Output } from '../../hikyaku/directory/Target.ts';
import type { Forward as _hikyaku_directory_Forward, Forward__Output as _hikyaku_directory_Forward__Output } from '../../hikyaku/directory/Forward.ts';

// Original file: proto/directory.proto

export const _hikyaku_directory_Resolution_Kind = {
  ELSEWHERE: 'ELSEWHERE',
  UNKNOWN: 'UNKNOWN',
  ACCOUNTS: 'ACCOUNTS',
  DISABLED: 'DISABLED',
} as const;

export type _hikyaku_directory_Resolution_Kind =
  | 'ELSEWHERE'
  | 0
  | 'UNKNOWN'
  | 1
  | 'ACCOUNTS'
  | 2
  | 'DISABLED'
  | 3

export type _hikyaku_directory_Resolution_Kind__Output = typeof _hikyaku_directory_Resolution_Kind[keyof typeof _hikyaku_directory_Resolution_Kind]

export interface Resolution {
  'kind'?: (_hikyaku_directory_Resolution_Kind);
  'targets'?: (_hikyaku_directory_Target)[];
  'forwards'?: (_hikyaku_directory_Forward)[];
  'tenant'?: (string);
  'through'?: (string)[];
}

export interface Resolution__Output {
  'kind': (_hikyaku_directory_Resolution_Kind__Output);
  'targets': (_hikyaku_directory_Target__Output)[];
  'forwards': (_hikyaku_directory_Forward__Output)[];
  'tenant': (string);
  'through': (string)[];
}
