// Original file: proto/mailbox-store.proto

import type { SearchKey as _hikyaku_mailbox_store_SearchKey, SearchKey__Output as _hikyaku_mailbox_store_SearchKey__Output } from '../../hikyaku/mailbox_store/SearchKey.ts';

export interface SearchRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'key'?: (_hikyaku_mailbox_store_SearchKey | null);
}

export interface SearchRequest__Output {
  'account': (string);
  'mailbox': (string);
  'key': (_hikyaku_mailbox_store_SearchKey__Output | null);
}
