// Original file: proto/mailbox-store.proto

import type { MailboxRef as _hikyaku_mailbox_store_MailboxRef, MailboxRef__Output as _hikyaku_mailbox_store_MailboxRef__Output } from '../../hikyaku/mailbox_store/MailboxRef.ts';
import type { Quota as _hikyaku_mailbox_store_Quota, Quota__Output as _hikyaku_mailbox_store_Quota__Output } from '../../hikyaku/mailbox_store/Quota.ts';

export interface AppendRequest {
  'account'?: (string);
  'tenant'?: (string);
  'mailbox'?: (_hikyaku_mailbox_store_MailboxRef | null);
  'mailId'?: (string);
  'content'?: (Buffer | Uint8Array | string);
  'flags'?: (string)[];
  'internalDate'?: (number | string);
  'domain'?: (string);
  'quotas'?: (_hikyaku_mailbox_store_Quota)[];
  'size'?: (number | string);
}

export interface AppendRequest__Output {
  'account': (string);
  'tenant': (string);
  'mailbox': (_hikyaku_mailbox_store_MailboxRef__Output | null);
  'mailId': (string);
  'content': (Buffer);
  'flags': (string)[];
  'internalDate': (number);
  'domain': (string);
  'quotas': (_hikyaku_mailbox_store_Quota__Output)[];
  'size': (number);
}
