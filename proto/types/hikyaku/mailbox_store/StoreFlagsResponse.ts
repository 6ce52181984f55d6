// Original file: proto/mailbox-store.proto

import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from '../../hikyaku/mailbox_store/MailboxState.ts';
import type { PackedMessages as _hikyaku_mailbox_store_PackedMessages, PackedMessages__Output as _hikyaku_mailbox_store_PackedMessages__Output } from '../../hikyaku/mailbox_store/PackedMessages.ts';

export interface StoreFlagsResponse {
  'state'?: (_hikyaku_mailbox_store_MailboxState | null);
  'keywords'?: (string)[];
  'messages'?: (_hikyaku_mailbox_store_PackedMessages | null);
  'modified'?: (string);
}

export interface StoreFlagsResponse__Output {
  'state': (_hikyaku_mailbox_store_MailboxState__Output | null);
  'keywords': (string)[];
  'messages': (_hikyaku_mailbox_store_PackedMessages__Output | null);
  'modified': (string);
}
