// Original file: proto/mailbox-store.proto

import type { Long } from '@grpc/proto-loader';

export interface SearchResponse {
  'uids'?: (Buffer | Uint8Array | string);
  'modSeq'?: (number | string | Long);
}

export interface SearchResponse__Output {
  'uids': (Buffer);
  'modSeq': (number);
}
