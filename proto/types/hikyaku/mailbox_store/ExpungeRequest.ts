// Original file: proto/mailbox-store.proto


export interface ExpungeRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'uids'?: (string);
  'operationId'?: (string);
}

export interface ExpungeRequest__Output {
  'account': (string);
  'mailbox': (string);
  'uids': (string);
  'operationId': (string);
}
