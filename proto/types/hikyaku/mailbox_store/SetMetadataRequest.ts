// Original file: proto/mailbox-store.proto

import type { MetadataEntry as _hikyaku_mailbox_store_MetadataEntry, MetadataEntry__Output as _hikyaku_mailbox_store_MetadataEntry__Output } from '../../hikyaku/mailbox_store/MetadataEntry.ts';

export interface SetMetadataRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'entries'?: (_hikyaku_mailbox_store_MetadataEntry)[];
}

export interface SetMetadataRequest__Output {
  'account': (string);
  'mailbox': (string);
  'entries': (_hikyaku_mailbox_store_MetadataEntry__Output)[];
}
