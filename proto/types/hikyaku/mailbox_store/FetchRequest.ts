// Original file: proto/mailbox-store.proto


export interface FetchRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'uids'?: (string);
  'envelope'?: (boolean);
  'structure'?: (boolean);
  'header'?: (boolean);
  'contentBytesMax'?: (number);
}

export interface FetchRequest__Output {
  'account': (string);
  'mailbox': (string);
  'uids': (string);
  'envelope': (boolean);
  'structure': (boolean);
  'header': (boolean);
  'contentBytesMax': (number);
}
