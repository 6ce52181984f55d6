// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

export interface MailboxState {
  'uidValidity'?: (number);
  'uidNext'?: (number);
  'modSeq'?: (number | string | Long);
  'exists'?: (number);
  'unseen'?: (number);
  'bytes'?: (number | string | Long);
  'deleted'?: (number);
}

export interface MailboxState__Output {
  'uidValidity': (number);
  'uidNext': (number);
  'modSeq': (number);
  'exists': (number);
  'unseen': (number);
  'bytes': (number);
  'deleted': (number);
}
