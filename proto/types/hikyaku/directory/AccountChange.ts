// Original file: proto/directory.proto

import type { AddressSet as _hikyaku_directory_AddressSet, AddressSet__Output as _hikyaku_directory_AddressSet__Output } from '../../hikyaku/directory/AddressSet.ts';

export interface AccountChange {
  'login'?: (string);
  'title'?: (string);
  'password'?: (string);
  'passwordHash'?: (string);
  'quotaBytes'?: (number | string);
  'suspended'?: (boolean);
  'addresses'?: (string)[];
  'request'?: (string);
  'reuse'?: (boolean);
  'quotaMessages'?: (number | string);
  'forwards'?: (_hikyaku_directory_AddressSet | null);
  'keepsCopy'?: (boolean);
  'sendAs'?: (_hikyaku_directory_AddressSet | null);
  '_title'?: "title";
  '_password'?: "password";
  '_passwordHash'?: "passwordHash";
  '_quotaBytes'?: "quotaBytes";
  '_suspended'?: "suspended";
  '_quotaMessages'?: "quotaMessages";
  '_forwards'?: "forwards";
  '_keepsCopy'?: "keepsCopy";
  '_sendAs'?: "sendAs";
}

export interface AccountChange__Output {
  'login': (string);
  'title'?: (string);
  'password'?: (string);
  'passwordHash'?: (string);
  'quotaBytes'?: (number);
  'suspended'?: (boolean);
  'addresses': (string)[];
  'request': (string);
  'reuse': (boolean);
  'quotaMessages'?: (number);
  'forwards'?: (_hikyaku_directory_AddressSet__Output | null);
  'keepsCopy'?: (boolean);
  'sendAs'?: (_hikyaku_directory_AddressSet__Output | null);
  '_title'?: "title";
  '_password'?: "password";
  '_passwordHash'?: "passwordHash";
  '_quotaBytes'?: "quotaBytes";
  '_suspended'?: "suspended";
  '_quotaMessages'?: "quotaMessages";
  '_forwards'?: "forwards";
  '_keepsCopy'?: "keepsCopy";
  '_sendAs'?: "sendAs";
}
