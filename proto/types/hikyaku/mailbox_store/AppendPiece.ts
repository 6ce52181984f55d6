// Original file: proto/mailbox-store.proto

import type { AppendRequest as _hikyaku_mailbox_store_AppendRequest, AppendRequest__Output as _hikyaku_mailbox_store_AppendRequest__Output } from '../../hikyaku/mailbox_store/AppendRequest.ts';

export interface AppendPiece {
  'head'?: (_hikyaku_mailbox_store_AppendRequest | null);
  'content'?: (Buffer | Uint8Array | string);
  'complete'?: (boolean);
  'piece'?: "head"|"content"|"complete";
}

export interface AppendPiece__Output {
  'head'?: (_hikyaku_mailbox_store_AppendRequest__Output | null);
  'content'?: (Buffer);
  'complete'?: (boolean);
  'piece'?: "head"|"content"|"complete";
}
