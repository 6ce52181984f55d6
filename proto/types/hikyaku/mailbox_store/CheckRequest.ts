// Original file: proto/mailbox-store.proto


export interface CheckRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'repair'?: (boolean);
  'bytes'?: (boolean);
}

export interface CheckRequest__Output {
  'account': (string);
  'mailbox': (string);
  'repair': (boolean);
  'bytes': (boolean);
}
