// Original file: proto/mailbox-store.proto


export interface EnvelopeAddress {
  'name'?: (string);
  'mailbox'?: (string);
  'host'?: (string);
  '_name'?: "name";
  '_mailbox'?: "mailbox";
  '_host'?: "host";
}

export interface EnvelopeAddress__Output {
  'name'?: (string);
  'mailbox'?: (string);
  'host'?: (string);
  '_name'?: "name";
  '_mailbox'?: "mailbox";
  '_host'?: "host";
}
