// Original file: proto/mailbox-store.proto

import type { SearchKey as _hikyaku_mailbox_store_SearchKey, SearchKey__Output as _hikyaku_mailbox_store_SearchKey__Output } from '../../hikyaku/mailbox_store/SearchKey.ts';

export interface SearchKeys {
  'keys'?: (_hikyaku_mailbox_store_SearchKey)[];
}

export interface SearchKeys__Output {
  'keys': (_hikyaku_mailbox_store_SearchKey__Output)[];
}
