// Original file: proto/mailbox-store.proto

import type { Mailbox as _hikyaku_mailbox_store_Mailbox, Mailbox__Output as _hikyaku_mailbox_store_Mailbox__Output } from '../../hikyaku/mailbox_store/Mailbox.ts';
import type { PackedMessages as _hikyaku_mailbox_store_PackedMessages, PackedMessages__Output as _hikyaku_mailbox_store_PackedMessages__Output } from '../../hikyaku/mailbox_store/PackedMessages.ts';

export interface ViewResponse {
  'mailbox'?: (_hikyaku_mailbox_store_Mailbox | null);
  'keywords'?: (string)[];
  'messages'?: (_hikyaku_mailbox_store_PackedMessages | null);
}

export interface ViewResponse__Output {
  'mailbox': (_hikyaku_mailbox_store_Mailbox__Output | null);
  'keywords': (string)[];
  'messages': (_hikyaku_mailbox_store_PackedMessages__Output | null);
}
