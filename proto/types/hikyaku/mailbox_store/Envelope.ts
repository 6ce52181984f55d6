// Original file: proto/mailbox-store.proto

import type { EnvelopeAddress as _hikyaku_mailbox_store_EnvelopeAddress, EnvelopeAddress__Output as _hikyaku_mailbox_store_EnvelopeAddress__Output } from '../../hikyaku/mailbox_store/EnvelopeAddress.ts';

export interface Envelope {
  'date'?: (string);
  'subject'?: (string);
  'from'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'sender'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'replyTo'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'to'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'cc'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'bcc'?: (_hikyaku_mailbox_store_EnvelopeAddress)[];
  'inReplyTo'?: (string);
  'messageId'?: (string);
  '_date'?: "date";
  '_subject'?: "subject";
  '_inReplyTo'?: "inReplyTo";
  '_messageId'?: "messageId";
}

export interface Envelope__Output {
  'date'?: (string);
  'subject'?: (string);
  'from': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'sender': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'replyTo': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'to': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'cc': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'bcc': (_hikyaku_mailbox_store_EnvelopeAddress__Output)[];
  'inReplyTo'?: (string);
  'messageId'?: (string);
  '_date'?: "date";
  '_subject'?: "subject";
  '_inReplyTo'?: "inReplyTo";
  '_messageId'?: "messageId";
}
