// Original file: proto/directory.proto

import type { DkimKey as _hikyaku_directory_DkimKey, DkimKey__Output as _hikyaku_directory_DkimKey__Output } from '../../hikyaku/directory/DkimKey.ts';

export interface DkimKeyList {
  'keys'?: (_hikyaku_directory_DkimKey)[];
}

export interface DkimKeyList__Output {
  'keys': (_hikyaku_directory_DkimKey__Output)[];
}
