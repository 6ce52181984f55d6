// Original file: proto/mailbox-store.proto


export interface MailboxRef {
  'id'?: (string);
  'name'?: (string);
}

export interface MailboxRef__Output {
  'id': (string);
  'name': (string);
}
