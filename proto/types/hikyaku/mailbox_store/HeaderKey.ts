// Original file: proto/mailbox-store.proto


export interface HeaderKey {
  'name'?: (string);
  'value'?: (string);
}

export interface HeaderKey__Output {
  'name': (string);
  'value': (string);
}
