// Original file: proto/directory.proto

import type { AddressEntry as _hikyaku_directory_AddressEntry, AddressEntry__Output as _hikyaku_directory_AddressEntry__Output } from '../../hikyaku/directory/AddressEntry.ts';

export interface AddressList {
  'addresses'?: (_hikyaku_directory_AddressEntry)[];
  'next'?: (string);
}

export interface AddressList__Output {
  'addresses': (_hikyaku_directory_AddressEntry__Output)[];
  'next': (string);
}
