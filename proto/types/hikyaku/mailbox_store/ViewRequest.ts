// Original file: proto/mailbox-store.proto

import type { MailboxRef as _hikyaku_mailbox_store_MailboxRef, MailboxRef__Output as _hikyaku_mailbox_store_MailboxRef__Output } from '../../hikyaku/mailbox_store/MailboxRef.ts';

export interface ViewRequest {
  'account'?: (string);
  'tenant'?: (string);
  'mailbox'?: (_hikyaku_mailbox_store_MailboxRef | null);
  'compact'?: (boolean);
}

export interface ViewRequest__Output {
  'account': (string);
  'tenant': (string);
  'mailbox': (_hikyaku_mailbox_store_MailboxRef__Output | null);
  'compact': (boolean);
}
