// Original file: proto/mailbox-store.proto


export interface CreateMailboxRequest {
  'account'?: (string);
  'tenant'?: (string);
  'name'?: (string);
  'specialUse'?: (string);
  'domain'?: (string);
}

export interface CreateMailboxRequest__Output {
  'account': (string);
  'tenant': (string);
  'name': (string);
  'specialUse': (string);
  'domain': (string);
}
