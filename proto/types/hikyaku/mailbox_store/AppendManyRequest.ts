// Original file: proto/mailbox-store.proto

import type { AppendRequest as _hikyaku_mailbox_store_AppendRequest, AppendRequest__Output as _hikyaku_mailbox_store_AppendRequest__Output } from '../../hikyaku/mailbox_store/AppendRequest.ts';

export interface _hikyaku_mailbox_store_AppendManyRequest_Item {
  'id'?: (number);
  'request'?: (_hikyaku_mailbox_store_AppendRequest | null);
}

export interface _hikyaku_mailbox_store_AppendManyRequest_Item__Output {
  'id': (number);
  'request': (_hikyaku_mailbox_store_AppendRequest__Output | null);
}

export interface AppendManyRequest {
  'items'?: (_hikyaku_mailbox_store_AppendManyRequest_Item)[];
}

export interface AppendManyRequest__Output {
  'items': (_hikyaku_mailbox_store_AppendManyRequest_Item__Output)[];
}
