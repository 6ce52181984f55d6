// Original file: proto/mailbox-store.proto


export interface CheckFinding {
  'account'?: (string);
  'mailbox'?: (string);
  'kind'?: (string);
  'uids'?: (string);
  'detail'?: (string);
  'repaired'?: (boolean);
  'mailboxName'?: (string);
}

export interface CheckFinding__Output {
  'account': (string);
  'mailbox': (string);
  'kind': (string);
  'uids': (string);
  'detail': (string);
  'repaired': (boolean);
  'mailboxName': (string);
}
