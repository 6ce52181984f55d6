// Original file: proto/mailbox-store.proto

import type { Mailbox as _hikyaku_mailbox_store_Mailbox, Mailbox__Output as _hikyaku_mailbox_store_Mailbox__Output } from '../../hikyaku/mailbox_store/Mailbox.ts';

export interface ListMailboxesResponse {
  'mailboxes'?: (_hikyaku_mailbox_store_Mailbox)[];
  'subscribedNames'?: (string)[];
}

export interface ListMailboxesResponse__Output {
  'mailboxes': (_hikyaku_mailbox_store_Mailbox__Output)[];
  'subscribedNames': (string)[];
}
