// Original file: proto/mailbox-store.proto


export interface ListMailboxesRequest {
  'account'?: (string);
  'tenant'?: (string);
}

export interface ListMailboxesRequest__Output {
  'account': (string);
  'tenant': (string);
}
