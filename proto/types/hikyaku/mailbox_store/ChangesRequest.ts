// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

export interface ChangesRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'sinceModSeq'?: (number | string | Long);
  'uidValidity'?: (number);
  'compact'?: (boolean);
}

export interface ChangesRequest__Output {
  'account': (string);
  'mailbox': (string);
  'sinceModSeq': (number);
  'uidValidity': (number);
  'compact': (boolean);
}
