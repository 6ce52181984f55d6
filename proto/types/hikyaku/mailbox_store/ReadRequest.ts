// Original file: proto/mailbox-store.proto


export interface ReadRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'uid'?: (number);
  'offset'?: (number);
  'length'?: (number);
}

export interface ReadRequest__Output {
  'account': (string);
  'mailbox': (string);
  'uid': (number);
  'offset': (number);
  'length': (number);
}
