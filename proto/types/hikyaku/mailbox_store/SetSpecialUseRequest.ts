// Original file: proto/mailbox-store.proto


export interface SetSpecialUseRequest {
  'account'?: (string);
  'mailbox'?: (string);
  'specialUse'?: (string);
}

export interface SetSpecialUseRequest__Output {
  'account': (string);
  'mailbox': (string);
  'specialUse': (string);
}
