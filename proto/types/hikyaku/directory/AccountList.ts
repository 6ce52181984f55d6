// Original file: proto/directory.proto

import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from '../../hikyaku/directory/Account.ts';

export interface AccountList {
  'accounts'?: (_hikyaku_directory_Account)[];
  'next'?: (string);
}

export interface AccountList__Output {
  'accounts': (_hikyaku_directory_Account__Output)[];
  'next': (string);
}
