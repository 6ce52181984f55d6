// Original file: proto/mailbox-store.proto

import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from '../../hikyaku/mailbox_store/MailboxState.ts';

export interface CopyResponse {
  'uidValidity'?: (number);
  'sourceUids'?: (string);
  'targetUids'?: (string);
  'sourceState'?: (_hikyaku_mailbox_store_MailboxState | null);
}

export interface CopyResponse__Output {
  'uidValidity': (number);
  'sourceUids': (string);
  'targetUids': (string);
  'sourceState': (_hikyaku_mailbox_store_MailboxState__Output | null);
}
