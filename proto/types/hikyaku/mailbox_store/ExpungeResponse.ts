// Original file: proto/mailbox-store.proto

import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from '../../hikyaku/mailbox_store/MailboxState.ts';

export interface ExpungeResponse {
  'state'?: (_hikyaku_mailbox_store_MailboxState | null);
  'vanished'?: (string);
}

export interface ExpungeResponse__Output {
  'state': (_hikyaku_mailbox_store_MailboxState__Output | null);
  'vanished': (string);
}
