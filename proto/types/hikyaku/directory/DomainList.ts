// Original file: proto/directory.proto

import type { Domain as _hikyaku_directory_Domain, Domain__Output as _hikyaku_directory_Domain__Output } from '../../hikyaku/directory/Domain.ts';

export interface DomainList {
  'domains'?: (_hikyaku_directory_Domain)[];
  'next'?: (string);
}

export interface DomainList__Output {
  'domains': (_hikyaku_directory_Domain__Output)[];
  'next': (string);
}
