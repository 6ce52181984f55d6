// Original file: proto/mailbox-store.proto


export interface UsageResponse {
  'bytes'?: (number | string);
  'messages'?: (number | string);
  'mailboxes'?: (number | string);
}

export interface UsageResponse__Output {
  'bytes': (number);
  'messages': (number);
  'mailboxes': (number);
}
