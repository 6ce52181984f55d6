// Original file: proto/mailbox-store.proto


export interface SetSubscribedRequest {
  'account'?: (string);
  'name'?: (string);
  'subscribed'?: (boolean);
}

export interface SetSubscribedRequest__Output {
  'account': (string);
  'name': (string);
  'subscribed': (boolean);
}
