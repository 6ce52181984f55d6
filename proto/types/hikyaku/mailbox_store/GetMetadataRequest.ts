// Original file: proto/mailbox-store.proto


export interface GetMetadataRequest {
  'account'?: (string);
  'mailbox'?: (string);
}

export interface GetMetadataRequest__Output {
  'account': (string);
  'mailbox': (string);
}
