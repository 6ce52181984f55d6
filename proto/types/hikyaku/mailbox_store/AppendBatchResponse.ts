// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

export interface AppendBatchResponse {
  'mailbox'?: (string);
  'uidValidity'?: (number);
  'uids'?: (string);
  'modSeq'?: (number | string | Long);
}

export interface AppendBatchResponse__Output {
  'mailbox': (string);
  'uidValidity': (number);
  'uids': (string);
  'modSeq': (number);
}
