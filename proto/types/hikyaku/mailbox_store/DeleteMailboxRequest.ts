// Original file: proto/mailbox-store.proto


export interface DeleteMailboxRequest {
  'account'?: (string);
  'name'?: (string);
}

export interface DeleteMailboxRequest__Output {
  'account': (string);
  'name': (string);
}
