// Original file: proto/mailbox-store.proto

import type { SearchKeys as _hikyaku_mailbox_store_SearchKeys, SearchKeys__Output as _hikyaku_mailbox_store_SearchKeys__Output } from '../../hikyaku/mailbox_store/SearchKeys.ts';
import type { SearchKey as _hikyaku_mailbox_store_SearchKey, SearchKey__Output as _hikyaku_mailbox_store_SearchKey__Output } from '../../hikyaku/mailbox_store/SearchKey.ts';
import type { Empty as _hikyaku_mailbox_store_Empty, Empty__Output as _hikyaku_mailbox_store_Empty__Output } from '../../hikyaku/mailbox_store/Empty.ts';
import type { HeaderKey as _hikyaku_mailbox_store_HeaderKey, HeaderKey__Output as _hikyaku_mailbox_store_HeaderKey__Output } from '../../hikyaku/mailbox_store/HeaderKey.ts';
import type { DayRange as _hikyaku_mailbox_store_DayRange, DayRange__Output as _hikyaku_mailbox_store_DayRange__Output } from '../../hikyaku/mailbox_store/DayRange.ts';
import type { Long } from '@grpc/proto-loader';

export interface SearchKey {
  'and'?: (_hikyaku_mailbox_store_SearchKeys | null);
  'or'?: (_hikyaku_mailbox_store_SearchKeys | null);
  'not'?: (_hikyaku_mailbox_store_SearchKey | null);
  'all'?: (_hikyaku_mailbox_store_Empty | null);
  'uids'?: (string);
  'flag'?: (string);
  'header'?: (_hikyaku_mailbox_store_HeaderKey | null);
  'body'?: (string);
  'text'?: (string);
  'internalDay'?: (_hikyaku_mailbox_store_DayRange | null);
  'sentDay'?: (_hikyaku_mailbox_store_DayRange | null);
  'larger'?: (number);
  'smaller'?: (number);
  'modSeqAtLeast'?: (number | string | Long);
  'key'?: "and"|"or"|"not"|"all"|"uids"|"flag"|"header"|"body"|"text"|"internalDay"|"sentDay"|"larger"|"smaller"|"modSeqAtLeast";
}

export interface SearchKey__Output {
  'and'?: (_hikyaku_mailbox_store_SearchKeys__Output | null);
  'or'?: (_hikyaku_mailbox_store_SearchKeys__Output | null);
  'not'?: (_hikyaku_mailbox_store_SearchKey__Output | null);
  'all'?: (_hikyaku_mailbox_store_Empty__Output | null);
  'uids'?: (string);
  'flag'?: (string);
  'header'?: (_hikyaku_mailbox_store_HeaderKey__Output | null);
  'body'?: (string);
  'text'?: (string);
  'internalDay'?: (_hikyaku_mailbox_store_DayRange__Output | null);
  'sentDay'?: (_hikyaku_mailbox_store_DayRange__Output | null);
  'larger'?: (number);
  'smaller'?: (number);
  'modSeqAtLeast'?: (number);
  'key'?: "and"|"or"|"not"|"all"|"uids"|"flag"|"header"|"body"|"text"|"internalDay"|"sentDay"|"larger"|"smaller"|"modSeqAtLeast";
}
