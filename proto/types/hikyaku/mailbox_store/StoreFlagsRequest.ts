// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

// Original file: proto/mailbox-store.proto

export const _hikyaku_mailbox_store_StoreFlagsRequest_Mode = {
  ADD: 'ADD',
  REMOVE: 'REMOVE',
  REPLACE: 'REPLACE',
} as const;

export type _hikyaku_mailbox_store_StoreFlagsRequest_Mode =
  | 'ADD'
  | 0
  | 'REMOVE'
  | 1
  | 'REPLACE'
  | 2

export type _hikyaku_mailbox_store_StoreFlagsRequest_Mode__Output = typeof _hikyaku_mailbox_store_StoreFlagsRequest_Mode[keyof typeof _hikyaku_mailbox_store_StoreFlagsRequest_Mode]

export interface StoreFlagsRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'uids'?: (string);
  'mode'?: (_hikyaku_mailbox_store_StoreFlagsRequest_Mode);
  'flags'?: (string)[];
  'unchangedSince'?: (number | string | Long);
  'operationId'?: (string);
  '_unchangedSince'?: "unchangedSince";
}

export interface StoreFlagsRequest__Output {
  'account': (string);
  'mailbox': (string);
  'uids': (string);
  'mode': (_hikyaku_mailbox_store_StoreFlagsRequest_Mode__Output);
  'flags': (string)[];
  'unchangedSince'?: (number);
  'operationId': (string);
  '_unchangedSince'?: "unchangedSince";
}
