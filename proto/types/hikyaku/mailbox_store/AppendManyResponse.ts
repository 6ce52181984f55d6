// Original file: proto/mailbox-store.proto

import type { AppendResponse as _hikyaku_mailbox_store_AppendResponse, AppendResponse__Output as _hikyaku_mailbox_store_AppendResponse__Output } from '../../hikyaku/mailbox_store/AppendResponse.ts';

export interface _hikyaku_mailbox_store_AppendManyResponse_Item {
  'id'?: (number);
  'response'?: (_hikyaku_mailbox_store_AppendResponse | null);
  'faultCode'?: (string);
  'text'?: (string);
}

export interface _hikyaku_mailbox_store_AppendManyResponse_Item__Output {
  'id': (number);
  'response': (_hikyaku_mailbox_store_AppendResponse__Output | null);
  'faultCode': (string);
  'text': (string);
}

export interface AppendManyResponse {
  'items'?: (_hikyaku_mailbox_store_AppendManyResponse_Item)[];
}

export interface AppendManyResponse__Output {
  'items': (_hikyaku_mailbox_store_AppendManyResponse_Item__Output)[];
}
