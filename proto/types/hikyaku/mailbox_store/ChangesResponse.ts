// Original file: proto/mailbox-store.proto

import type { MailboxState as _hikyaku_mailbox_store_MailboxState, MailboxState__Output as _hikyaku_mailbox_store_MailboxState__Output } from '../../hikyaku/mailbox_store/MailboxState.ts';
import type { PackedMessages as _hikyaku_mailbox_store_PackedMessages, PackedMessages__Output as _hikyaku_mailbox_store_PackedMessages__Output } from '../../hikyaku/mailbox_store/PackedMessages.ts';

export interface ChangesResponse {
  'state'?: (_hikyaku_mailbox_store_MailboxState | null);
  'keywords'?: (string)[];
  'changed'?: (_hikyaku_mailbox_store_PackedMessages | null);
  'vanished'?: (string);
  'startOver'?: (boolean);
}

export interface ChangesResponse__Output {
  'state': (_hikyaku_mailbox_store_MailboxState__Output | null);
  'keywords': (string)[];
  'changed': (_hikyaku_mailbox_store_PackedMessages__Output | null);
  'vanished': (string);
  'startOver': (boolean);
}
