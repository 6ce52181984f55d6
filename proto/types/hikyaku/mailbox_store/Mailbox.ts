// Original file: proto/mailbox-store.proto

import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from '../../hikyaku/mailbox_store/MailboxState.ts';

export interface Mailbox {
  'id'?: (string);
  'name'?: (string);
  'subscribed'?: (boolean);
  'specialUse'?: (string);
  'state'?: (_hikyaku_mailbox_store_MailboxState | null);
}

export interface Mailbox__Output {
  'id': (string);
  'name': (string);
  'subscribed': (boolean);
  'specialUse': (string);
  'state': (_hikyaku_mailbox_store_MailboxState__Output | null);
}
