// Original file: proto/mailbox-store.proto

import type { MailboxRef as _hikyaku_mailbox_store_MailboxRef, MailboxRef__Output as _hikyaku_mailbox_store_MailboxRef__Output } from '../../hikyaku/mailbox_store/MailboxRef.ts';

export interface CopyRequest {
  'account'?: (string);
  'source'?: (string);
  'uids'?: (string);
  'target'?: (_hikyaku_mailbox_store_MailboxRef | null);
  'operationId'?: (string);
  'quotaBytes'?: (number | string);
}

export interface CopyRequest__Output {
  'account': (string);
  'source': (string);
  'uids': (string);
  'target': (_hikyaku_mailbox_store_MailboxRef__Output | null);
  'operationId': (string);
  'quotaBytes': (number);
}
