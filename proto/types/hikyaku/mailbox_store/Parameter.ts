// Original file: proto/mailbox-store.proto


export interface Parameter {
  'name'?: (string);
  'value'?: (string);
}

export interface Parameter__Output {
  'name': (string);
  'value': (string);
}
