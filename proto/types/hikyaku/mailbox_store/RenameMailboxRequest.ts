// Original file: proto/mailbox-store.proto


export interface RenameMailboxRequest {
  'account'?: (string);
  'name'?: (string);
  'newName'?: (string);
}

export interface RenameMailboxRequest__Output {
  'account': (string);
  'name': (string);
  'newName': (string);
}
