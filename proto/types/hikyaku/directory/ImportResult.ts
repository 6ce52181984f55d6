// Original file: proto/directory.proto

import type { Account as _hikyaku_directory_Account, Account__Output as _hikyaku_directory_Account__Output } from '../../hikyaku/directory/Account.ts';

export interface ImportResult {
  'line'?: (number);
  'account'?: (_hikyaku_directory_Account | null);
  'faultCode'?: (string);
  'message'?: (string);
}

export interface ImportResult__Output {
  'line': (number);
  'account': (_hikyaku_directory_Account__Output | null);
  'faultCode': (string);
  'message': (string);
}
