// Original file: proto/directory.proto

import type { Group as _hikyaku_directory_Group, Group__Output as _hikyaku_directory_Group__Output } from '../../hikyaku/directory/Group.ts';

export interface GroupList {
  'groups'?: (_hikyaku_directory_Group)[];
  'next'?: (string);
}

export interface GroupList__Output {
  'groups': (_hikyaku_directory_Group__Output)[];
  'next': (string);
}
