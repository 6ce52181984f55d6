// Original file: proto/mailbox-store.proto

import type { CheckProgress as _hikyaku_mailbox_store_CheckProgress, CheckProgress__Output as _hikyaku_mailbox_store_CheckProgress__Output } from '../../hikyaku/mailbox_store/CheckProgress.ts';
import type { CheckFinding as _hikyaku_mailbox_store_CheckFinding, CheckFinding__Output as _hikyaku_mailbox_store_CheckFinding__Output } from '../../hikyaku/mailbox_store/CheckFinding.ts';

export interface CheckReport {
  'progress'?: (_hikyaku_mailbox_store_CheckProgress | null);
  'finding'?: (_hikyaku_mailbox_store_CheckFinding | null);
  'report'?: "progress"|"finding";
}

export interface CheckReport__Output {
  'progress'?: (_hikyaku_mailbox_store_CheckProgress__Output | null);
  'finding'?: (_hikyaku_mailbox_store_CheckFinding__Output | null);
  'report'?: "progress"|"finding";
}
