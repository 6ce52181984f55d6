// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

export interface AppendResponse {
  'mailbox'?: (string);
  'uidValidity'?: (number);
  'uid'?: (number);
  'modSeq'?: (number | string | Long);
  'repeated'?: (boolean);
}

export interface AppendResponse__Output {
  'mailbox': (string);
  'uidValidity': (number);
  'uid': (number);
  'modSeq': (number);
  'repeated': (boolean);
}
