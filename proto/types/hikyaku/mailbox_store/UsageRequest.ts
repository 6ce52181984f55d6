// Original file: proto/mailbox-store.proto

import type { _hikyaku_mailbox_store_Quota_Scope, _hikyaku_mailbox_store_Quota_Scope__Output } from '../../hikyaku/mailbox_store/Quota.ts';

export interface UsageRequest {
  'scope'?: (_hikyaku_mailbox_store_Quota_Scope);
  'name'?: (string);
}

export interface UsageRequest__Output {
  'scope': (_hikyaku_mailbox_store_Quota_Scope__Output);
  'name': (string);
}
