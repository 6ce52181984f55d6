// Original file: proto/mailbox-store.proto

import type { Envelope as _hikyaku_mailbox_store_Envelope, Envelope__Output as _hikyaku_mailbox_store_Envelope__Output } from '../../hikyaku/mailbox_store/Envelope.ts';
import type { Part as _hikyaku_mailbox_store_Part, Part__Output as _hikyaku_mailbox_store_Part__Output } from '../../hikyaku/mailbox_store/Part.ts';
import type { Long } from '@grpc/proto-loader';

export interface FetchedMessage {
  'uid'?: (number);
  'internalDate'?: (number | string);
  'size'?: (number);
  'envelope'?: (_hikyaku_mailbox_store_Envelope | null);
  'structure'?: (_hikyaku_mailbox_store_Part | null);
  'header'?: (Buffer | Uint8Array | string);
  'content'?: (Buffer | Uint8Array | string);
  'modSeq'?: (number | string | Long);
  'mailId'?: (string);
  'headerEnd'?: (number);
  '_content'?: "content";
}

export interface FetchedMessage__Output {
  'uid': (number);
  'internalDate': (number);
  'size': (number);
  'envelope': (_hikyaku_mailbox_store_Envelope__Output | null);
  'structure': (_hikyaku_mailbox_store_Part__Output | null);
  'header': (Buffer);
  'content'?: (Buffer);
  'modSeq': (number);
  'mailId': (string);
  'headerEnd': (number);
  '_content'?: "content";
}
