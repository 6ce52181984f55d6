// Original file: proto/mailbox-store.proto


export interface CheckProgress {
  'mailboxes'?: (number | string);
  'messages'?: (number | string);
  'findings'?: (number | string);
  'repaired'?: (number | string);
  'account'?: (string);
}

export interface CheckProgress__Output {
  'mailboxes': (number);
  'messages': (number);
  'findings': (number);
  'repaired': (number);
  'account': (string);
}
