// Original file: proto/mailbox-store.proto

import type { MailboxRef as _hikyaku_mailbox_store_MailboxRef, MailboxRef__Output as _hikyaku_mailbox_store_MailboxRef__Output } from '../../hikyaku/mailbox_store/MailboxRef.ts';
import type { Quota as _hikyaku_mailbox_store_Quota, Quota__Output as _hikyaku_mailbox_store_Quota__Output } from '../../hikyaku/mailbox_store/Quota.ts';

export interface CopyRequest {
  'account'?: (string);
  'source'?: (string);
  'uids'?: (string);
  'target'?: (_hikyaku_mailbox_store_MailboxRef | null);
  'operationId'?: (string);
  'targetAccount'?: (string);
  'quotas'?: (_hikyaku_mailbox_store_Quota)[];
}

export interface CopyRequest__Output {
  'account': (string);
  'source': (string);
  'uids': (string);
  'target': (_hikyaku_mailbox_store_MailboxRef__Output | null);
  'operationId': (string);
  'targetAccount': (string);
  'quotas': (_hikyaku_mailbox_store_Quota__Output)[];
}
